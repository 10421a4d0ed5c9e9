"""Signing how far a chain has come, so that not even the database's owner can rewrite it."""

from datetime import UTC, datetime
from uuid import UUID

from events.errors import BrokenChain
from events.models import ChainHead, Checkpoint
from events.selectors.chain import checkpoint_line, event_line, events_after_in_order, spelled
from events.signing import public_key, signature, trusted_keys
from events.verify import Broken, Chain
from tenancy.enter import enter


def seal_chain(organization_id: UUID) -> Checkpoint | None:
    """Sign the chain's head, or return None when nothing happened since the last seal.

    What came since that seal is verified first: a contradiction raises BrokenChain and stays
    unsigned. Harmless to repeat, and at once.
    """
    with enter(organization_id):
        return seal_entered(organization_id)


def seal_entered(organization_id: UUID) -> Checkpoint | None:
    """As `seal_chain`, inside the caller's `enter`."""
    last = Checkpoint.objects.filter(organization_id=organization_id).order_by("sequence").last()
    head = ChainHead.objects.get(organization_id=organization_id)
    if head.sequence == (last.sequence if last else 0):
        return None
    try:
        _verify_since(organization_id, last, head)
    except Broken as error:
        raise BrokenChain(f"organization {organization_id}: {error}") from error
    checkpoint = _signed(organization_id, head)
    Checkpoint.objects.bulk_create([checkpoint], ignore_conflicts=True)
    return checkpoint


def _verify_since(organization_id: UUID, last: Checkpoint | None, head: ChainHead) -> None:
    chain = Chain(str(organization_id), trusted_keys())
    if last is not None:
        chain.take_signed(checkpoint_line(last))
        chain.sequence, chain.head = last.sequence, last.hash
    for event in events_after_in_order(organization_id, chain.sequence, head.sequence):
        chain.take_event(event_line(event))
    if (chain.sequence, chain.head) != (head.sequence, head.hash):
        raise Broken(f"the chain ends at {chain.sequence}, its head says {head.sequence}")


def _signed(organization_id: UUID, head: ChainHead) -> Checkpoint:
    """The seal's time is the world's, a test twin's too: it says when the signing happened."""
    at = datetime.now(UTC)
    return Checkpoint(
        organization_id=organization_id,
        sequence=head.sequence,
        hash=head.hash,
        at=at,
        public_key=public_key(),
        signature=signature(
            "checkpoint", str(organization_id), head.sequence, head.hash, spelled(at)
        ),
    )
