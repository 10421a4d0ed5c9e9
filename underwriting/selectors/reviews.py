"""The underwriters' queue. Call inside `enter`."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from underwriting.models import Review, ReviewStep
from underwriting.models.review import CLOSED


@dataclass(frozen=True, slots=True)
class ReviewDetail:
    review: Review
    steps: Sequence[ReviewStep]


def review_queue(
    *, organization_id: UUID, user_id: int | str | None = None, status: str | None = None
) -> QuerySet[Review]:
    """What waits for a person, oldest first; with a user, what that person holds."""
    rows = Review.objects.filter(organization_id=organization_id)
    rows = rows.filter(status=status) if status else rows.exclude(status__in=CLOSED)
    if user_id is not None:
        rows = rows.filter(claimed_by=str(user_id))
    return rows.select_related("application", "application__product", "decision").order_by(
        "opened_at", "id"
    )


def review_detail(*, organization_id: UUID, review_id: UUID) -> ReviewDetail | None:
    review = (
        Review.objects.filter(organization_id=organization_id, id=review_id)
        .select_related("application", "application__product", "decision")
        .first()
    )
    if review is None:
        return None
    steps = ReviewStep.objects.filter(organization_id=organization_id, review_id=review_id)
    return ReviewDetail(review, list(steps.order_by("number")))
