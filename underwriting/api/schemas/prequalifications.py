"""Prequalifications: indications without an application."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from underwriting.api.schemas.applications import Applicant
from underwriting.api.schemas.common import TEXT, AnyObject, Listing, Money, nullable
from underwriting.api.schemas.decisions import Reason


class PrequalificationRequest(serializers.Serializer[Any]):
    product = TEXT()
    request = AnyObject(help_text="As the product's schema says.")
    applicant = Applicant()
    co_applicants = Applicant(many=True, required=False)
    language = TEXT(required=False)
    metadata = AnyObject(child=TEXT(), required=False)


class MoneySpan(serializers.Serializer[Any]):
    to = Money()

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python's."""
        return {"from": Money(), **super().get_fields()}


class TextSpan(serializers.Serializer[Any]):
    to = TEXT()

    def get_fields(self) -> dict[str, Any]:
        return {"from": TEXT(), **super().get_fields()}


class IndicativeOffer(serializers.Serializer[Any]):
    term_months = nullable(serializers.IntegerField)
    amount = MoneySpan()
    annual_rate = TextSpan()
    instalment = nullable(MoneySpan)
    cost_of_credit = nullable(TextSpan)


class Requested(serializers.Serializer[Any]):
    amount = Money()
    term_months = nullable(serializers.IntegerField)


class Prequalification(serializers.Serializer[Any]):
    id = TEXT()
    object = TEXT()
    product = TEXT()
    status = TEXT(help_text="pending while a bureau is asked softly, made; more may come.")
    outcome = nullable(TEXT, help_text="likely, unlikely, needs_review; more may come.")
    binding = serializers.BooleanField(help_text="Never: only an application is decided.")
    requested = Requested()
    offer = nullable(IndicativeOffer, help_text="What the same rules would approve.")
    reasons = Reason(many=True, help_text="Where nothing or less than was asked is likely.")
    notice_due_at = nullable(
        serializers.DateTimeField,
        help_text="Unlikely: until when the applicant must have the reasons in a notice.",
    )
    inquiry = TEXT(help_text="none or soft.")
    language = TEXT()
    metadata = AnyObject(child=TEXT())
    application = nullable(TEXT, help_text="What it became.")
    pins = nullable(AnyObject, help_text="Hashes of what it rests on.")
    created_at = serializers.DateTimeField()
    made_at = nullable(serializers.DateTimeField)
    expires_at = serializers.DateTimeField()


class PrequalificationPage(Listing):
    data = Prequalification(many=True)  # type: ignore[assignment]  # the field hides an attribute


FILTERS = [
    OpenApiParameter("product", str, description="Only of this product."),
    OpenApiParameter("status", str, description="pending or made."),
    OpenApiParameter("outcome", str, description="likely, unlikely or needs_review."),
]

_HASH = "sha256:" + "3f" * 32


def _euros(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


REQUEST: dict[str, Any] = {
    "product": "personal-loan",
    "language": "en",
    "request": {
        "amount": "2000.00",
        "term_months": 12,
        "purpose": "furniture",
        "other_debtors": "none",
    },
    "applicant": {
        "identity": {
            "given_names": "Erika",
            "family_name": "Mustermann",
            "birth_date": "1984-08-12",
            "email": "erika.mustermann@example.com",
        },
        "facts": {
            "monthly_income": "4200.00",
            "monthly_obligations": "150.00",
            "checking_account": "from_200",
            "savings": "from_1000",
            "credit_history": "critical_or_elsewhere",
            "existing_credits": 1,
            "other_installment_plans": "none",
            "employment_since": "from_7_years",
            "job": "skilled",
            "housing": "own",
            "property": "real_estate",
            "telephone": True,
        },
        "consents": [{"purpose": "credit_assessment", "text_hash": "sha256:" + "a1" * 32}],
    },
}
LIKELY: dict[str, Any] = {
    "id": "prq_019d5b7c2f4a7c8e9a1b2c3d4e5f6071",
    "object": "prequalification",
    "product": "personal-loan",
    "status": "made",
    "outcome": "likely",
    "binding": False,
    "requested": {"amount": _euros("2000.00"), "term_months": 12},
    "offer": {
        "term_months": 12,
        "amount": {"from": _euros("250.00"), "to": _euros("6468.00")},
        "annual_rate": {"from": "0.069000", "to": "0.069000"},
        "instalment": {"from": _euros("21.62"), "to": _euros("559.35")},
        "cost_of_credit": {"from": "0.071200", "to": "0.071300"},
    },
    "reasons": [],
    "notice_due_at": None,
    "inquiry": "none",
    "language": "en",
    "metadata": {},
    "application": None,
    "pins": dict.fromkeys(("dictionary", "product", "model", "policy", "pack", "engine"), _HASH),
    "created_at": "2026-11-21T10:00:00.120000Z",
    "made_at": "2026-11-21T10:00:00.140000Z",
    "expires_at": "2026-12-21T10:00:00.140000Z",
}
PENDING: dict[str, Any] = {
    **LIKELY,
    "status": "pending",
    "outcome": None,
    "offer": None,
    "inquiry": "soft",
    "pins": None,
    "made_at": None,
}
