"""Asking workers for a batch's chunks: so many at once, each of which asks for the next.

A large batch so stands beside a small one in the queue instead of before it, and every worker
there is, on whatever machine, can take a share.
"""

from uuid import UUID

from django.conf import settings

from tenancy.tasks import enqueue

DECIDE_CHUNK = "underwriting.tasks.decide_batch_chunk"


def lanes_enqueue(organization_id: UUID, batch_id: UUID, lanes: int | None = None) -> None:
    """Inside the caller's `enter`; sent when that commits."""
    for _ in range(lanes or settings.ASSAY_BATCH_LANES):
        enqueue(DECIDE_CHUNK, organization_id=organization_id, batch_id=batch_id)
