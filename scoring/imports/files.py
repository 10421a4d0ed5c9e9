"""Past loans as they come: CSV (also .gz) or Parquet, from a path or an s3:// address.

Read in chunks, every value as text, so that the dictionary alone says what a value is.
"""

import csv
import gzip
import hashlib
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tenancy.errors import FieldError, Invalid

CHUNK_ROWS = 10_000
LONGEST_FIELD = 1_000_000


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of a file: text or None by column, with the number of each row in the file, from 1.

    `broken` lists rows that have more or fewer values than the header.
    """

    numbers: list[int]
    columns: dict[str, list[str | None]]
    broken: list[int]


class LoanFile:
    """One file: its columns, its chunks, and the hash of its bytes."""

    def __init__(self, source: str) -> None:
        self.source = source

    @property
    def is_parquet(self) -> bool:
        return self.source.endswith((".parquet", ".pq"))

    def columns(self) -> list[str]:
        with self._opened() as stream:
            if self.is_parquet:
                return [str(name) for name in _parquet(stream).schema_arrow.names]
            with _text(stream, self.source) as text:
                return _header(csv.reader(text))

    def chunks(self, rows: int = CHUNK_ROWS) -> Iterator[Chunk]:
        with self._opened() as stream:
            if self.is_parquet:
                yield from _parquet_chunks(stream, rows)
            else:
                with _text(stream, self.source) as text:
                    yield from _csv_chunks(text, rows)

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


def _text(stream: IO[bytes], source: str) -> io.TextIOWrapper:
    opened = gzip.GzipFile(fileobj=stream) if source.endswith(".gz") else stream
    return io.TextIOWrapper(opened, encoding="utf-8-sig", newline="")


def _header(reader: Any) -> list[str]:
    try:
        return [name.strip() for name in next(reader)]
    except StopIteration:
        raise Invalid([FieldError("/file", "empty", "the file is empty")]) from None
    except (UnicodeDecodeError, gzip.BadGzipFile, csv.Error) as error:
        raise _not_csv(error) from error


def _csv_chunks(text: io.TextIOWrapper, size: int) -> Iterator[Chunk]:
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(text)
    header = _header(reader)
    numbers: list[int] = []
    rows: list[Sequence[str]] = []
    broken: list[int] = []
    try:
        for number, row in enumerate(reader, start=1):
            if len(row) == len(header):
                numbers.append(number)
                rows.append(row)
            elif row:
                broken.append(number)
            if len(rows) + len(broken) >= size:
                yield Chunk(numbers, _by_column(header, rows), broken)
                numbers, rows, broken = [], [], []
    except (UnicodeDecodeError, gzip.BadGzipFile, csv.Error) as error:
        raise _not_csv(error) from error
    if rows or broken:
        yield Chunk(numbers, _by_column(header, rows), broken)


def _by_column(header: list[str], rows: list[Sequence[str]]) -> dict[str, list[str | None]]:
    if not rows:
        return {name: [] for name in header}
    return {
        name: list(values) for name, values in zip(header, zip(*rows, strict=True), strict=True)
    }


def _not_csv(error: Exception) -> Invalid:
    message = f"the file is no CSV in UTF-8: {error}"
    return Invalid([FieldError("/file", "not_csv", message)])


def _parquet(stream: IO[bytes]) -> Any:
    from pyarrow import ArrowInvalid, parquet

    try:
        return parquet.ParquetFile(stream)
    except ArrowInvalid as error:
        message = f"the file is no Parquet: {error}"
        raise Invalid([FieldError("/file", "not_parquet", message)]) from error


def _parquet_chunks(stream: IO[bytes], size: int) -> Iterator[Chunk]:
    first = 1
    for batch in _parquet(stream).iter_batches(batch_size=size):
        names = [str(name) for name in batch.schema.names]
        columns = {name: _texts(batch.column(i)) for i, name in enumerate(names)}
        yield Chunk(list(range(first, first + batch.num_rows)), columns, [])
        first += batch.num_rows


def _texts(column: Any) -> list[str | None]:
    """Arrow's values as the text a CSV would hold."""
    from pyarrow import string

    values: list[str | None] = column.cast(string()).to_pylist()
    return values
