"""Bookings and their cases as the API shows them."""

from typing import Any

from tenancy.ids import public_id
from underwriting.api.formats import fraction, money, time_text
from underwriting.models import Application, Booking, BookingCase

Document = dict[str, Any]


def booking_document(booking: Booking, application: Application) -> Document:
    """A funded loan; its application with product, and its offer, must be read already."""
    units, currency = application.product.minor_units, booking.offer.currency
    return {
        "id": public_id("bkg", booking.id),
        "object": "booking",
        "application": public_id("app", booking.application_id),
        "offer": public_id("off", booking.offer_id),
        "loan_id": booking.reference,
        "amount": money(booking.amount, currency, units),
        "annual_rate": fraction(booking.rate_ppm),
        "booked_on": booking.booked_on.isoformat() if booking.booked_on else None,
        "booked_at": time_text(booking.booked_at),
    }


def case_document(case: BookingCase) -> Document:
    """A report that did not match, with what was agreed beside what was reported."""
    units, offer = case.application.product.minor_units, case.offer
    agreed = None
    if offer is not None:
        agreed = {
            "offer": public_id("off", offer.id),
            "amount": money(offer.amount, offer.currency, units),
            "annual_rate": fraction(offer.rate_ppm),
            "expires_at": time_text(offer.expires_at),
        }
    return {
        "id": public_id("bkc", case.id),
        "object": "booking_case",
        "application": public_id("app", case.application_id),
        "status": case.status,
        "causes": case.causes,
        "reported": {
            "loan_id": case.reference,
            "amount": money(case.amount, case.currency, units),
            "annual_rate": fraction(case.rate_ppm),
            "booked_on": case.booked_on.isoformat(),
        },
        "agreed": agreed,
        "resolution": case.resolution,
        "reason": case.reason,
        "booking": public_id("bkg", case.booking_id) if case.booking_id else None,
        "opened_at": time_text(case.opened_at),
        "settled_at": time_text(case.settled_at),
    }
