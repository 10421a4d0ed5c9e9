"""Files of any length, made as they are read, for measuring what reading them costs."""

import gzip
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date

import pyarrow as pa
from psutil import Process
from pyarrow import parquet

from ml.dictionary import Dictionary
from tests.cast_scoring import demo_document
from tests.underwriting.test_batch_reading import NAMES, ROW, body
from underwriting.imports.batch_columns import contract_of
from underwriting.imports.batch_files import Limits, batch_table
from underwriting.submission import Terms

LIMITS = Limits(rows=10_000_000, chunk_rows=10_000, unpacked=8 << 30)
BLOCK = 1_000


def peaks_of(kind: str, rows: int) -> tuple[int, int, int]:
    """Read a file of so many rows to its end: how many there were, and the most memory (MiB) held
    while its first quarter was read, and while the rest was."""
    dictionary = Dictionary.parse(json.dumps(demo_document("hanse_kredit", "dictionary")))
    product = demo_document("hanse_kredit", "product")
    terms = Terms(dictionary, product, 2, 18, (), ("de", "en"), date(2026, 11, 21))
    process, peaks, last = Process(), [0, 0], 0
    with batch_table(_pieces(kind, rows), contract_of(terms, "en"), "p", LIMITS) as table:
        table.check()
        for cut in table.cuts(LIMITS):
            assert kind == "broken" or not cut.unread
            last = cut.last
            late = last > rows // 4
            peaks[late] = max(peaks[late], process.memory_info().rss >> 20)
    return last, peaks[0], peaks[1]


def _pieces(kind: str, rows: int) -> Iterable[bytes]:
    if kind == "parquet":
        return _parquet(rows)
    if kind == "ndjson":
        return _lines(rows, [], lambda number: json.dumps({**body(1), "external_id": str(number)}))
    cells = [str(ROW[name]) for name in NAMES]
    plain = _lines(rows, NAMES, lambda number: ",".join([str(number), *cells[1:]]))
    if kind == "broken":
        return _lines(rows, NAMES, lambda number: f"{number},too,few")
    return _packed(plain) if kind == "csv.gz" else plain


def _lines(rows: int, header: list[str], line: Callable[[int], str]) -> Iterator[bytes]:
    if header:
        yield (",".join(header) + "\n").encode()
    for start in range(1, rows + 1, BLOCK):
        numbers = range(start, min(start + BLOCK, rows + 1))
        yield "".join(f"{line(number)}\n" for number in numbers).encode()


def _packed(plain: Iterable[bytes]) -> Iterator[bytes]:
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb") as stream:
        for piece in plain:
            stream.write(piece)
            if out.tell() > 1 << 20:
                yield out.getvalue()
                out.seek(0)
                out.truncate()
    yield out.getvalue()


def _parquet(rows: int) -> Iterator[bytes]:
    """A row group for each ten thousand rows."""
    names = [name for name in NAMES if name != "external_id"]
    same = {name: pa.array([str(ROW[name])]) for name in names}
    with tempfile.TemporaryFile() as disk:
        schema = pa.schema([("external_id", pa.string()), *((name, pa.string()) for name in names)])
        with parquet.ParquetWriter(disk, schema) as writer:
            for start in range(1, rows + 1, 10_000):
                numbers = range(start, min(start + 10_000, rows + 1))
                columns = {"external_id": pa.array([str(number) for number in numbers])}
                columns |= {
                    name: value.take(pa.array([0] * len(numbers))) for name, value in same.items()
                }
                writer.write_table(pa.table(columns, schema=schema))
        disk.seek(0)
        while piece := disk.read(1 << 20):
            yield piece
