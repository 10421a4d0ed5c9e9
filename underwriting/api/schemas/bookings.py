"""Funded loans, and those that did not match."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from underwriting.api.schemas.common import TEXT, Listing, Money, nullable

CAUSES = (
    "amount_differs, currency_differs, rate_differs, date_outside, loan_id_taken, booked_already,"
    " no_approval, not_accepted, expired, not_ready; more may come."
)


class BookingRequest(serializers.Serializer[Any]):
    loan_id = TEXT(help_text="The loan system's own name for the loan.")
    amount = Money()
    annual_rate = TEXT(help_text='Nominal, as a fraction of one: "0.069".')
    booked_on = serializers.DateField(help_text="The loan system's day.")


class Booking(serializers.Serializer[Any]):
    id = TEXT()
    object = TEXT()
    application = TEXT()
    offer = TEXT()
    loan_id = TEXT()
    amount = Money()
    annual_rate = nullable(TEXT)
    booked_on = nullable(serializers.DateField)
    booked_at = serializers.DateTimeField()


class Agreed(serializers.Serializer[Any]):
    offer = TEXT()
    amount = Money()
    annual_rate = TEXT()
    expires_at = serializers.DateTimeField()


class BookingCase(serializers.Serializer[Any]):
    id = TEXT()
    object = TEXT()
    application = TEXT()
    status = TEXT(help_text="open, waiting (for a second person), settled.")
    causes = serializers.ListField(child=TEXT(), help_text=CAUSES)
    reported = BookingRequest()
    agreed = nullable(Agreed)
    resolution = nullable(TEXT, help_text="book, corrected, reversed.")
    reason = nullable(TEXT)
    booking = nullable(TEXT)
    opened_at = serializers.DateTimeField()
    settled_at = nullable(serializers.DateTimeField)


class BookingCasePage(Listing):
    data = BookingCase(many=True)  # type: ignore[assignment]  # the field hides an attribute


CASE_STATUS = OpenApiParameter("status", str, description="open, waiting or settled.")

APPLICATION = "app_019d5b7c2e117a3f8d2e4c6b8a90f1e2"
OFFER = "off_019d5b7c2f4a7c8e9a1b2c3d4e5f6071"
REPORTED: dict[str, Any] = {
    "loan_id": "L-2026-004711",
    "amount": {"amount": "2000.00", "currency": "EUR"},
    "annual_rate": "0.069000",
    "booked_on": "2026-11-23",
}
BOOKED: dict[str, Any] = {
    "id": "bkg_019d5b7c3f4a7c8e9a1b2c3d4e5f6071",
    "object": "booking",
    "application": APPLICATION,
    "offer": OFFER,
    **REPORTED,
    "booked_at": "2026-11-23T14:02:11.000000Z",
}
CASE: dict[str, Any] = {
    "id": "bkc_019d5b7c3f4a7c8e9a1b2c3d4e5f6071",
    "object": "booking_case",
    "application": APPLICATION,
    "status": "open",
    "causes": ["rate_differs"],
    "reported": {**REPORTED, "annual_rate": "0.079000"},
    "agreed": {
        "offer": OFFER,
        "amount": {"amount": "2000.00", "currency": "EUR"},
        "annual_rate": "0.069000",
        "expires_at": "2026-12-21T10:00:00.120000Z",
    },
    "resolution": None,
    "reason": None,
    "booking": None,
    "opened_at": "2026-11-23T14:02:11.000000Z",
    "settled_at": None,
}
