"""Frames as bytes: typed columns in Arrow, one part a frame, so that they are read in one go.

    b"assay.frames/1\\n", length of the header (4 bytes, big-endian), header (canonical JSON),
    then each part as an Arrow IPC stream (zstd), one after another.

Arrow's own stream is read six times faster than Parquet here and is smaller; nobody reads a few
columns of a chunk, which is what Parquet is for.

Numbers, dates and booleans are stored in the narrowest whole type that holds them, categories as
codes whose names stand in the header, what is missing as null. No JSON is read for any row.
"""

import io
from collections.abc import Mapping
from typing import Any

import numpy as np

from ml.canonical import canonical
from ml.columns import MISSING_CODE, Array, Column, Frame

MAGIC = b"assay.frames/1\n"
WIDTHS = (np.int8, np.int16, np.int32, np.int64)


class FramesRefused(ValueError):
    """Bytes that are no frames."""


def frames_to_bytes(frames: Mapping[str, Frame]) -> bytes:
    """The frames by name, in their order."""
    parts, bodies = [], []
    for name, frame in frames.items():
        body = _body(frame)
        columns = [_described(label, column) for label, column in frame.columns.items()]
        parts.append({"name": name, "rows": frame.rows, "size": len(body), "columns": columns})
        bodies.append(body)
    header = canonical({"parts": parts})
    return b"".join([MAGIC, len(header).to_bytes(4, "big"), header, *bodies])


def frames_from_bytes(data: bytes) -> dict[str, Frame]:
    """The frames that were stored; FramesRefused where these are not such bytes."""
    import json

    if not data.startswith(MAGIC):
        raise FramesRefused("these are no frames")
    at = len(MAGIC) + 4
    size = int.from_bytes(data[len(MAGIC) : at], "big")
    header, at = json.loads(data[at : at + size]), at + size
    found = {}
    for part in header["parts"]:
        found[part["name"]] = _frame(part, memoryview(data)[at : at + part["size"]])
        at += part["size"]
    return found


def kind_of(column: Column) -> str:
    """number (dates too), boolean, category or text."""
    if column.categories is not None:
        return "category"
    if column.values.dtype == object:
        return "text"
    return "boolean" if column.values.dtype == bool else "number"


def missing_column(kind: str, rows: int) -> Column:
    """A column of that kind in which nothing is known."""
    null = np.ones(rows, bool)
    if kind == "category":
        return Column(np.full(rows, MISSING_CODE, np.int32), null, ())
    if kind == "text":
        return Column(np.full(rows, None, object), null)
    return Column(np.zeros(rows, bool if kind == "boolean" else np.int64), null)


def _described(name: str, column: Column) -> dict[str, Any]:
    said: dict[str, Any] = {"name": name, "kind": kind_of(column)}
    if column.categories is not None:
        said["categories"] = list(column.categories)
    return said


def _body(frame: Frame) -> bytes:
    import pyarrow as pa

    if not frame.columns:
        return b""
    arrays = [_array(column) for column in frame.columns.values()]
    table = pa.table(arrays, names=list(frame.columns))
    sink = io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression="zstd", use_threads=False)
    with pa.ipc.new_stream(sink, table.schema, options=options) as stream:
        stream.write_table(table)
    return sink.getvalue()


def _array(column: Column) -> Any:
    import pyarrow as pa

    if column.values.dtype == object:
        return pa.array(column.items(), pa.string())
    values = column.values
    if values.dtype != bool:
        known = values[~column.null]
        low, high = (int(known.min()), int(known.max())) if known.size else (0, 0)
        fits = (w for w in WIDTHS if np.iinfo(w).min <= low and high <= np.iinfo(w).max)
        values = np.where(column.null, 0, values).astype(next(fits))
    return pa.array(values, mask=column.null)


def _frame(part: Mapping[str, Any], body: memoryview) -> Frame:
    import pyarrow as pa

    rows = part["rows"]
    if not part["columns"]:
        return Frame({}, rows)
    options = pa.ipc.IpcReadOptions(use_threads=False)
    table = pa.ipc.open_stream(pa.BufferReader(body), options=options).read_all()
    columns = {
        said["name"]: _column(said, table.column(at)) for at, said in enumerate(part["columns"])
    }
    return Frame(columns, rows)


def _column(said: Mapping[str, Any], stored: Any) -> Column:
    null = _nulls(stored)
    if said["kind"] == "text":
        return Column(np.array(stored.to_pylist(), dtype=object), null)
    if said["kind"] == "boolean":
        return Column(_values(stored, fill=False), null)
    if said["kind"] == "category":
        codes = _values(stored, fill=0).astype(np.int32)
        codes[null] = MISSING_CODE
        return Column(codes, null, tuple(said["categories"]))
    return Column(_values(stored, fill=0).astype(np.int64), null)


def _nulls(stored: Any) -> Array:
    if not stored.null_count:
        return np.zeros(len(stored), bool)
    return np.asarray(stored.is_null().to_numpy(), bool)


def _values(stored: Any, *, fill: Any) -> Array:
    filled = stored.fill_null(fill) if stored.null_count else stored
    return np.asarray(filled.to_numpy())
