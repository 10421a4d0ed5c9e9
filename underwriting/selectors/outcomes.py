"""Months of loans as they were reported, with the applications they came from. Inside `enter`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from scoring.models import Performance
from underwriting.models import Booking
from underwriting.selectors.applications import visible


@dataclass(frozen=True, slots=True)
class Loan:
    """Which application a month belongs to, and how the loan system calls the loan."""

    application_id: UUID | None
    reference: str | None


def months_wanted(
    organization_id: UUID,
    partner_id: UUID | None,
    *,
    product_slug: str | None = None,
    application_id: UUID | None = None,
    reference: str | None = None,
) -> QuerySet[Performance]:
    """The months that were reported; with a partner, those of its own applications.

    `reference` is what a loan was booked under, or what it was reported as.
    """
    rows = Performance.objects.filter(organization_id=organization_id).select_related("product")
    if product_slug is not None:
        rows = rows.filter(product__slug=product_slug)
    if application_id is not None:
        rows = rows.filter(loan_ref=str(application_id))
    if reference is not None:
        booked = Booking.objects.filter(organization_id=organization_id, reference=reference)
        named = [str(each) for each in booked.values_list("application_id", flat=True)]
        rows = rows.filter(loan_ref__in=[reference, *named])
    if partner_id is not None:
        own = visible(organization_id, partner_id).annotate(name=Cast("id", TextField()))
        rows = rows.filter(loan_ref__in=own.values("name"))
    return rows


def loans_of(organization_id: UUID, months: Sequence[Performance]) -> Mapping[str, Loan]:
    """By the name they are kept under: a loan made here is kept under its application's id."""
    ids = {month.loan_ref: _uuid(month.loan_ref) for month in months}
    asked = [each for each in ids.values() if each is not None]
    here = set(visible(organization_id, None).filter(id__in=asked).values_list("id", flat=True))
    booked = dict(
        Booking.objects.filter(
            organization_id=organization_id, application_id__in=here
        ).values_list("application_id", "reference")
    )
    return {
        name: Loan(each, booked.get(each)) if each in here else Loan(None, name)
        for name, each in ids.items()
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
