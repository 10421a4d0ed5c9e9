"""Rows of a CSV file, read in blocks by pyarrow, every value as text."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from ml.profiling.dialect import LONGEST_FIELD, Dialect
from tenancy.errors import FieldError, Invalid
from underwriting.imports.batch_cells import Cleaner, Cut, Unread
from underwriting.imports.batch_chunks import Gathered
from underwriting.imports.batch_words import words

BLOCK_BYTES = 8 << 20
HEADER_BYTES = 1 << 20
_ROW = re.compile(r"Row #(\d+)")


def csv_header(stream: IO[bytes], dialect: Dialect, language: str) -> list[str]:
    """The names of the columns; Invalid where the first mebibyte holds no whole header."""
    csv.field_size_limit(LONGEST_FIELD)
    start = stream.read(HEADER_BYTES).decode(dialect.encoding, errors="ignore")
    reader = csv.reader(
        io.StringIO(start.lstrip("\ufeff"), newline=""), delimiter=dialect.delimiter
    )
    try:
        while True:
            names = [name.strip() for name in next(reader)]
            if names:
                return names
    except (StopIteration, csv.Error) as error:
        why = words("row_too_long", language, row=1, most=HEADER_BYTES >> 20)
        raise Invalid([FieldError("/file", "not_csv", why)]) from error


def csv_cuts(
    stream: IO[bytes], dialect: Dialect, cleaner: Cleaner, chunk_rows: int
) -> Iterator[Cut]:
    """The rows a chunk at a time. Row 1 is the first after the header; blank lines do not count."""
    names = csv_header(stream, dialect, cleaner.contract.language)
    stream.seek(0)
    told = _Told(len(names), cleaner.contract.language)
    gathered = Gathered(cleaner, chunk_rows)
    try:
        for batch in _opened(stream, dialect, names, told):
            numbers = told.numbered(batch.num_rows)
            yield from gathered.add(_table(batch, names), numbers, told.taken())
    except Exception as error:
        raise _refused(error, told, dialect, cleaner.contract.language) from error
    told.numbered(0)
    yield from gathered.rest(told.taken())


def _opened(stream: IO[bytes], dialect: Dialect, names: list[str], told: "_Told") -> Any:
    from pyarrow import ArrowInvalid, string
    from pyarrow import csv as arrow

    encoding = {"utf-8-sig": "utf8", "cp1252": "windows-1252"}.get(
        dialect.encoding, dialect.encoding
    )
    try:
        return arrow.open_csv(
            stream,
            arrow.ReadOptions(use_threads=False, block_size=BLOCK_BYTES, encoding=encoding),
            arrow.ParseOptions(
                delimiter=dialect.delimiter,
                newlines_in_values=True,
                invalid_row_handler=told.differs,
            ),
            arrow.ConvertOptions(
                column_types=dict.fromkeys(names, string()),
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except ArrowInvalid as error:
        if "Empty CSV" in str(error):  # a header without as much as a line end
            return ()
        raise


def _table(batch: Any, names: list[str]) -> Any:
    import pyarrow as pa

    return pa.Table.from_batches([batch]).rename_columns(names)


@dataclass(slots=True)
class _Told:
    """Counts rows while pyarrow reads them, and hears of those with too many or too few values."""

    width: int
    language: str
    next_row: int = 1
    unread: list[Unread] = field(default_factory=list)
    _skipped: set[int] = field(default_factory=set)

    def differs(self, row: Any) -> str:
        number = row.number - 1  # pyarrow counts the header
        text = words(
            "columns_differ", self.language, found=row.actual_columns, expected=row.expected_columns
        )
        self._skipped.add(number)
        self.unread.append(Unread(number, "", "columns_differ", text))
        return "skip"

    def numbered(self, rows: int) -> list[int]:
        """The numbers of the next so many rows that were not skipped."""
        found: list[int] = []
        while len(found) < rows or self.next_row in self._skipped:
            if self.next_row in self._skipped:
                self._skipped.discard(self.next_row)
            else:
                found.append(self.next_row)
            self.next_row += 1
        return found

    def taken(self) -> list[Unread]:
        """What was skipped among the rows that have their numbers."""
        taken = [each for each in self.unread if each.row < self.next_row]
        self.unread = [each for each in self.unread if each.row >= self.next_row]
        return taken


def _refused(error: Exception, told: _Told, dialect: Dialect, language: str) -> Exception:
    """What pyarrow could not read, with the row; anything that is not about the file as it is."""
    from pyarrow import ArrowInvalid

    if not isinstance(error, ArrowInvalid | UnicodeError):
        return error
    said = str(error)
    at = _ROW.search(said)
    row = int(at[1]) - 1 if at else told.next_row
    if "straddling" in said:
        text = words("row_too_long", language, row=row, most=BLOCK_BYTES >> 20)
        return Invalid([FieldError(f"/file/rows/{row}", "row_too_long", text)])
    if "UTF8" in said or isinstance(error, UnicodeError):
        text = words("encoding", language, row=row, encoding=dialect.encoding)
        return Invalid([FieldError(f"/file/rows/{row}", "encoding", text)])
    text = words("not_csv", language, row=max(0, told.next_row - 1), why=said[:120])
    return Invalid([FieldError("/file", "not_csv", text)])
