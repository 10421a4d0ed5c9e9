"""Past loans as they come: CSV in any dialect (also .gz) or Parquet, a path or an s3:// address.

Read in chunks, every value as text, so that the dictionary alone says what a value is.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ml.profiling.dialect import Dialect, Unreadable
from ml.profiling.table import BLOCK_ROWS as CHUNK_ROWS
from ml.profiling.table import Block as Chunk
from ml.profiling.table import TextTable
from tenancy.errors import FieldError, Invalid

__all__ = ["CHUNK_ROWS", "Chunk", "LoanFile", "refused", "remote_place"]


class LoanFile:
    """One file: its columns, its chunks, and the hash of its bytes.

    Without a dialect the file's first mebibyte tells it. A column is known by its name; one that
    has none, or another's, by its place (`column 3`, `amount (2)`).
    """

    def __init__(self, source: str, dialect: Dialect | None = None) -> None:
        self.source = source
        self.table = TextTable(self._opened, dialect)

    def columns(self) -> list[str]:
        with readable():
            return self.table.columns

    def chunks(self, rows: int | None = None) -> Iterator[Chunk]:
        with readable():
            yield from self.table.blocks(rows)

    def content_hash(self) -> str:
        digest = hashlib.sha256()
        with self._opened() as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
        return "sha256:" + digest.hexdigest()

    @contextmanager
    def _opened(self) -> Iterator[IO[bytes]]:
        try:
            stream: Any = _remote(self.source) if "://" in self.source else _local(self.source)
        except OSError as error:
            message = f"{self.source} cannot be read: {error.strerror or type(error).__name__}"
            raise Invalid([FieldError("/file", "unreadable", message)]) from error
        with stream:
            yield stream


@contextmanager
def readable() -> Iterator[None]:
    """What is wrong with a file is the caller's to know."""
    try:
        yield
    except Unreadable as error:
        raise refused(error) from error


def refused(error: Unreadable) -> Invalid:
    """A file that is no table of loans, as services refuse."""
    return Invalid([FieldError("/file", error.code, str(error))], str(error))


def _local(source: str) -> IO[bytes]:
    return Path(source).open("rb")


def _remote(address: str) -> Any:
    filesystem, path = remote_place(address)
    return filesystem.open_input_file(path)


def remote_place(address: str) -> tuple[Any, str]:
    """Where an s3:// (or any other) address that pyarrow knows leads.

    Credentials and region are the environment's, as AWS's tools take them; `?region=` and
    `?endpoint_override=` in the address go before.
    """
    from pyarrow import fs

    filesystem, path = fs.FileSystem.from_uri(address)
    return filesystem, str(path)
