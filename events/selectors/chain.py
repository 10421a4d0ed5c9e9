"""Reading a chain back and holding it against its hashes, its head and its seals."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from events.models import ChainHead, Checkpoint, Event
from events.signing import trusted_keys
from events.verify import Broken, Chain
from tenancy.enter import enter

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class ChainReport:
    """How far the chain was read, and the first thing wrong with it, or None."""

    organization_id: UUID
    sequence: int
    checkpoints: int
    broken: str | None


def verify_chain(organization_id: UUID) -> ChainReport:
    """Recompute the whole chain, and hold it against its head and every checkpoint."""
    with enter(organization_id, read_only=True):
        return read_chain(organization_id)


def read_chain(organization_id: UUID) -> ChainReport:
    """As `verify_chain`, inside the caller's `enter`.

    Checkpoints are read before the head and the head before the events, so that what is
    appended meanwhile is left for the next time instead of looking like a contradiction.
    """
    chain = Chain(str(organization_id), trusted_keys())
    checkpoints = [checkpoint_line(each) for each in _checkpoints(organization_id)]
    broken = None
    try:
        for line in checkpoints:
            chain.take_checkpoint(line)
        read_events(chain, organization_id)
        chain.refuse_missing()
    except Broken as error:
        broken = str(error)
    return ChainReport(organization_id, chain.sequence, len(checkpoints), broken)


def read_events(chain: Chain, organization_id: UUID) -> None:
    """Take every event from where the chain stands up to the recorded head, which must agree."""
    head = ChainHead.objects.filter(organization_id=organization_id).first()
    if head is None:
        raise Broken("the chain has no head")
    for event in events_after_in_order(organization_id, chain.sequence, head.sequence):
        chain.take_event(event_line(event))
    if (chain.sequence, chain.head) != (head.sequence, head.hash):
        raise Broken(f"the chain ends at {chain.sequence}, its head says {head.sequence}")


def events_after_in_order(organization_id: UUID, after: int, up_to: int) -> Iterator[Event]:
    """Events with numbers in (after, up_to], in order, without holding them all."""
    found = Event.objects.filter(
        organization_id=organization_id, sequence__gt=after, sequence__lte=up_to
    )
    return found.order_by("sequence").iterator(chunk_size=CHUNK)


def event_line(event: Event) -> dict[str, Any]:
    """An event in the words of an export."""
    return {
        "kind": "event",
        "id": str(event.id),
        "sequence": event.sequence,
        "at": spelled(event.at),
        "actor_kind": event.actor_kind,
        "actor_id": event.actor_id,
        "type": event.type,
        "subject_kind": event.subject_kind,
        "subject_id": str(event.subject_id),
        "data": event.data,
        "previous_hash": event.previous_hash,
        "hash": event.hash,
    }


def checkpoint_line(checkpoint: Checkpoint) -> dict[str, Any]:
    """A checkpoint in the words of an export."""
    return {
        "kind": "checkpoint",
        "sequence": checkpoint.sequence,
        "hash": checkpoint.hash,
        "at": spelled(checkpoint.at),
        "public_key": checkpoint.public_key,
        "signature": checkpoint.signature,
    }


def spelled(moment: datetime) -> str:
    """A moment as the database spells it for hashing: UTC, to the microsecond."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _checkpoints(organization_id: UUID) -> list[Checkpoint]:
    found = Checkpoint.objects.filter(organization_id=organization_id)
    return list(found.order_by("sequence"))
