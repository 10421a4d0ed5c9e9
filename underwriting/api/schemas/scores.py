"""Scores without an application."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from underwriting.api.schemas.common import TEXT, AnyObject, Listing, WrongField, nullable

PURPOSES = (
    "monitoring, portfolio_review, provisioning, stress_test, validation, migration, research,"
    " testing; more may come. What settles credit is an application (`decides_credit`)."
)


class ScoreRow(serializers.Serializer[Any]):
    request = AnyObject(help_text="Request fields, as the product's schema says.")
    facts = AnyObject(help_text="One party's facts, as the product's schema says.")
    reference = TEXT(required=False, help_text="Your own word for the row. Send no name.")


class ScoreRequest(ScoreRow):
    product = TEXT()
    purpose = TEXT(help_text=PURPOSES)
    language = TEXT(required=False, help_text="Of the reasons' texts.")
    model = TEXT(
        required=False, help_text="Another model than the one in charge; a lender's own key only."
    )


class ScoreBatchRequest(serializers.Serializer[Any]):
    product = TEXT()
    purpose = TEXT(help_text=PURPOSES)
    language = TEXT(required=False)
    model = TEXT(required=False)
    rows = ScoreRow(many=True, help_text="1 to 1,000 of them.")


class ScoreReason(serializers.Serializer[Any]):
    code = TEXT()
    text = TEXT()
    field = TEXT()
    points = serializers.IntegerField(help_text="What it cost, below zero.")


class Contribution(serializers.Serializer[Any]):
    name = TEXT()
    points = serializers.IntegerField()


class ScoringModel(serializers.Serializer[Any]):
    id = TEXT()
    version = serializers.IntegerField()
    family = TEXT()
    content_hash = TEXT()
    valid_until = nullable(serializers.DateTimeField)


class Score(serializers.Serializer[Any]):
    id = TEXT()
    object = TEXT()
    reference = nullable(TEXT)
    product = TEXT()
    purpose = TEXT()
    model = ScoringModel()
    dictionary_hash = TEXT()
    created_at = serializers.DateTimeField()
    points = serializers.IntegerField()
    probability = TEXT(help_text="Of default, as a fraction of one.")
    reasons = ScoreReason(many=True, help_text="At most four, most points lost first.")
    contributions = Contribution(many=True, help_text="Every input, most points lost first.")
    uncertain = serializers.BooleanField(
        allow_null=True, help_text="The score cannot tell good from bad; null: not measured."
    )
    outside_domain = serializers.BooleanField(
        allow_null=True, help_text="The model has not learnt from the like; null: not measured."
    )
    outside_fields = serializers.ListField(child=TEXT())
    facts_hash = TEXT()
    facts_kept_until = nullable(serializers.DateTimeField, help_text="Null: they are gone.")


class RowScore(Score):
    row = serializers.IntegerField(help_text="Its place in `rows`, from 0.")


class ScoreBatch(serializers.Serializer[Any]):
    object = TEXT()
    scored = serializers.IntegerField()
    refused = serializers.IntegerField()
    data = RowScore(many=True)  # type: ignore[assignment]  # the field hides an attribute
    errors = WrongField(many=True)  # type: ignore[assignment]  # the field hides an attribute


class ScorePage(Listing):
    data = Score(many=True)  # type: ignore[assignment]  # the field hides an attribute


class ScoreErasureRequest(serializers.Serializer[Any]):
    reference = TEXT()


class ScoreErasure(serializers.Serializer[Any]):
    object = TEXT()
    erased = serializers.IntegerField(help_text="Scores whose facts are gone now.")


FILTERS = [
    OpenApiParameter("product", str),
    OpenApiParameter("purpose", str),
    OpenApiParameter("reference", str, description="Your own word for the row."),
    OpenApiParameter("model", str, description="A model's id."),
    OpenApiParameter("made_from", str, description="RFC 3339; from then on."),
    OpenApiParameter("made_before", str, description="RFC 3339; before then."),
]

ROW: dict[str, Any] = {
    "reference": "account-4711",
    "request": {
        "amount": "3000.00",
        "term_months": 24,
        "purpose": "furniture",
        "other_debtors": "none",
    },
    "facts": {
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
}
ASKED: dict[str, Any] = {"product": "personal-loan", "purpose": "portfolio_review"}
SCORE: dict[str, Any] = {
    "id": "scr_019d5b7c2f4a7c8e9a1b2c3d4e5f6071",
    "object": "score",
    "reference": "account-4711",
    "product": "personal-loan",
    "purpose": "portfolio_review",
    "model": {
        "id": "mdl_019d5b7c2e117a3f8d2e4c6b8a90f1e2",
        "version": 1,
        "family": "expert",
        "content_hash": "sha256:" + "3f" * 32,
        "valid_until": "2027-11-21T00:00:00Z",
    },
    "dictionary_hash": "sha256:" + "a1" * 32,
    "created_at": "2026-11-21T10:00:00.120000Z",
    "points": 702,
    "probability": "0.021000",
    "reasons": [
        {
            "code": "PRINCIPAL_PER_MONTH",
            "field": "principal_per_month",
            "points": -6,
            "text": "The amount to be repaid each month",
        }
    ],
    "contributions": [
        {"name": "principal_per_month", "points": -6},
        {"name": "checking_account", "points": 41},
    ],
    "uncertain": False,
    "outside_domain": False,
    "outside_fields": [],
    "facts_hash": "hmac-sha256:" + "7c" * 32,
    "facts_kept_until": "2027-05-23T10:00:00.120000Z",
}
