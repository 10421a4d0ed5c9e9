"""A table of text, block by block: CSV in any dialect, or Parquet. Memory does not grow with rows.

The profile and the import read through the same class, so what one survives the other does.
"""

import csv
import gzip
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import IO, Any

from ml.profiling.dialect import LONGEST_FIELD, Dialect, Unreadable, dialect_of, packed
from ml.profiling.headers import unique_headers

Open = Callable[[], AbstractContextManager[IO[bytes]]]
BLOCK_ROWS = 10_000
BLOCK_CELLS = 600_000
"""Wide files are read in shorter blocks, so that a block's memory stays bounded."""
FEWEST_ROWS = 500
MOST_COLUMNS = 2_000


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of a table: text or None by column, with the number of each row in the file, from 1.

    `broken` lists rows that have more or fewer values than the header.
    """

    numbers: list[int]
    columns: dict[str, list[str | None]]
    broken: list[int]

    @property
    def rows(self) -> int:
        return len(self.numbers) + len(self.broken)


class TextTable:
    """A table behind `opened`, which may be called again and again."""

    def __init__(self, opened: Open, dialect: Dialect | None = None) -> None:
        self._open = opened
        self._given = dialect

    @cached_property
    def dialect(self) -> Dialect:
        with self._open() as stream:
            given = self._given
            return dialect_of(stream) if given is None else packed(stream, given)

    @cached_property
    def headers(self) -> list[str]:
        """The columns' names as they stand in the file."""
        with self._open() as stream:
            if self.dialect.parquet:
                return [str(name) for name in _parquet(stream).schema_arrow.names]
            with self.dialect.text(stream) as text:
                return _header(_reader(text, self.dialect))

    @property
    def columns(self) -> list[str]:
        """The columns' names, each unique."""
        return unique_headers(self.headers)

    def blocks(self, rows: int | None = None) -> Iterator[Block]:
        """The rows in order. Raises Unreadable where the file ends being a table."""
        names = self.columns
        size = rows or max(FEWEST_ROWS, min(BLOCK_ROWS, BLOCK_CELLS // max(1, len(names))))
        with self._open() as stream:
            if self.dialect.parquet:
                yield from _parquet_blocks(stream, names, size)
            else:
                with self.dialect.text(stream) as text:
                    yield from _text_blocks(_reader(text, self.dialect), names, size)


def _reader(text: Any, dialect: Dialect) -> Any:
    csv.field_size_limit(LONGEST_FIELD)
    return csv.reader(text, delimiter=dialect.delimiter)


def _header(reader: Any) -> list[str]:
    try:
        found = [name.strip() for name in next(reader)]
    except StopIteration:
        raise Unreadable("empty", "the file is empty") from None
    except (UnicodeError, EOFError, gzip.BadGzipFile, zlib.error, csv.Error) as error:
        raise _not_csv(error) from error
    if len(found) > MOST_COLUMNS:
        words = f"the file has {len(found)} columns; at most {MOST_COLUMNS} are read"
        raise Unreadable("too_wide", words)
    return found


def _text_blocks(reader: Any, names: list[str], size: int) -> Iterator[Block]:
    _header(reader)
    numbers: list[int] = []
    rows: list[Sequence[str]] = []
    broken: list[int] = []
    try:
        for number, row in enumerate(reader, start=1):
            if len(row) == len(names):
                numbers.append(number)
                rows.append(row)
            elif row:
                broken.append(number)
            if len(rows) + len(broken) >= size:
                yield Block(numbers, _by_column(names, rows), broken)
                numbers, rows, broken = [], [], []
    except (UnicodeError, EOFError, gzip.BadGzipFile, zlib.error, csv.Error) as error:
        raise _not_csv(error) from error
    if rows or broken:
        yield Block(numbers, _by_column(names, rows), broken)


def _by_column(names: list[str], rows: list[Sequence[str]]) -> dict[str, list[str | None]]:
    if not rows:
        return {name: [] for name in names}
    columns = zip(names, zip(*rows, strict=True), strict=True)
    return {name: list(values) for name, values in columns}


def _not_csv(error: Exception) -> Unreadable:
    return Unreadable("not_csv", f"the file cannot be read as CSV: {error}")


def _parquet(stream: IO[bytes]) -> Any:
    from pyarrow import ArrowInvalid, parquet

    try:
        return parquet.ParquetFile(stream)
    except (ArrowInvalid, OSError) as error:
        raise Unreadable("not_parquet", f"the file is no Parquet: {error}") from error


def _parquet_blocks(stream: IO[bytes], names: list[str], size: int) -> Iterator[Block]:
    first = 1
    for batch in _parquet(stream).iter_batches(batch_size=size):
        columns = {name: _texts(name, batch.column(i)) for i, name in enumerate(names)}
        yield Block(list(range(first, first + batch.num_rows)), columns, [])
        first += batch.num_rows


def _texts(name: str, column: Any) -> list[str | None]:
    """Arrow's values as the text a CSV would hold."""
    from pyarrow import ArrowInvalid, ArrowNotImplementedError, string

    try:
        values: list[str | None] = column.cast(string()).to_pylist()
    except (ArrowInvalid, ArrowNotImplementedError) as error:
        message = f"column {name!r} holds {column.type}, which is no single value"
        raise Unreadable("nested", message) from error
    return values
