"""Copying what decides to the test twin, so that test keys meet the same product."""

from dataclasses import dataclass
from uuid import UUID

from events.actor import Actor
from events.services import event_record
from scoring.models import DictionaryVersion, ModelVersion, Product, ProductVersion
from scoring.selectors.models import artifact_body, champion_or_none
from scoring.selectors.products import product_by_slug
from scoring.selectors.twins import twin_id
from scoring.services.artifacts import NewModel, model_version_store
from scoring.services.charge import in_charge, put_in_charge
from scoring.services.numbers import next_number
from tenancy.clock import now
from tenancy.enter import enter

COPIED = "copied from the live organization"


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """What the live organization decides with, as rows not yet of any twin."""

    product: Product
    version: ProductVersion | None
    champion: ModelVersion | None
    body: bytes | None


def product_copy_to_twin(*, organization_id: UUID, actor: Actor, product_slug: str) -> UUID | None:
    """Bring the twin's product up to the live one's; its id there, None without a twin.

    What the twin has already is left alone, so a repeat changes nothing.
    """
    twin = twin_id(organization_id)
    if twin is None:
        return None
    with enter(organization_id, read_only=True):
        snapshot = _snapshot(organization_id, product_slug)
    with enter(twin):
        return _written(twin, actor, snapshot).id


def _snapshot(organization_id: UUID, product_slug: str) -> _Snapshot:
    product = product_by_slug(organization_id, product_slug)
    version = (
        ProductVersion.objects.filter(organization_id=organization_id, product=product)
        .select_related("dictionary_version")
        .order_by("-number")
        .first()
    )
    champion = champion_or_none(organization_id, product.id, now(organization_id))
    if champion is None:
        return _Snapshot(product, version, None, None)
    champion.dictionary_version  # noqa: B018 - fetched here: the twin cannot see it
    return _Snapshot(
        product, version, champion, artifact_body(organization_id, champion.artifact_hash)
    )


def _written(twin: UUID, actor: Actor, live: _Snapshot) -> Product:
    product, changed = Product.objects.get_or_create(
        organization_id=twin,
        slug=live.product.slug,
        defaults={
            "names": live.product.names,
            "currency": live.product.currency,
            "minor_units": live.product.minor_units,
            "created_at": now(twin),
        },
    )
    if live.version:
        changed = _version(product, live.version) or changed
    if live.champion and live.body is not None:
        changed = _champion(product, live.champion, live.body, actor) or changed
    if changed:
        event_record(
            organization_id=twin,
            actor=actor,
            type="product.copied",
            subject=("product", product.id),
            data={
                "version": live.version.content_hash if live.version else None,
                "champion": live.champion.artifact_hash if live.champion else None,
            },
        )
    return product


def _dictionary(product: Product, live: DictionaryVersion) -> DictionaryVersion:
    known = DictionaryVersion.objects.filter(
        organization_id=product.organization_id, product=product, content_hash=live.content_hash
    ).first()
    return known or DictionaryVersion.objects.create(
        organization_id=product.organization_id,
        product=product,
        number=next_number(DictionaryVersion.objects.all(), product),
        document=live.document,
        content_hash=live.content_hash,
        published_at=now(product.organization_id),
    )


def _version(product: Product, live: ProductVersion) -> bool:
    """Whether the twin lacked the live organization's newest version."""
    dictionary = _dictionary(product, live.dictionary_version)
    latest = (
        ProductVersion.objects.filter(organization_id=product.organization_id, product=product)
        .order_by("-number")
        .first()
    )
    if (
        latest
        and latest.content_hash == live.content_hash
        and latest.dictionary_version_id == dictionary.id
    ):
        return False
    moment = now(product.organization_id)
    ProductVersion.objects.create(
        organization_id=product.organization_id,
        product=product,
        number=next_number(ProductVersion.objects.all(), product),
        dictionary_version=dictionary,
        document=live.document,
        content_hash=live.content_hash,
        effective_from=max(live.effective_from, moment),
        published_at=moment,
    )
    return True


def _champion(product: Product, live: ModelVersion, body: bytes, actor: Actor) -> bool:
    present = in_charge(product)
    if present and present.model_version.artifact_hash == live.artifact_hash:
        return False
    new = NewModel(
        body=body,
        family=live.family,
        dictionary_version=_dictionary(product, live.dictionary_version),
        metrics=live.metrics,
        card=live.card,
        dataset_fingerprint=live.dataset_fingerprint,
    )
    version, _ = model_version_store(product, new)
    put_in_charge(product, version, actor, COPIED)
    return True
