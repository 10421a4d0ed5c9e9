"""Data dictionaries: parsed and checked by `ml`, published as canonical JSON."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from events.actor import Actor
from events.services import event_record
from ml.dictionary import Dictionary
from scoring.models import DictionaryVersion, Product
from scoring.selectors.products import product_by_slug
from scoring.services.numbers import next_number
from tenancy.clock import now
from tenancy.enter import enter


def dictionary_publish(
    *,
    organization_id: UUID,
    actor: Actor,
    product_slug: str,
    document: bytes | Mapping[str, Any],
) -> DictionaryVersion:
    """Publish a dictionary for a product; the same one again returns the version it has.

    Raises what `Dictionary.parse` raises, every wrong field named. Applications use it once a
    product version is published with it.
    """
    dictionary = Dictionary.parse(document if isinstance(document, bytes) else dict(document))
    with enter(organization_id):
        product = product_by_slug(organization_id, product_slug)
        known = DictionaryVersion.objects.filter(
            organization_id=organization_id,
            product=product,
            content_hash=dictionary.content_hash,
        ).first()
        return known or _published(actor, product, dictionary)


def _published(actor: Actor, product: Product, dictionary: Dictionary) -> DictionaryVersion:
    organization_id = product.organization_id
    version = DictionaryVersion.objects.create(
        organization_id=organization_id,
        product=product,
        number=next_number(DictionaryVersion.objects.all(), product),
        document=dictionary.canonical().decode(),
        content_hash=dictionary.content_hash,
        published_at=now(organization_id),
    )
    event_record(
        organization_id=organization_id,
        actor=actor,
        type="dictionary.published",
        subject=("product", product.id),
        data={"version": version.number, "hash": version.content_hash},
    )
    return version
