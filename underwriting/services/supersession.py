"""A corrected submission's decision takes the place of the one before. In the caller's `enter`."""

from datetime import datetime
from uuid import UUID

from underwriting.enums import DutyKind, ReviewStatus
from underwriting.models import Decision, Review
from underwriting.services.duties import duties_close
from underwriting.services.runs import Claim


def yielded(organization_id: UUID, claim: Claim, at: datetime) -> Decision | None:
    """The decision in force, which is so no longer, and the duty to look at it is over."""
    before = Decision.objects.filter(
        organization_id=organization_id, application_id=claim.application_id, in_force=True
    ).first()
    if before is None:
        return None
    Decision.objects.filter(organization_id=organization_id, id=before.id).update(in_force=False)
    duties_close(organization_id, claim.application_id, at, kinds=(DutyKind.REVIEW,))
    return before


def review_dropped(organization_id: UUID, application_id: UUID, at: datetime) -> None:
    """Nobody need look at a decision that is made anew."""
    Review.objects.filter(
        organization_id=organization_id, application_id=application_id, settled_at__isnull=True
    ).update(status=ReviewStatus.CANCELLED, settled_at=at)
