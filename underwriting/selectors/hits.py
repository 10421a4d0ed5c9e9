"""Checks that do not stand clear. Call inside `enter`; show them to whoever may see fraud alone."""

from collections.abc import Iterable
from uuid import UUID

from underwriting.enums import HitStatus
from underwriting.models import CheckHit, Party


def note_aad(step_id: UUID) -> bytes:
    """Where a sealed note belongs: it opens in no other row."""
    return b"underwriting.hit_step.note/" + step_id.bytes


def applications_suspect(organization_id: UUID, application_ids: Iterable[UUID]) -> set[UUID]:
    """Those with somebody in them of whom a check does not stand clear, wherever it was made."""
    standing = CheckHit.objects.filter(organization_id=organization_id).exclude(
        status=HitStatus.CLEARED
    )
    return set(
        Party.objects.filter(
            organization_id=organization_id,
            application_id__in=list(application_ids),
            customer_id__in=standing.values("customer_id"),
        ).values_list("application_id", flat=True)
    )
