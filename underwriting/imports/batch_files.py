"""A file of applications on this machine's disk: what it is, and its rows as chunks of columns.

Memory holds one chunk, however long the file is. What is wrong with a file as a whole is Invalid
and names row or column; what is wrong with one row is that row's.
"""

import gzip
import io
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO

from ml.profiling.dialect import Dialect, Unreadable, dialect_of
from tenancy.errors import FieldError, Invalid
from underwriting.enums import BatchFormat
from underwriting.imports.batch_cells import Cleaner, Cut
from underwriting.imports.batch_columns import Contract
from underwriting.imports.batch_csv import csv_cuts, csv_header
from underwriting.imports.batch_lines import first_line_problem, line_cuts
from underwriting.imports.batch_parquet import parquet_cuts, parquet_header
from underwriting.imports.batch_words import words

MIB = 1 << 20
BLOCK = 1 << 20
CELLS = 600_000
FEWEST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read: rows altogether and in a chunk, bytes once it is unpacked."""

    rows: int
    chunk_rows: int
    unpacked: int

    def of_columns(self, columns: int) -> "Limits":
        """Wide files are cut into shorter chunks, so that a chunk's memory stays bounded."""
        fitting = max(FEWEST_ROWS, CELLS // max(1, columns))
        return replace(self, chunk_rows=min(self.chunk_rows, fitting))


@dataclass(frozen=True, slots=True)
class BatchTable:
    """An opened file. `stream` is unpacked, can seek, and belongs to whoever opened it."""

    stream: IO[bytes]
    format: BatchFormat
    dialect: Dialect
    contract: Contract
    product: str

    def header(self) -> list[str]:
        """The columns' names; of lines of JSON none, as each line has its own."""
        self.stream.seek(0)
        if self.format == BatchFormat.CSV:
            return csv_header(self.stream, self.dialect, self.contract.language)
        if self.format == BatchFormat.PARQUET:
            return parquet_header(self.stream, self.contract.language)
        return []

    def check(self, *, consents_in_rows: bool = False) -> None:
        """Refuse a file whose columns are not the product's; Invalid names each of them.

        With `consents_in_rows` nothing was attested for the whole file, so each row has to say.
        """
        if self.format == BatchFormat.NDJSON:
            self.stream.seek(0)
            problems = first_line_problem(self.stream, self.dialect, self.contract.language)
        else:
            problems = self.contract.problems(self.header(), consents_in_rows=consents_in_rows)
        if problems:
            raise Invalid(problems)

    def cuts(self, limits: Limits, decimal_mark: str = ".") -> Iterator[Cut]:
        """The rows in order, a chunk at a time; Invalid where the file ends being one."""
        limits = limits.of_columns(len(self.header()) or len(self.contract.columns))
        self.stream.seek(0)
        cleaner = Cleaner(self.contract, decimal_mark)
        empty = True
        for cut in self._cuts(limits, cleaner):
            empty = False
            if cut.last > limits.rows:
                raise refused("too_many_rows", self.contract.language, most=f"{limits.rows:,}")
            yield cut
        if empty:
            raise refused("no_rows", self.contract.language)

    def _cuts(self, limits: Limits, cleaner: Cleaner) -> Iterable[Cut]:
        if self.format == BatchFormat.CSV:
            return csv_cuts(self.stream, self.dialect, cleaner, limits.chunk_rows)
        if self.format == BatchFormat.PARQUET:
            return parquet_cuts(self.stream, cleaner, limits)
        return line_cuts(self.stream, self.dialect, cleaner, limits.chunk_rows, self.product)


@contextmanager
def batch_table(
    pieces: Iterable[bytes], contract: Contract, product: str, limits: Limits
) -> Iterator[BatchTable]:
    """A file from its pieces, on disk under no name: it is gone when the process is, however.

    Raises Invalid for what is no table of text, too large once unpacked, or cut off.
    """
    with tempfile.TemporaryFile(prefix="assay-batch-") as disk:
        _unpacked(pieces, disk, contract.language, limits.unpacked)
        disk.seek(0)
        form, dialect = _what(disk, contract.language)
        yield BatchTable(disk, form, dialect, contract, product)


def glance(stream: IO[bytes], contract: Contract, product: str) -> BatchTable:
    """A file that has just come in, by its beginning: enough to refuse what is none of ours.

    Of a packed file the first mebibyte is unpacked; nothing is copied.
    """
    stream.seek(0)
    if stream.read(2) == b"\x1f\x8b":
        stream.seek(0)
        try:
            stream = io.BytesIO(gzip.GzipFile(fileobj=stream).read(BLOCK))
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise refused("broken_gzip", contract.language) from error
    stream.seek(0)
    form, dialect = _what(stream, contract.language, whole=False)
    return BatchTable(stream, form, dialect, contract, product)


def refused(code: str, language: str, **values: object) -> Invalid:
    """A file as a whole, refused in a sentence."""
    return Invalid([FieldError("/file", code, words(code, language, **values))])


def _unpacked(pieces: Iterable[bytes], disk: IO[bytes], language: str, most: int) -> None:
    found = iter(pieces)
    first = next(found, b"")
    if not first:
        raise refused("empty", language)
    packed = first[:2] == b"\x1f\x8b"
    source = _gunzipped(first, found, language) if packed else _chained(first, found)
    written = 0
    for block in source:
        written += len(block)
        if written > most:
            code = "too_large_unpacked" if packed else "too_large"
            raise refused(code, language, most=f"{most // MIB:,}")
        disk.write(block)


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _gunzipped(first: bytes, rest: Iterator[bytes], language: str) -> Iterator[bytes]:
    """Unpacked a mebibyte at a time: what a small file blows up to is never held."""
    with tempfile.TemporaryFile(prefix="assay-batch-") as packed:
        for piece in _chained(first, rest):
            packed.write(piece)
        packed.seek(0)
        try:
            with gzip.GzipFile(fileobj=packed) as opened:
                while block := opened.read(BLOCK):
                    yield block
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise refused("broken_gzip", language) from error


def _what(disk: IO[bytes], language: str, *, whole: bool = True) -> tuple[BatchFormat, Dialect]:
    """Format, encoding and delimiter, by the bytes alone; every byte has its say in encoding."""
    try:
        dialect = dialect_of(disk, whole=whole)
    except Unreadable as error:
        code = "empty" if error.code == "empty" else "not_a_table"
        raise refused(code, language, why=str(error)) from error
    if dialect.parquet:
        return BatchFormat.PARQUET, dialect
    disk.seek(0)
    start = disk.read(BLOCK).decode(dialect.encoding, errors="ignore").lstrip("\ufeff \t\r\n")
    return (BatchFormat.NDJSON if start.startswith("{") else BatchFormat.CSV), dialect
