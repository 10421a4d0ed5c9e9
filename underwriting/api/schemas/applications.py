"""Applications as they are sent and shown."""

from typing import Any

from rest_framework import serializers

from underwriting.api.schemas.common import TEXT, AnyObject, Listing, Money, nullable
from underwriting.api.schemas.decisions import Decision


class Party(serializers.Serializer[Any]):
    position = serializers.IntegerField()
    role = TEXT()
    liability = TEXT()


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
    decision = nullable(Decision)


class ApplicationPage(Listing):
    data = Application(many=True)  # type: ignore[assignment]  # the field hides an attribute


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
    facts = AnyObject(help_text="As the product's schema says.")
    consents = Consent(many=True)
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
    device = TEXT(
        required=False,
        help_text=(
            "A fingerprint of what the applicant uses: the same text for the same device, at most"
            " 200 characters. Only a keyed hash of it is kept, to count applications by."
        ),
    )
