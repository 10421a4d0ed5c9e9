"""Batches as the API shows them, and their rows as lines of files."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tenancy.ids import public_id
from underwriting.api.formats import fraction, money, time_text
from underwriting.enums import ChunkStatus
from underwriting.models import Batch, BatchChunk, BatchFile
from underwriting.selectors.batches import Progress
from underwriting.services.batch_contract import BadRow
from underwriting.services.batch_downloads import ResultRow

Document = dict[str, Any]
CSV, NDJSON, PARQUET = "csv", "ndjson", "parquet"
MEDIA_TYPES: Mapping[str, str] = {
    CSV: "text/csv; charset=utf-8",
    NDJSON: "application/x-ndjson",
    PARQUET: "application/vnd.apache.parquet",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
ERROR_COLUMNS = ("row", "pointer", "code", "message")
RESULT_COLUMNS = (
    "row",
    "external_id",
    "application",
    "status",
    "repeated",
    "decision",
    "outcome",
    "points",
    "probability",
    "reasons",
    "offer_kind",
    "offer_amount",
    "offer_currency",
    "offer_down_payment",
    "offer_term_months",
    "offer_annual_rate",
    "offer_instalment",
    "offer_total",
    "offer_expires_at",
)


def batch_document(batch: Batch, progress: Progress) -> Document:
    """A batch with how far it is; counts of rows add up to `rows` once it is done."""
    here = f"/v1/batches/{public_id('bat', batch.id)}"
    left = progress.ends_in
    return {
        "id": public_id("bat", batch.id),
        "object": "batch",
        "product": batch.product.slug,
        "status": batch.status,
        "cancel_requested": batch.cancel_requested,
        "file": {
            "name": batch.name,
            "format": batch.format or None,
            "size": batch.file.size if batch.file else None,
            "source": (batch.source or "").partition("?")[0] or None,
        },
        "language": batch.language,
        "metadata": batch.metadata,
        "progress": fraction(progress.ppm),
        "counts": {
            "rows": batch.rows,
            "applications": progress.placed,
            "refused": progress.refused,
            "repeated": progress.repeated,
            "outcomes": dict(sorted(progress.outcomes.items())),
        },
        "chunks": {"total": sum(progress.chunks.values()), **progress.chunks},
        "failures": [failure_document(chunk) for chunk in progress.failures],
        "error": _error(batch),
        "estimated_end_at": None if left is None else time_text(datetime.now(UTC) + left),
        "created_at": time_text(batch.created_at),
        "deciding_since": time_text(batch.deciding_since),
        "finished_at": time_text(batch.finished_at),
        "results": f"{here}/results",
        "errors": f"{here}/errors",
    }


def failure_document(chunk: BatchChunk) -> Document:
    """A chunk that was given up, by the rows it holds."""
    return {
        "chunk": chunk.number,
        "first_row": chunk.first_row,
        "last_row": chunk.last_row,
        "code": _why(chunk),
        "attempts": chunk.attempts,
    }


def chunk_document(chunk: BatchChunk) -> Document:
    return {
        "object": "batch_chunk",
        "number": chunk.number,
        "status": chunk.status,
        "first_row": chunk.first_row,
        "last_row": chunk.last_row,
        "applications": chunk.placed,
        "refused": chunk.refused if chunk.status == ChunkStatus.DONE else None,
        "repeated": chunk.repeated,
        "outcomes": chunk.outcomes,
        "attempts": chunk.attempts,
        "error": _why(chunk) or None,
        "merkle_root": chunk.root,
        "started_at": time_text(chunk.started_at),
        "finished_at": time_text(chunk.finished_at),
    }


def upload_document(file: BatchFile) -> Document:
    return {
        "id": public_id("upl", file.id),
        "object": "upload",
        "name": file.name,
        "size": file.size,
        "created_at": time_text(file.created_at),
    }


def error_lines(blocks: Iterable[list[BadRow]], form: str) -> Iterator[bytes]:
    """The refused rows as CSV or lines of JSON."""
    if form == CSV:
        return csv_lines(
            ERROR_COLUMNS,
            ([[each.row, each.pointer, each.code, each.message] for each in block]
             for block in blocks),
        )  # fmt: skip
    return json_lines(
        [{"row": each.row, "pointer": each.pointer, "code": each.code, "message": each.message}
         for each in block]
        for block in blocks
    )  # fmt: skip


def result_lines(blocks: Iterable[list[ResultRow]], form: str, minor_units: int) -> Iterator[bytes]:
    """The rows' decisions as CSV, lines of JSON, or Parquet."""
    if form == NDJSON:
        return json_lines([result_document(row, minor_units) for row in block] for block in blocks)
    flat = ([result_cells(row, minor_units) for row in block] for block in blocks)
    return csv_lines(RESULT_COLUMNS, flat) if form == CSV else _parquet(flat)


