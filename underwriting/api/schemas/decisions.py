"""Decisions: outcome, reasons, offer, path, scores."""

from typing import Any

from rest_framework import serializers

from underwriting.api.schemas.common import TEXT, AnyObject, Money, nullable


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


class Model(serializers.Serializer[Any]):
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
    model = nullable(Model)
    reasons = Reason(many=True)
    offer = nullable(Offer)
    path = nullable(Path)
    contributions = PartyScore(many=True)
    trace = serializers.ListField(child=AnyObject())
    pins = AnyObject(child=nullable(TEXT))
