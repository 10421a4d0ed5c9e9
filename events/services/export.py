"""Writing a chain out so that anyone can verify it without us."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, Any
from uuid import UUID

from events.errors import BrokenChain
from events.models import ChainHead, Checkpoint
from events.selectors.chain import checkpoint_line, event_line, events_after_in_order, spelled
from events.signing import public_key, signature
from events.verify import SCHEMA
from tenancy.enter import enter


def chain_export(organization_id: UUID, file: IO[str]) -> int:
    """Write the organization's events for `events/verify.py`; how many there are.

    One JSON object a line: header, checkpoints, events, and an end signed over the head, so
    that a cut behind the last checkpoint shows as well.
    """
    with enter(organization_id, read_only=True):
        written = 0
        for line in _lines(organization_id):
            file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
            written += line["kind"] == "event"
    return written


def _lines(organization_id: UUID) -> Iterator[dict[str, Any]]:
    """Checkpoints are read before the head, so none lies beyond the exported end."""
    yield {"kind": "header", "schema": SCHEMA, "organization": str(organization_id)}
    checkpoints = Checkpoint.objects.filter(organization_id=organization_id).order_by("sequence")
    yield from [checkpoint_line(checkpoint) for checkpoint in checkpoints]
    head = ChainHead.objects.filter(organization_id=organization_id).first()
    if head is None:
        raise BrokenChain(f"organization {organization_id} has no chain head")
    for event in events_after_in_order(organization_id, 0, head.sequence):
        yield event_line(event)
    yield _end(organization_id, head)


def _end(organization_id: UUID, head: ChainHead) -> dict[str, Any]:
    at = spelled(datetime.now(UTC))
    return {
        "kind": "end",
        "sequence": head.sequence,
        "hash": head.hash,
        "at": at,
        "public_key": public_key(),
        "signature": signature("end", str(organization_id), head.sequence, head.hash, at),
    }