def result_document(row: ResultRow, minor_units: int) -> Document:
    """One row with its decision and offer, as the API writes them elsewhere."""
    return {
        "row": row.row,
        "external_id": row.external_id,
        "application": public_id("app", row.application_id),
        "status": row.status,
        "repeated": not row.made,
        "decision": row.decision_id and public_id("dec", row.decision_id),
        "outcome": row.outcome,
        "points": row.points,
        "probability": fraction(row.pd_ppm),
        "reasons": row.reasons,
        "offer": _offer(row, minor_units),
    }


def result_cells(row: ResultRow, minor_units: int) -> list[Any]:
    """The same laid flat, in the order of RESULT_COLUMNS."""
    shown = result_document(row, minor_units)
    offer = shown["offer"] or {}
    amounts = {name: (offer.get(name) or {}).get("amount") for name in _MONEY}
    return [
        *(shown[name] for name in RESULT_COLUMNS[:9]),
        ";".join(row.reasons) or None,
        offer.get("kind"),
        amounts["amount"],
        row.currency,
        amounts["down_payment"],
        row.term_months,
        offer.get("annual_rate"),
        amounts["instalment"],
        amounts["total"],
        offer.get("expires_at"),
    ]


def csv_lines(columns: Sequence[str], blocks: Iterable[list[list[Any]]]) -> Iterator[bytes]:
    """CSV a block at a time; no cell begins as a spreadsheet's formula does."""
    yield _written([list(columns)])
    for block in blocks:
        yield _written([[_plain(cell) for cell in row] for row in block])


def json_lines(blocks: Iterable[list[Document]]) -> Iterator[bytes]:
    for block in blocks:
        yield "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in block).encode()


_MONEY = ("amount", "down_payment", "instalment", "total")


def _offer(row: ResultRow, minor_units: int) -> Document | None:
    if row.offer_kind is None or row.currency is None:
        return None
    amounts = zip(_MONEY, (row.amount, row.down_payment, row.instalment, row.total), strict=True)
    return {
        "kind": row.offer_kind,
        "status": row.offer_status,
        **{name: money(minor, row.currency, minor_units) for name, minor in amounts},
        "term_months": row.term_months,
        "annual_rate": fraction(row.rate_ppm),
        "expires_at": time_text(row.expires_at),
    }


def _why(chunk: BatchChunk) -> str:
    """A code of ours; what failed without one is ours to look up, and told as a failure of ours."""
    return chunk.error if chunk.error.islower() or not chunk.error else "internal_error"


def _error(batch: Batch) -> Document | None:
    if not batch.error:
        return None
    return {"code": batch.error, "errors": batch.problems}


def _plain(cell: Any) -> Any:
    """A text that a spreadsheet would run is quoted; a signed figure is none."""
    if not isinstance(cell, str) or not cell.startswith(FORMULA):
        return cell
    return cell if cell[0] in "+-" and cell[1:2].isdigit() else f"'{cell}"


def _written(rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def _parquet(blocks: Iterable[list[list[Any]]]) -> Iterator[bytes]:
    """Parquet a row group at a time; what is written goes out before the next is made."""
    import pyarrow as pa
    from pyarrow import parquet

    kinds = {"row": pa.int64(), "repeated": pa.bool_(), "points": pa.int64()}
    kinds["offer_term_months"] = pa.int64()
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in RESULT_COLUMNS])
    sink = _Outlet()
    with parquet.ParquetWriter(sink, schema) as writer:
        for block in blocks:
            columns = zip(*block, strict=True)
            arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            yield sink.taken()
    yield sink.taken()


class _Outlet(io.RawIOBase):
    """A file that only goes forward: what was written waits to be taken."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting.append(bytes(data))
        return len(self._waiting[-1])

    def taken(self) -> bytes:
        found, self._waiting = b"".join(self._waiting), []
        return found
