"""Offers by themselves, and the list of them."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers

from underwriting.api.schemas.common import TEXT, Listing, nullable
from underwriting.api.schemas.decisions import Offer as Terms


class StandingCondition(serializers.Serializer[Any]):
    code = TEXT()
    text = TEXT()
    status = TEXT(help_text="open, cleared, waived; more may come.")


class FullOffer(Terms):
    object = TEXT()
    application = TEXT()
    decision = TEXT()
    offered_at = serializers.DateTimeField()
    answered_at = nullable(serializers.DateTimeField, help_text="When it was accepted or refused.")
    conditions = StandingCondition(many=True, help_text="Cleared before it is funded.")


class OfferPage(Listing):
    data = FullOffer(many=True)  # type: ignore[assignment]  # the field hides an attribute


OFFER_STATUS = OpenApiParameter(
    "status", str, description="open, accepted, declined, lapsed or superseded."
)
OF_APPLICATION = OpenApiParameter("application", str, description="Only of this application.")

OFFER: dict[str, Any] = {
    "id": "off_019d5b7c2f4a7c8e9a1b2c3d4e5f6071",
    "object": "offer",
    "application": "app_019d5b7c2e117a3f8d2e4c6b8a90f1e2",
    "decision": "dec_019d5b7c2f3b7d11a0c4e8f2b6d90a57",
    "kind": "approval",
    "status": "open",
    "amount": {"amount": "2000.00", "currency": "EUR"},
    "down_payment": None,
    "term_months": 12,
    "annual_rate": "0.069000",
    "instalment": {"amount": "172.96", "currency": "EUR"},
    "total": {"amount": "2075.52", "currency": "EUR"},
    "cost_of_credit": "0.071200",
    "cost_example_months": None,
    "offered_at": "2026-11-21T10:00:00.120000Z",
    "expires_at": "2026-12-21T10:00:00.120000Z",
    "answered_at": None,
    "conditions": [],
}
ACCEPTED = {**OFFER, "status": "accepted", "answered_at": "2026-11-22T08:15:00.030000Z"}
DECLINED = {**ACCEPTED, "status": "declined"}


def example(name: str, value: Any, *, request: bool = False) -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=request, response_only=not request)
