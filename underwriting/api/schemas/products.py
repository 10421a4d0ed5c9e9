"""Products and what an application for one must hold."""

from typing import Any

from rest_framework import serializers

from underwriting.api.schemas.common import TEXT, AnyObject, Listing, example, nullable


class Product(serializers.Serializer[Any]):
    object = TEXT()
    slug = TEXT()
    names = AnyObject(child=TEXT())
    currency = TEXT()
    schema = TEXT(help_text="Where the application's JSON Schema is.")


class ProductPage(Listing):
    data = Product(many=True)  # type: ignore[assignment]  # the field hides an attribute


class ConsentText(serializers.Serializer[Any]):
    purpose = TEXT()
    text = TEXT(help_text="Show exactly this.")
    text_hash = TEXT(help_text="Send it back with the applicant's agreement.")
    language = TEXT()
    version = serializers.IntegerField()


class ProductSchema(serializers.Serializer[Any]):
    object = TEXT()
    product = TEXT()
    language = TEXT()
    amounts = AnyObject()
    terms = nullable(AnyObject)
    down_payment = nullable(
        AnyObject, help_text="Fields, least share and steps, where a purchase is financed."
    )
    consents = ConsentText(many=True)
    schema = AnyObject(help_text="JSON Schema, draft 2020-12.")


PRODUCTS_EXAMPLE = example(
    "One product",
    {
        "object": "list",
        "data": [
            {
                "object": "product",
                "slug": "personal-loan",
                "names": {"de": "Ratenkredit", "en": "Personal loan"},
                "currency": "EUR",
                "schema": "/v1/products/personal-loan/schema",
            }
        ],
        "has_more": False,
        "next": None,
    },
)
SCHEMA_EXAMPLE = example(
    "A loan, shortened",
    {
        "object": "product_schema",
        "product": "personal-loan",
        "language": "en",
        "amounts": {"field": "amount", "min": "1000.00", "max": "20000.00", "step": "500.00"},
        "terms": {"field": "term_months", "values": [12, 24, 36]},
        "down_payment": None,
        "consents": [
            {
                "purpose": "credit_assessment",
                "text": "I agree that my answers are used to decide on my application.",
                "text_hash": "sha256:" + 8 * "9f2c1e0b",
                "language": "en",
                "version": 1,
            }
        ],
        "schema": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "additionalProperties": False,
            "required": ["product", "request", "applicant"],
            "properties": {"product": {"const": "personal-loan"}},
        },
    },
)
