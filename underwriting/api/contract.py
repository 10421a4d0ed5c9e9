"""What a partner must send for a product: one JSON Schema, made from the dictionary in force."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from scoring.models import Product
from underwriting.models import ConsentText
from underwriting.submission import OF_AGE, Terms

Document = dict[str, Any]
TEXT_LIMIT = 200


def product_document(product: Product) -> Document:
    return {
        "object": "product",
        "slug": product.slug,
        "names": product.names,
        "currency": product.currency,
        "schema": f"/v1/products/{product.slug}/schema",
    }


def application_schema(
    *,
    product: Product,
    terms: Terms,
    texts: Sequence[ConsentText],
    language: str,
    today: date,
) -> Document:
    """The answer of the schema endpoint: the schema, and the texts an applicant agrees to."""
    party = _party_schema(terms, texts, language, today)
    properties: Document = {
        "product": {"const": product.slug},
        "request": _asked(terms, "request", language),
        "applicant": party,
        "external_id": _text(),
        "language": {"enum": list(terms.languages)},
        "metadata": {"type": "object", "additionalProperties": _text(), "maxProperties": 20},
        "device": _text(),
        "hosted": {"type": "boolean"},
        "return_url": {"type": "string", "pattern": "^https://"},
        "prequalification": {"type": "string", "pattern": "^prq_[0-9a-f]{32}$"},
    }
    if (others := int(terms.product.get("max_parties", 1)) - 1) > 0:
        properties["co_applicants"] = {"type": "array", "items": party, "maxItems": others}
    schema = _object(properties, ("product", "request", "applicant"))
    return {
        "object": "product_schema",
        "product": product.slug,
        "language": language,
        "amounts": dict(terms.product["amount"]),
        "terms": dict(terms.product["term"]) if terms.product.get("term") else None,
        "down_payment": terms.product.get("down_payment"),
        "consents": [_consent(text) for text in texts],
        "schema": {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema},
    }


def _party_schema(
    terms: Terms, texts: Sequence[ConsentText], language: str, today: date
) -> Document:
    consent = _object(
        {"purpose": {"enum": [text.purpose for text in texts]}, "text_hash": _text()},
        ("purpose", "text_hash"),
    )
    properties = {
        "identity": _identity_schema(today),
        "facts": _asked(terms, "party", language),
        "consents": {"type": "array", "items": consent, "minItems": len(terms.purposes)},
        "role": {"enum": ["borrower", "co_borrower", "guarantor"]},
        "liability": {"enum": ["full", "limited", "none"]},
    }
    required = ["identity", "facts", *(["consents"] if terms.purposes else [])]
    return _object(properties, required)


def _asked(terms: Terms, scope: str, language: str) -> Document:
    """The dictionary's schema less what we derive ourselves."""
    schema = terms.dictionary.json_schema(scope, language)
    asked = {
        field.name
        for field in terms.dictionary.decision_fields(scope)
        if field.known == "application" and field.name != OF_AGE
    }
    schema["properties"] = {n: s for n, s in schema["properties"].items() if n in asked}
    schema["required"] = [name for name in schema["required"] if name in asked]
    schema.pop("$schema", None)
    return schema


def _identity_schema(today: date) -> Document:
    address = _object(
        {
            "line1": _text(),
            "line2": _text(),
            "postal_code": _text(),
            "city": _text(),
            "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
        },
        ("line1", "postal_code", "city", "country"),
    )
    birth = {"type": "string", "format": "date", "x-assay-maximum": today.isoformat()}
    properties = {
        "given_names": _text(),
        "family_name": _text(),
        "birth_date": birth,
        "email": {"type": "string", "format": "email"},
        "phone": _text(),
        "national_id": _text(),
        "address": address,
    }
    return _object(properties, ("given_names", "family_name", "birth_date", "email"))


def _consent(text: ConsentText) -> Document:
    return {
        "purpose": text.purpose,
        "text": text.body,
        "text_hash": text.content_hash,
        "language": text.language,
        "version": text.version,
    }


def _object(properties: Mapping[str, Any], required: Sequence[str]) -> Document:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": dict(properties),
    }


def _text() -> Document:
    return {"type": "string", "minLength": 1, "maxLength": TEXT_LIMIT}
