"""Today: what waits for this person, on the page they come in by. Called inside `enter`."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest

from tenancy.clock import now
from underwriting.desk.place import allowed, member_of
from underwriting.desk.queue import due_words, short_public_id, short_reasons
from underwriting.desk.words import ago, money
from underwriting.enums import ReviewStatus
from underwriting.models import Review
from underwriting.selectors.reviews import review_queue
from underwriting.services.reviews import REVIEW, SECOND

SHOWN = 8


def today(request: HttpRequest) -> Mapping[str, Any]:
    """Counts, and the rows to begin with: mine first, then the oldest that is free."""
    if not allowed(request, "underwriting.view_review"):
        return {}
    member = member_of(request)
    me = str(request.user.pk)
    queue = review_queue(organization_id=member.organization_id)
    counts = queue.order_by().aggregate(
        waiting=Count("id", filter=Q(status=ReviewStatus.OPEN)),
        mine=Count("id", filter=Q(status=ReviewStatus.CLAIMED, claimed_by=me)),
        second=Count("id", filter=Q(status=ReviewStatus.SECOND_PERSON)),
    )
    rows = queue.prefetch_related("decision__reasons", "application__duties")
    free = rows.filter(status=ReviewStatus.OPEN)
    return {
        "today": {
            "counts": counts,
            "may_review": allowed(request, REVIEW),
            "mine": _lines(rows.filter(status=ReviewStatus.CLAIMED, claimed_by=me), member),
            "free": _lines(free, member),
            "second": _lines(_others(rows, me), member) if allowed(request, SECOND) else [],
            "oldest": _oldest(free, member),
        }
    }


def _others(rows: Any, me: str) -> Any:
    return rows.filter(status=ReviewStatus.SECOND_PERSON).exclude(verdict_by=me)


def _oldest(rows: Any, member: Any) -> str:
    first = rows.first()
    return ago(first.opened_at, now(member.organization_id)) if first else ""


def _lines(rows: Any, member: Any) -> list[dict[str, Any]]:
    at = now(member.organization_id)
    return [_line(review, at) for review in rows[:SHOWN]]


def _line(review: Review, at: Any) -> dict[str, Any]:
    application = review.application
    return {
        "application_id": application.id,
        "id": short_public_id(application.id),
        "amount": money(application.amount, application.currency, application.product.minor_units),
        "reasons": short_reasons(review.decision),
        "waiting": ago(review.opened_at, at),
        "due": due_words(list(application.duties.all()), at),
        "senior": review.level > 0,
    }
