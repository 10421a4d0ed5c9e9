"""Exceptions from policy and how often people use them. Call inside `enter`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count
from django.db.models.functions import TruncMonth

from underwriting.authority import PPM, RATES
from underwriting.enums import ReviewStatus
from underwriting.models import PolicyException, Review

LEAST_VERDICTS = 10
"""Below so many verdicts in a month a rate says nothing: shown, never warned of."""


@dataclass(frozen=True, slots=True)
class Use:
    """One month's verdicts and how many were exceptions; `person` empty for all together."""

    month: date
    person: str
    verdicts: int
    exceptions: int

    @property
    def rate_ppm(self) -> int:
        return self.exceptions * PPM // self.verdicts if self.verdicts else 0

    def above(self, most_ppm: int) -> bool:
        """Whether to warn: exceptions × 1,000,000 > limit × verdicts, of enough verdicts."""
        return self.verdicts >= LEAST_VERDICTS and self.exceptions * PPM > most_ppm * self.verdicts


@dataclass(frozen=True, slots=True)
class Thresholds:
    person_ppm: int
    lender_ppm: int


def thresholds_of(rates: Sequence[tuple[int, int]]) -> Thresholds:
    """The strictest of the products' settings: a person's verdicts are about all of them."""
    given = rates or [(RATES["person_ppm"], RATES["lender_ppm"])]
    return Thresholds(min(person for person, _ in given), min(lender for _, lender in given))


def uses_since(organization_id: UUID, since: datetime) -> list[Use]:
    """Each person's months, newest first, then by person; who gave the verdict counts."""
    verdicts = (
        Review.objects.filter(
            organization_id=organization_id,
            status=ReviewStatus.SETTLED,
            settled_at__gte=since,
            verdict_by__isnull=False,
        )
        .annotate(month=TruncMonth("settled_at"))
        .values_list("month", "verdict_by")
        .annotate(n=Count("id"))
    )
    softer = (
        PolicyException.objects.filter(organization_id=organization_id, made_at__gte=since)
        .annotate(month=TruncMonth("made_at"))
        .values_list("month", "asked_by")
        .annotate(n=Count("id"))
    )
    exceptions = {(month, person): n for month, person, n in softer}
    rows = [
        Use(month.date(), str(person), n, exceptions.get((month, person), 0))
        for month, person, n in verdicts
    ]
    return sorted(rows, key=lambda use: (-use.month.toordinal(), use.person))


def together(uses: Sequence[Use]) -> list[Use]:
    """All people's uses of each month, oldest first."""
    months = sorted({use.month for use in uses})
    return [
        Use(
            month,
            "",
            sum(use.verdicts for use in uses if use.month == month),
            sum(use.exceptions for use in uses if use.month == month),
        )
        for month in months
    ]


def exceptions_lately(organization_id: UUID, most: int = 50) -> list[PolicyException]:
    """The newest exceptions with what they are about."""
    rows = PolicyException.objects.filter(organization_id=organization_id).select_related(
        "application__product", "step"
    )
    return list(rows.order_by("-made_at")[:most])
