"""Products and what an application for one must hold."""

from typing import Any

from rest_framework import serializers

from underwriting.api.schemas.common import TEXT, AnyObject, Listing, nullable


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
