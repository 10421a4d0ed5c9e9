"""Signing how far a chain has come, so that not even the database's owner can rewrite it."""

from datetime import UTC, datetime
from uuid import UUID

from events.errors import BrokenChain
from events.models import Checkpoint
from events.selectors.chain import checkpoint_line, read_events, spelled
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
    try:
        chain = _verified_since(organization_id, last)
    except Broken as error:
        raise BrokenChain(f"organization {organization_id}: {error}") from error
    if chain.sequence == (last.sequence if last else 0):
        return None
    checkpoint = _signed(organization_id, chain.sequence, chain.head)
    Checkpoint.objects.bulk_create([checkpoint], ignore_conflicts=True)
    return checkpoint


def _verified_since(organization_id: UUID, last: Checkpoint | None) -> Chain:
    chain = Chain(str(organization_id), trusted_keys())
    if last is not None:
        chain.take_signed(checkpoint_line(last))
        chain.sequence, chain.head = last.sequence, last.hash
    read_events(chain, organization_id)
    return chain


def _signed(organization_id: UUID, sequence: int, head: str) -> Checkpoint:
    """The seal's time is the world's, a test twin's too: it says when the signing happened."""
    at = datetime.now(UTC)
    return Checkpoint(
        organization_id=organization_id,
        sequence=sequence,
        hash=head,
        at=at,
        public_key=public_key(),
        signature=signature("checkpoint", str(organization_id), sequence, head, spelled(at)),
    )
