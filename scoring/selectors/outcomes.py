"""How loans turned out by a definition, and how each vintage did. Call inside `enter`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from ml.outcomes import Definition, Month, Outcome, Standing, outcome
from scoring.models import OutcomeDefinition

_STANDINGS = """SELECT loan_ref,
    coalesce(max(days_past_due) FILTER (WHERE months_on_book <= %(window)s), 0),
    coalesce(bool_or(charged_off) FILTER (WHERE months_on_book <= %(window)s), false),
    max(months_on_book),
    (array_agg(as_of ORDER BY months_on_book DESC))[1],
    (array_agg(days_past_due ORDER BY months_on_book DESC))[1],
    (array_agg(balance ORDER BY months_on_book DESC))[1],
    (array_agg(charged_off ORDER BY months_on_book DESC))[1]
FROM scoring_performance
WHERE organization_id = %(organization)s AND product_id = %(product)s AND as_of <= %(as_of)s
GROUP BY loan_ref"""

_VINTAGES = """WITH loan AS (
    SELECT loan_ref, min(as_of - make_interval(months => months_on_book))::date AS began,
        max(as_of) AS last,
        min(months_on_book) FILTER (WHERE days_past_due >= %(bad)s OR charged_off) AS turned
    FROM scoring_performance
    WHERE organization_id = %(organization)s AND product_id = %(product)s
    GROUP BY loan_ref),
newest AS (SELECT max(last) AS day FROM loan)
SELECT date_trunc('quarter', began)::date AS quarter, age, count(*),
    count(*) FILTER (WHERE turned <= age)
FROM loan CROSS JOIN newest CROSS JOIN unnest(%(ages)s::integer[]) AS age
WHERE began + make_interval(months => age) <= newest.day
GROUP BY quarter, age ORDER BY quarter, age"""


@dataclass(frozen=True, slots=True)
class VintageCell:
    """Of the loans begun in a quarter, so many months later: how many turned bad."""

    began: date
    months: int
    loans: int
    bads: int

    @property
    def rate(self) -> float:
        return self.bads / self.loans


def definition_latest(organization_id: UUID, product_id: UUID) -> OutcomeDefinition | None:
    return (
        OutcomeDefinition.objects.filter(organization_id=organization_id, product_id=product_id)
        .order_by("-number")
        .first()
    )


def definition_of(row: OutcomeDefinition) -> Definition:
    """The definition as the pure rules take it."""
    return Definition(
        bad_days_past_due=row.bad_days_past_due,
        indeterminate_days_past_due=row.indeterminate_days_past_due,
        window_months=row.window_months,
    )


def outcomes_by_loan(row: OutcomeDefinition, as_of: date) -> Mapping[str, Outcome]:
    """Each reported loan's outcome as known on a day; a loan without a month is not in it."""
    definition = definition_of(row)
    where: dict[str, Any] = {
        "organization": row.organization_id,
        "product": row.product_id,
        "window": definition.window_months,
        "as_of": as_of,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS, where)
        return {
            ref: outcome(Standing(worst, charged_off, Month(*last)), definition, as_of)
            for ref, worst, charged_off, *last in cursor.fetchall()
        }


def vintages(row: OutcomeDefinition, ages: Sequence[int]) -> list[VintageCell]:
    """Cumulative bad rates by quarter of origin and age in months.

    A loan counts at an age once the newest report of all is that much later than its beginning,
    whether it turned bad, was repaid or is still followed: neither the young goods nor the young
    bads of a quarter count before the others do.
    """
    where: dict[str, Any] = {
        "organization": row.organization_id,
        "product": row.product_id,
        "bad": row.bad_days_past_due,
        "ages": list(ages),
    }
    with connection.cursor() as cursor:
        cursor.execute(_VINTAGES, where)
        return [VintageCell(*found) for found in cursor.fetchall()]
