"""Models in charge: what they are, how good, and their cards."""

from typing import Any

from rest_framework import serializers

from underwriting.api.schemas.common import TEXT, AnyObject, Listing, nullable


class Model(serializers.Serializer[Any]):
    id = TEXT()
    object = TEXT()
    product = TEXT()
    version = serializers.IntegerField()
    family = TEXT(help_text="expert, woe, glass_box, boosting, blend; more may come.")
    status = TEXT(help_text="draft, validated, challenger, champion, retired; more may come.")
    content_hash = TEXT(help_text="What decisions and scores pin.")
    dictionary_hash = TEXT()
    dataset_fingerprint = nullable(TEXT, help_text="Null: points set by hand.")
    features = serializers.ListField(child=TEXT())
    purpose = nullable(TEXT)
    limits = nullable(TEXT, help_text="What it is not for.")
    registered_at = serializers.DateTimeField()
    valid_until = nullable(serializers.DateTimeField, help_text="When its validation ends.")
    in_charge_since = nullable(serializers.DateTimeField, help_text="Null: not in charge.")


class ModelPage(Listing):
    data = Model(many=True)  # type: ignore[assignment]  # the field hides an attribute


class ModelMetrics(serializers.Serializer[Any]):
    object = TEXT()
    model = TEXT()
    holdout = AnyObject(
        child=serializers.FloatField(), help_text="On loans held out: auc, gini, ks, brier, ece …"
    )
    evidence = AnyObject(help_text="By kind; empty for a partner's key.")


class ModelCard(serializers.Serializer[Any]):
    object = TEXT()
    model = TEXT()
    content_hash = TEXT()
    title = TEXT()
    subtitle = TEXT()
    language = TEXT()
    facts = serializers.ListField(child=serializers.ListField(child=TEXT()))
    sections = serializers.ListField(child=AnyObject())


MODEL: dict[str, Any] = {
    "id": "mdl_019d5b7c2e117a3f8d2e4c6b8a90f1e2",
    "object": "model",
    "product": "personal-loan",
    "version": 3,
    "family": "glass_box",
    "status": "champion",
    "content_hash": "sha256:" + "3f" * 32,
    "dictionary_hash": "sha256:" + "a1" * 32,
    "dataset_fingerprint": "sha256:" + "9c" * 32,
    "features": ["checking_account", "savings", "principal_per_month"],
    "purpose": "Deciding about personal loans.",
    "limits": "Not for business credit.",
    "registered_at": "2026-10-01T08:00:00Z",
    "valid_until": "2027-10-01T08:00:00Z",
    "in_charge_since": "2026-10-05T08:00:00Z",
}
METRICS: dict[str, Any] = {
    "object": "model_metrics",
    "model": MODEL["id"],
    "holdout": {"auc": 0.781, "brier": 0.161, "ece": 0.021, "gini": 0.562, "ks": 0.431},
    "evidence": {},
}
CARD: dict[str, Any] = {
    "object": "model_card",
    "model": MODEL["id"],
    "content_hash": "sha256:" + "5e" * 32,
    "title": "Model card: Personal loan 3",
    "subtitle": "Hanse Kredit · General edition",
    "language": "en",
    "facts": [["Model", "3 (glass_box)"]],
    "sections": [
        {
            "title": "What it is",
            "blocks": [
                {
                    "kind": "facts",
                    "title": "",
                    "text": "",
                    "columns": [],
                    "rows": [["Product", "personal-loan"], ["Version", "3"]],
                    "chart": None,
                }
            ],
        }
    ],
}
