"""How loans made here went, reported under the application's id or the loan system's own name.

Scoring stores months by loan; which loan is which application is known here alone.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from events.actor import Actor
from scoring.imports.rows import BadRow
from scoring.services.performance import Performed, performance_record
from tenancy.enter import enter
from tenancy.ids import parse_public_id
from underwriting.models import Booking
from underwriting.selectors.applications import visible

Month = Mapping[str, str | None]


def outcomes_record(
    *,
    organization_id: UUID,
    actor: Actor,
    product_slug: str,
    months: Sequence[Month],
    partner_id: UUID | None = None,
) -> Performed:
    """Take months of loans, each refused or stored by itself; the same again changes nothing.

    A month names its loan by `application`, or by `loan_ref`: the reference a loan was booked
    under means its application, any other is a loan that was not made here. A partner names its
    own applications only. Refused months come back numbered from 1, as they were sent.
    """
    with enter(organization_id, read_only=True):
        found, bad = _named(organization_id, partner_id, product_slug, months)
    done = performance_record(
        organization_id=organization_id,
        actor=actor,
        product_slug=product_slug,
        months=[month for _, month in found],
    )
    numbers = [number for number, _ in found]
    theirs = [BadRow(numbers[row.number - 1], row.field, row.code, row.message) for row in done.bad]
    bad += theirs
    return Performed(
        read=len(months),
        recorded=done.recorded,
        refused=done.refused + len(months) - len(found),
        bad=sorted(bad, key=lambda row: row.number),
    )


def _named(
    organization_id: UUID,
    partner_id: UUID | None,
    product_slug: str,
    months: Sequence[Month],
) -> tuple[list[tuple[int, Month]], list[BadRow]]:
    """The months with their loans' names, numbered from 1, and those whose loan is not there."""
    asked = [parse_public_id("app", month.get("application") or "") for month in months]
    known = set(
        visible(organization_id, partner_id)
        .filter(product__slug=product_slug, id__in=[each for each in asked if each])
        .values_list("id", flat=True)
    )
    booked = {} if partner_id else _booked(organization_id, product_slug, months)
    found: list[tuple[int, Month]] = []
    bad = []
    for number, (month, application_id) in enumerate(zip(months, asked, strict=True), start=1):
        given = {name: value for name, value in month.items() if name != "application"}
        if application_id in known:
            found.append((number, {**given, "loan_ref": str(application_id)}))
        elif month.get("application") or partner_id is not None:
            words = "there is no such application of this product"
            bad.append(BadRow(number, "application", "not_found", words))
        else:
            reference = month.get("loan_ref") or ""
            found.append((number, {**given, "loan_ref": booked.get(reference, reference)}))
    return found, bad


def _booked(organization_id: UUID, product_slug: str, months: Sequence[Month]) -> dict[str, str]:
    """Applications by the reference their loan was booked under."""
    references = {month.get("loan_ref") or "" for month in months}
    rows = Booking.objects.filter(
        organization_id=organization_id,
        application__product__slug=product_slug,
        reference__in=references,
    )
    return {ref: str(each) for ref, each in rows.values_list("reference", "application_id")}
