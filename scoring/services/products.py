"""Products and their published versions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from events.actor import Actor
from events.services import event_record
from ml.dictionary import Dictionary
from scoring.models import DictionaryVersion, Product, ProductVersion
from scoring.product_document import product_document
from scoring.selectors.products import dictionary_latest, product_by_slug
from scoring.services.numbers import next_number
from scoring.services.twins import product_copy_to_twin
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Invalid


def product_create(
    *,
    organization_id: UUID,
    actor: Actor,
    slug: str,
    names: Mapping[str, str],
    currency: str,
    minor_units: int = 2,
) -> Product:
    """A product to publish versions of. A repeat returns it; Conflict in another currency."""
    if not names:
        raise Invalid([FieldError("/names", "required", "a product has a name")])
    with enter(organization_id):
        product, made = Product.objects.get_or_create(
            organization_id=organization_id,
            slug=slug,
            defaults={
                "names": dict(names),
                "currency": currency,
                "minor_units": minor_units,
                "created_at": now(organization_id),
            },
        )
        if (product.currency, product.minor_units) != (currency, minor_units):
            raise Conflict(f"{slug} exists in {product.currency}", code="product_exists")
        if made:
            event_record(
                organization_id=organization_id,
                actor=actor,
                type="product.created",
                subject=("product", product.id),
                data={"slug": slug, "currency": currency},
            )
    return product


def product_publish(
    *,
    organization_id: UUID,
    actor: Actor,
    product_slug: str,
    document: Mapping[str, Any],
    effective_from: datetime | None = None,
) -> ProductVersion:
    """Publish a product with its newest dictionary; it never changes afterwards.

    The same document and dictionary as the latest version's is a repeat and returns it.
    Copies the product to the test twin. Raises Invalid naming every wrong place.
    """
    with enter(organization_id):
        product = product_by_slug(organization_id, product_slug)
        dictionary = dictionary_latest(organization_id, product.id)
        data, digest = product_document(document, Dictionary.parse(dictionary.document))
        _check_currency(product, document)
        version = _latest_if_same(product, dictionary, digest)
        if version is None:
            version = _published(actor, product, dictionary, data, digest, effective_from)
    product_copy_to_twin(organization_id=organization_id, actor=actor, product_slug=product_slug)
    return version


def _check_currency(product: Product, document: Mapping[str, Any]) -> None:
    if document["currency"] != product.currency or document["minor_units"] != product.minor_units:
        message = f"the product is in {product.currency}, {product.minor_units} minor units"
        raise Invalid([FieldError("/currency", "currency_differs", message)])


def _latest_if_same(
    product: Product, dictionary: DictionaryVersion, digest: str
) -> ProductVersion | None:
    latest = (
        ProductVersion.objects.filter(organization_id=product.organization_id, product=product)
        .order_by("-number")
        .first()
    )
    same = latest and latest.content_hash == digest
    return latest if same and latest and latest.dictionary_version_id == dictionary.id else None


def _published(
    actor: Actor,
    product: Product,
    dictionary: DictionaryVersion,
    data: bytes,
    digest: str,
    effective_from: datetime | None,
) -> ProductVersion:
    organization_id = product.organization_id
    moment = now(organization_id)
    if effective_from and effective_from < moment:
        message = "a version cannot come into force in the past"
        raise Invalid([FieldError("/effective_from", "in_the_past", message)])
    version = ProductVersion.objects.create(
        organization_id=organization_id,
        product=product,
        number=next_number(ProductVersion.objects.all(), product),
        dictionary_version=dictionary,
        document=data.decode(),
        content_hash=digest,
        effective_from=effective_from or moment,
        published_at=moment,
    )
    event_record(
        organization_id=organization_id,
        actor=actor,
        type="product.published",
        subject=("product", product.id),
        data={
            "version": version.number,
            "hash": digest,
            "dictionary": dictionary.content_hash,
        },
    )
    return version
