"""A chunk's rows and refusals as sealed bytes: they hold people, and lie between two workers."""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from tenancy.vault import open_own, seal_own
from underwriting.models import BatchChunk
from underwriting.services.batch_contract import BadRow


def body_seal(chunk: BatchChunk, table: Any) -> bytes | None:
    """The rows' Arrow bytes, sealed; None where no row could be read. Inside `enter`."""
    import pyarrow as pa

    if table is None or not table.num_rows:
        return None
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return seal_own(chunk.organization_id, sink.getvalue().to_pybytes(), _aad(chunk, "body"))


def body_open(chunk: BatchChunk) -> Any:
    """The rows as a pyarrow.Table; None where there are none. Inside `enter`."""
    import pyarrow as pa

    if chunk.body is None:
        return None
    body = open_own(chunk.organization_id, bytes(chunk.body), _aad(chunk, "body"))
    return pa.ipc.open_stream(body).read_all()


def refusals_seal(chunk: BatchChunk, bad: Sequence[BadRow]) -> bytes | None:
    """What was refused, a JSON line each. Inside `enter`."""
    if not bad:
        return None
    lines = "\n".join(json.dumps(asdict(each), ensure_ascii=False) for each in bad)
    packed = gzip.compress(lines.encode(), mtime=0)
    return seal_own(chunk.organization_id, packed, _aad(chunk, "refusals"))


def refusals_open(chunk: BatchChunk) -> Iterator[BadRow]:
    """The same, one after the other. Inside `enter`."""
    if chunk.refusals is None:
        return
    packed = open_own(chunk.organization_id, bytes(chunk.refusals), _aad(chunk, "refusals"))
    for line in gzip.decompress(packed).decode().split("\n"):
        yield BadRow(**json.loads(line))


def _aad(chunk: BatchChunk, what: str) -> bytes:
    return f"batch_chunk/{chunk.id}/{what}".encode()
