"""Decisions: outcome, reasons, offer, path, scores."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from underwriting.api.schemas.common import TEXT, AnyObject, Listing, Money, nullable


class Reason(serializers.Serializer[Any]):
    code = TEXT()
    text = TEXT()
    source = TEXT()  # type: ignore[assignment]  # the field hides an attribute
    party = nullable(serializers.IntegerField)


class Offer(serializers.Serializer[Any]):
    id = TEXT()
    kind = TEXT(help_text="approval or counter_offer.")
    status = TEXT()
    amount = Money()
    down_payment = nullable(Money, help_text="What the applicant pays of the price.")
    term_months = nullable(serializers.IntegerField)
    annual_rate = TEXT(help_text="Nominal, as a fraction of one.")
    instalment = nullable(Money)
    total = nullable(Money)
    cost_of_credit = nullable(TEXT, help_text="APRC, CET or APR, as the regulation pack asks.")
    cost_example_months = nullable(
        serializers.IntegerField,
        help_text="Of a limit: the cost is an example, drawn in full and repaid over these months.",
    )
    expires_at = serializers.DateTimeField()


class PathChange(serializers.Serializer[Any]):
    party = nullable(serializers.IntegerField, help_text="Null: the request itself.")
    field = TEXT()
    label = TEXT()  # type: ignore[assignment]  # the field hides an attribute
    way = TEXT(help_text="lower, higher, or other.")
    current = serializers.JSONField(help_text="What was stated, in the schema's own form.")
    wanted = serializers.JSONField(help_text="What would be enough, together with the others.")


class Path(serializers.Serializer[Any]):
    """The smallest change that the same rules would approve."""

    found = serializers.BooleanField(help_text="False: no change can be named.")
    text = serializers.ListField(child=TEXT())
    changes = PathChange(many=True)
    honoured_until = nullable(
        serializers.DateTimeField, help_text="Until then the same versions decide if this is so."
    )
    caveat = nullable(TEXT, help_text="Show it with the changes.")


class DecisionModel(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    family = TEXT()
    content_hash = TEXT()


class Feature(serializers.Serializer[Any]):
    name = TEXT()
    points = serializers.IntegerField()


class PartyScore(serializers.Serializer[Any]):
    role = TEXT()
    points = nullable(serializers.IntegerField)
    probability = nullable(TEXT)
    features = Feature(many=True)


class Decision(serializers.Serializer[Any]):
    id = TEXT()
    object = TEXT()
    application = TEXT()
    number = serializers.IntegerField()
    decided_by = TEXT(help_text="automatic or review.")
    in_force = serializers.BooleanField()
    outcome = TEXT(help_text="approve, counter_offer, refer, decline; more may come.")
    outcome_text = TEXT()
    decided_at = serializers.DateTimeField()
    expires_at = nullable(serializers.DateTimeField)
    notice_due_at = nullable(serializers.DateTimeField)
    probability = nullable(TEXT, help_text="Of default, as a fraction of one.")
    points = nullable(serializers.IntegerField)
    interpretation = TEXT()
    language = TEXT()
    model = nullable(DecisionModel)
    reasons = Reason(many=True)
    offer = nullable(Offer)
    path = nullable(Path)
    contributions = nullable(
        PartyScore,
        many=True,
        help_text="Points by party and fact; null unless the key may read models.",
    )
    trace = nullable(
        serializers.ListField,
        child=AnyObject(),
        help_text="Rules that were met, in order; null unless the key may read models.",
    )
    pins = AnyObject(child=nullable(TEXT))


class DecisionPage(Listing):
    data = Decision(many=True)  # type: ignore[assignment]  # the field hides an attribute


DECISION_FILTERS = (
    OpenApiParameter("application", str, description="Only of this application."),
    OpenApiParameter("outcome", str, description="approve, counter_offer, refer or decline."),
    OpenApiParameter("in_force", bool, description="Only those that stand, or that do not."),
)

DECISION: dict[str, Any] = {
    "id": "dec_019d5b7c2f3b7d11a0c4e8f2b6d90a57",
    "object": "decision",
    "application": "app_019d5b7c2e117a3f8d2e4c6b8a90f1e2",
    "number": 1,
    "decided_by": "automatic",
    "in_force": True,
    "outcome": "approve",
    "outcome_text": "Approved",
    "decided_at": "2026-11-21T10:00:00.120000Z",
    "expires_at": "2026-12-21T10:00:00.120000Z",
    "notice_due_at": "2026-12-21T10:00:00.090000Z",
    "probability": "0.031000",
    "points": 214,
    "interpretation": "Of 100 applications like this one, about 3 are not repaid as agreed.",
    "language": "en",
    "model": {"version": 2, "family": "scorecard", "content_hash": "sha256:" + "5e" * 32},
    "reasons": [],
    "offer": {
        "id": "off_019d5b7c2f4a7c33b1d5f9a3c7e1b268",
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
        "expires_at": "2026-12-21T10:00:00.120000Z",
    },
    "path": None,
    "contributions": None,
    "trace": None,
    "pins": {
        "dictionary": "sha256:" + "1a" * 32,
        "product": "sha256:" + "2b" * 32,
        "model": "sha256:" + "5e" * 32,
        "policy": "sha256:" + "3c" * 32,
        "pack": "sha256:" + "4d" * 32,
        "engine": "sha256:" + "6f" * 32,
    },
}
