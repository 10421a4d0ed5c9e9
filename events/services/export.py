"""Writing a chain out so that anyone can verify it without us."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import IO, Any
from uuid import UUID

from events.errors import BrokenChain
from events.models import ChainHead, Checkpoint, Event
from events.selectors.chain import checkpoint_line, event_line, events_after_in_order, spelled
from events.signing import public_key, signature
from events.verify import SCHEMA
from tenancy.enter import enter
from tenancy.errors import NotFound

PIECE = 2_000
EVENT = '{"kind":"event"'


def chain_export(organization_id: UUID, file: IO[str], *, after: int = 0) -> int:
    """Write the organization's events for `events/verify.py`; how many there are."""
    written = 0
    for line in chain_lines(organization_id, after=after):
        file.write(line)
        written += line.startswith(EVENT)
    return written


def chain_lines(organization_id: UUID, *, after: int = 0) -> Iterator[str]:
    """The export line by line: header, checkpoints, events, and an end signed over the head, so
    that a cut behind the last checkpoint shows as well.

    Behind event `after` it is a segment, which says in its header what it follows. Events never
    change, so each piece is read in a transaction of its own: a slow reader holds none open, and
    memory does not grow. Raises NotFound where the chain has not come as far as `after`.
    """
    with enter(organization_id, read_only=True):
        header, head = _header(organization_id, after), _head(organization_id)
        checkpoints = Checkpoint.objects.filter(
            organization_id=organization_id, sequence__gt=after, sequence__lte=head.sequence
        ).order_by("sequence")
        yield from [_line(line) for line in (header, *map(checkpoint_line, checkpoints))]
    at = after
    while at < head.sequence:
        upto = min(at + PIECE, head.sequence)
        with enter(organization_id, read_only=True):
            found = [_line(event_line(e)) for e in events_after_in_order(organization_id, at, upto)]
        yield from found
        at = upto
    yield _line(_end(organization_id, head))


def chain_begun(organization_id: UUID, after: int) -> None:
    """Raise before a line is written what `chain_lines` would raise: NotFound, BrokenChain."""
    with enter(organization_id, read_only=True):
        _header(organization_id, after)
        _head(organization_id)


def _header(organization_id: UUID, after: int) -> dict[str, Any]:
    header = {"kind": "header", "schema": SCHEMA, "organization": str(organization_id)}
    if not after:
        return header
    last = Event.objects.filter(organization_id=organization_id, sequence=after).first()
    if last is None:
        raise NotFound("the chain has no such event")
    return {**header, "after": {"sequence": last.sequence, "hash": last.hash}}


def _head(organization_id: UUID) -> ChainHead:
    head = ChainHead.objects.filter(organization_id=organization_id).first()
    if head is None:
        raise BrokenChain(f"organization {organization_id} has no chain head")
    return head


def _line(line: Mapping[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"


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
