"""Rows of a Parquet file as columns of text, with nothing believed that its footer cannot keep.

A small file may claim, or unpack to, far more than memory holds: rows and bytes are checked in the
footer before anything is decoded, and texts stay dictionary-encoded until their length is known.
"""

from collections.abc import Iterator
from typing import IO, Any, Protocol

from tenancy.errors import FieldError, Invalid
from underwriting.imports.batch_cells import LONGEST_CELL, Cleaner, Cut, Unread
from underwriting.imports.batch_chunks import Gathered
from underwriting.imports.batch_columns import pointer_of_column
from underwriting.imports.batch_words import words

MIB = 1 << 20
READ_ROWS = 10_000
MOST_GROUP_BYTES = 2 << 30


class Bounds(Protocol):
    """What a file may hold."""

    @property
    def rows(self) -> int: ...
    @property
    def chunk_rows(self) -> int: ...
    @property
    def unpacked(self) -> int: ...


def parquet_header(stream: IO[bytes], language: str) -> list[str]:
    """The columns' names, members of structures with dots; Invalid for lists and broken footers."""
    file = _file(stream, language)
    paths = [file.schema.column(index).path for index in range(len(file.schema))]
    for path, column in zip(paths, range(len(paths)), strict=True):
        if file.schema.column(column).max_repetition_level:
            name = path.split(".list.")[0]
            text = words("nested", language, column=name[:80])
            raise Invalid([FieldError(f"/file/columns/{name[:60]}", "nested", text)])
    return paths


def parquet_cuts(stream: IO[bytes], cleaner: Cleaner, bounds: Bounds) -> Iterator[Cut]:
    """The rows a chunk at a time, in the file's order."""
    from pyarrow import ArrowException

    language = cleaner.contract.language
    names = parquet_header(stream, language)
    stream.seek(0)
    file = _file(stream, language, read_dictionary=_texts(stream, names, language))
    _bounded(file.metadata, bounds, language)
    gathered = Gathered(cleaner, bounds.chunk_rows)
    first = 1
    try:
        for batch in file.iter_batches(batch_size=min(READ_ROWS, bounds.chunk_rows)):
            numbers = list(range(first, first + batch.num_rows))
            table, unread = _as_text(batch, names, numbers, language)
            first += batch.num_rows
            yield from gathered.add(table, numbers, unread)
    except (ArrowException, OSError) as error:
        raise _broken(error, language) from error
    yield from gathered.rest([])


def _file(stream: IO[bytes], language: str, **options: Any) -> Any:
    from pyarrow import ArrowException, parquet

    stream.seek(0)
    try:
        return parquet.ParquetFile(stream, buffer_size=MIB, pre_buffer=False, **options)
    except (ArrowException, OSError) as error:
        raise _broken(error, language) from error


def _broken(error: Exception, language: str) -> Invalid:
    why = str(error).partition("\n")[0][:160].rstrip(".")
    return Invalid([FieldError("/file", "not_parquet", words("not_parquet", language, why=why))])


def _texts(stream: IO[bytes], names: list[str], language: str) -> list[str]:
    """Columns of text: they are read as codes and spellings, so that repeats cost nothing."""
    file = _file(stream, language)
    return [
        name
        for index, name in enumerate(names)
        if file.schema.column(index).physical_type == "BYTE_ARRAY"
    ]


def _bounded(metadata: Any, bounds: Bounds, language: str) -> None:
    groups = [metadata.row_group(index) for index in range(metadata.num_row_groups)]
    if metadata.num_rows > bounds.rows:
        text = words("too_many_rows", language, most=f"{bounds.rows:,}")
        raise Invalid([FieldError("/file", "too_many_rows", text)])
    whole = sum(group.total_byte_size for group in groups)
    widest = max((group.total_byte_size for group in groups), default=0)
    if whole > bounds.unpacked or widest > MOST_GROUP_BYTES:
        most = min(bounds.unpacked, MOST_GROUP_BYTES) // MIB
        text = words("too_large_unpacked", language, most=f"{most:,}")
        raise Invalid([FieldError("/file", "too_large_unpacked", text)])


def _as_text(
    batch: Any, names: list[str], numbers: list[int], language: str
) -> tuple[Any, list[Unread]]:
    """Typed columns as the text a CSV would hold; a spelling that is too long is nowhere copied."""
    import pyarrow as pa

    table = pa.Table.from_batches([batch])
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    unread: list[Unread] = []
    columns = []
    for name, column in zip(names, table.columns, strict=True):
        text, long = _column(column.combine_chunks())
        for place in long:
            said = words("too_long", language, most=LONGEST_CELL)
            unread.append(Unread(numbers[place], pointer_of_column(name), "too_long", said))
        columns.append(text)
    return pa.table(columns, names), unread


def _column(column: Any) -> tuple[Any, list[int]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type):
        return _plain(column), []
    spellings = column.dictionary
    if not (pa.types.is_string(spellings.type) or pa.types.is_large_string(spellings.type)):
        spellings = spellings.cast(pa.string())
    long = pc.greater(pc.binary_length(spellings), LONGEST_CELL)
    kept = pc.if_else(long, pa.scalar(None, spellings.type), spellings)
    places = pc.indices_nonzero(pc.fill_null(pc.take(long, column.indices), False)).to_pylist()  # noqa: FBT003
    return pc.take(kept.cast(pa.string()), column.indices), places


def _plain(column: Any) -> Any:
    """A day for a moment, no exponent where a number has none, nothing for NaN."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.date32(), safe=False)
    elif pa.types.is_floating(kind):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, kind), column)
    text = column.cast(pa.string())
    if pa.types.is_floating(kind):
        text = pc.replace_substring_regex(text, r"\.0$", "")
    return text
