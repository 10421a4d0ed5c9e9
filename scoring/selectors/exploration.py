"""What was approved by lot. Call inside `enter`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from scoring.models import Product, ScoringRun

_LOGGED = """SELECT r.application_id::text, r.points, r.pd_ppm, r.verdict = 'approve',
    r.propensity_ppm, r.explored
FROM scoring_scoringrun r
JOIN scoring_modelversion m ON m.organization_id = r.organization_id AND m.id = r.model_version_id
WHERE r.organization_id = %s AND m.product_id = %s AND r.propensity_ppm IS NOT NULL
ORDER BY r.scored_at, r.id"""


def explored_this_month(organization_id: UUID, product_id: UUID, at: datetime) -> int:
    """How many of a product's applications a lot has approved in the month of that moment.

    Locks the product's row: whoever counts next waits until this one has written.
    """
    Product.objects.select_for_update().get(organization_id=organization_id, id=product_id)
    month = at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return ScoringRun.objects.filter(
        organization_id=organization_id,
        model_version__product_id=product_id,
        explored=True,
        scored_at__gte=month,
    ).count()


def logged_propensities(organization_id: UUID, product_id: UUID) -> list[tuple[Any, ...]]:
    """Every application the rules decided: reference, points, PD, approved, its chance, by lot."""
    with connection.cursor() as cursor:
        cursor.execute(_LOGGED, [organization_id, product_id])
        return list(cursor.fetchall())
