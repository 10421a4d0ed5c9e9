"""Bookings, and the cases of those that did not match. Call inside `enter`."""

from uuid import UUID

from django.db.models import QuerySet

from underwriting.models import Booking, BookingCase


def booking_of(organization_id: UUID, application_id: UUID) -> Booking | None:
    """What the application became; there is one at most."""
    return (
        Booking.objects.filter(organization_id=organization_id, application_id=application_id)
        .select_related("offer")
        .first()
    )


def loan_elsewhere(organization_id: UUID, application_id: UUID, reference: str) -> bool:
    """Whether another application is booked under this loan."""
    rows = Booking.objects.filter(organization_id=organization_id, reference=reference)
    return rows.exclude(application_id=application_id).exists()


def case_reported(
    organization_id: UUID, application_id: UUID, content_hash: str
) -> BookingCase | None:
    """The case that the same report opened before."""
    return BookingCase.objects.filter(
        organization_id=organization_id, application_id=application_id, content_hash=content_hash
    ).first()


def cases_visible(organization_id: UUID, partner_id: UUID | None) -> QuerySet[BookingCase]:
    """The lender's; with a partner, those of that partner's applications."""
    rows = BookingCase.objects.filter(organization_id=organization_id)
    if partner_id is not None:
        rows = rows.filter(application__partner_id=partner_id)
    return rows.select_related("application", "application__product", "offer", "booking")


def case_by_id(
    *, organization_id: UUID, case_id: UUID, partner_id: UUID | None = None
) -> BookingCase | None:
    return cases_visible(organization_id, partner_id).filter(id=case_id).first()
