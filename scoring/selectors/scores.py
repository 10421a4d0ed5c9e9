"""Scores without an application, as they were given. Call inside `enter`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from scoring.models import Score


@dataclass(frozen=True, slots=True)
class ScoresWanted:
    """Which scores somebody looks for; what is None does not narrow it down."""

    product: str | None = None
    purpose: str | None = None
    reference: str | None = None
    model_version_id: UUID | None = None
    made_from: datetime | None = None
    made_before: datetime | None = None

    def filters(self) -> dict[str, object]:
        asked = {
            "call__product__slug": self.product,
            "call__purpose": self.purpose,
            "reference": self.reference,
            "call__model_version_id": self.model_version_id,
            "call__made_at__gte": self.made_from,
            "call__made_at__lt": self.made_before,
        }
        return {name: value for name, value in asked.items() if value is not None}


def scores_visible(organization_id: UUID, partner_id: UUID | None) -> QuerySet[Score]:
    """The lender's; with a partner, what that partner asked for. Facts are left where they are."""
    rows = Score.objects.filter(organization_id=organization_id)
    if partner_id is not None:
        rows = rows.filter(call__partner_id=partner_id)
    return rows.select_related(
        "call", "call__product", "call__model_version__dictionary_version"
    ).defer("salt")


def score_by_id(
    *, organization_id: UUID, score_id: UUID, partner_id: UUID | None = None
) -> Score | None:
    """None for another lender's, and for another partner's."""
    return scores_visible(organization_id, partner_id).filter(id=score_id).first()
