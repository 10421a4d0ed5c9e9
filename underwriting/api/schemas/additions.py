"""What is sent after an application was: facts, an applicant's words."""

from typing import Any

from rest_framework import serializers

from underwriting.api.schemas.applications import APPLICATION, HASH, Application, Consent
from underwriting.api.schemas.common import TEXT, AnyObject


class FactsRequest(serializers.Serializer[Any]):
    party = serializers.IntegerField(required=False, help_text="Position of the party; 0 if left.")
    facts = AnyObject(required=False, help_text="Only what is new; null takes a fact out.")
    consents = Consent(many=True, required=False, help_text="Given since.")
    provenance = TEXT(required=False, help_text="declared, document or bank; declared if left.")


class FactsAdded(serializers.Serializer[Any]):
    object = TEXT()
    party = serializers.IntegerField()
    changed = serializers.ListField(child=TEXT(), help_text="Names of the facts that changed.")
    missing = serializers.ListField(child=TEXT(), help_text="Pointers to what is still missing.")
    submitted = serializers.BooleanField(help_text="Whether it is decided now, or decided anew.")
    application = Application()


class ReviewRequest(serializers.Serializer[Any]):
    words = TEXT(required=False, help_text="The applicant's own view, at most 2000 characters.")


class ReviewAsked(serializers.Serializer[Any]):
    object = TEXT()
    status = TEXT(help_text="open, claimed, second_person, settled, cancelled; more may come.")
    application = Application()


FACTS_REQUEST: dict[str, Any] = {
    "party": 0,
    "facts": {"monthly_income": "4350.00"},
    "consents": [{"purpose": "scoring", "text_hash": HASH}],
    "provenance": "document",
}
FACTS_ANSWER: dict[str, Any] = {
    "object": "facts",
    "party": 0,
    "changed": ["monthly_income"],
    "missing": [],
    "submitted": True,
    "application": {**APPLICATION, "status": "submitted"},
}
REVIEW_REQUEST = {"words": "I started a new job in October; the payslip is attached."}
REVIEW_ANSWER: dict[str, Any] = {
    "object": "review",
    "status": "open",
    "application": {**APPLICATION, "status": "referred"},
}
WITHDRAWN: dict[str, Any] = {**APPLICATION, "status": "withdrawn"}
