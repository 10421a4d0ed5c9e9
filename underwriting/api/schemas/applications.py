"""Applications as they are sent and shown."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from underwriting.api.schemas.common import EXPAND, TEXT, AnyObject, Listing, Money, nullable
from underwriting.api.schemas.decisions import DECISION, Decision


class Party(serializers.Serializer[Any]):
    position = serializers.IntegerField()
    role = TEXT()
    liability = TEXT()
    hosted_url = nullable(TEXT, help_text="Where this party finishes a draft; theirs alone.")


class Application(serializers.Serializer[Any]):
    id = TEXT()
    object = TEXT()
    product = TEXT()
    status = TEXT()
    external_id = nullable(TEXT)
    language = TEXT()
    amount = Money()
    term_months = nullable(serializers.IntegerField)
    metadata = AnyObject(child=TEXT())
    received_at = nullable(serializers.DateTimeField)
    completed_at = nullable(serializers.DateTimeField)
    decided_at = nullable(serializers.DateTimeField)
    parties = Party(many=True)
    hosted_url = nullable(TEXT, help_text="Where the applicant finishes a draft.")
    return_url = nullable(TEXT, help_text="Where the portal leads the applicant afterwards.")
    missing = serializers.ListField(
        child=TEXT(), help_text="Of a draft: JSON pointers to what nobody has said yet."
    )
    decision = nullable(Decision, help_text="The decision in force.")


class ListedApplication(Application):
    """As in a list: the decision by its id, or whole with `expand[]=data.decision`."""

    decision = serializers.JSONField(
        allow_null=True, help_text="The id of the decision in force; with `expand[]` the whole."
    )


class ApplicationPage(Listing):
    data = ListedApplication(many=True)  # type: ignore[assignment]  # the field hides an attribute


class Consent(serializers.Serializer[Any]):
    purpose = TEXT()
    text_hash = TEXT()


class Address(serializers.Serializer[Any]):
    line1 = TEXT()
    line2 = TEXT(required=False)
    postal_code = TEXT()
    city = TEXT()
    country = TEXT(help_text="ISO 3166-1, two letters.")


class Identity(serializers.Serializer[Any]):
    given_names = TEXT()
    family_name = TEXT()
    birth_date = serializers.DateField()
    email = serializers.EmailField()
    phone = TEXT(required=False)
    national_id = TEXT(required=False)
    address = Address(required=False)


class Applicant(serializers.Serializer[Any]):
    identity = Identity()
    facts = AnyObject(required=False, help_text="As the product's schema says.")
    consents = Consent(many=True, required=False, help_text="Needed unless it is hosted.")
    role = TEXT(required=False)
    liability = TEXT(required=False)


class ApplicationRequest(serializers.Serializer[Any]):
    product = TEXT()
    request = AnyObject(help_text="As the product's schema says.")
    applicant = Applicant()
    co_applicants = Applicant(many=True, required=False)
    external_id = TEXT(required=False)
    language = TEXT(required=False)
    metadata = AnyObject(child=TEXT(), required=False)
    prequalification = TEXT(
        required=False, help_text="The one it comes from: of this product, and not over."
    )
    device = TEXT(
        required=False,
        help_text=(
            "A fingerprint of what the applicant uses: the same text for the same device, at most"
            " 200 characters. Only a keyed hash of it is kept, to count applications by."
        ),
    )
    hosted = serializers.BooleanField(
        required=False,
        help_text="Keep a draft that the applicants finish and agree to in the portal.",
    )
    return_url = TEXT(
        required=False, help_text="Of a hosted one: an https address to lead back to."
    )


APPLICATION_FILTERS = (
    EXPAND,
    OpenApiParameter("status", str, description="Only applications in this status."),
    OpenApiParameter("product", str, description="Only of this product."),
    OpenApiParameter("external_id", str, description="The one with this external id."),
    OpenApiParameter("received_after", datetime, description="Received then or later."),
    OpenApiParameter("received_before", datetime, description="Received earlier than that."),
    OpenApiParameter(
        "metadata",
        {"type": "object", "additionalProperties": {"type": "string"}},
        style="deepObject",
        explode=True,
        description=(
            "Only those sent with this pair in their `metadata`: `metadata[branch]=Kiel`. Several"
            " pairs, five at most, must all be there."
        ),
    ),
)

HASH = "sha256:9f2c4a6e8b0d1f3a5c7e9b1d3f5a7c9e0b2d4f6a8c0e2b4d6f8a0c2e4b6d8f0a"
IDENTITY: dict[str, Any] = {
    "given_names": "Erika",
    "family_name": "Mustermann",
    "birth_date": "1984-08-12",
    "email": "erika.mustermann@example.com",
}
REQUEST: dict[str, Any] = {
    "product": "personal-loan",
    "external_id": "shop-48213",
    "language": "en",
    "request": {
        "amount": "2000.00",
        "term_months": 12,
        "purpose": "furniture",
        "other_debtors": "none",
    },
    "applicant": {
        "identity": IDENTITY,
        "facts": {"monthly_income": "4200.00", "monthly_obligations": "150.00"},
        "consents": [{"purpose": "scoring", "text_hash": HASH}],
    },
    "metadata": {"basket": "48213"},
}
HOSTED_REQUEST: dict[str, Any] = {
    **REQUEST,
    "applicant": {"identity": IDENTITY},
    "hosted": True,
    "return_url": "https://shop.example/basket/48213",
}
APPLICATION: dict[str, Any] = {
    "id": "app_019d5b7c2e117a3f8d2e4c6b8a90f1e2",
    "object": "application",
    "product": "personal-loan",
    "status": "approved",
    "external_id": "shop-48213",
    "language": "en",
    "amount": {"amount": "2000.00", "currency": "EUR"},
    "term_months": 12,
    "metadata": {"basket": "48213"},
    "received_at": "2026-11-21T10:00:00.090000Z",
    "completed_at": "2026-11-21T10:00:00.090000Z",
    "decided_at": "2026-11-21T10:00:00.120000Z",
    "parties": [
        {"position": 0, "role": "borrower", "liability": "full", "hosted_url": None},
    ],
    "hosted_url": None,
    "return_url": None,
    "missing": [],
    "decision": DECISION,
}
FINISH = "https://lender.example/apply/hanse-kredit/personal-loan/finish/EXAMPLE/"
HOSTED: dict[str, Any] = {
    **APPLICATION,
    "status": "draft",
    "received_at": None,
    "completed_at": None,
    "decided_at": None,
    "parties": [{**APPLICATION["parties"][0], "hosted_url": FINISH}],
    "hosted_url": FINISH,
    "return_url": "https://shop.example/basket/48213",
    "missing": ["/applicant/facts/monthly_income", "/applicant/consents"],
    "decision": None,
}
LISTED: dict[str, Any] = {
    "object": "list",
    "data": [{**APPLICATION, "decision": DECISION["id"]}],
    "has_more": True,
    "next": APPLICATION["id"],
}
