"""Copying what decides to the test twin, so that test keys meet the same product."""

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from events.actor import Actor, Kind
from events.services import event_record
from scoring.enums import Move
from scoring.models import (
    Championship,
    DictionaryVersion,
    InventoryEntry,
    ModelVersion,
    Product,
    ProductVersion,
)
from scoring.selectors.inventory import entry_latest
from scoring.selectors.models import artifact_body
from scoring.selectors.products import product_by_slug
from scoring.selectors.twins import twin_id
from scoring.services.artifacts import NewModel, model_version_store
from scoring.services.charge import in_charge
from scoring.services.inventory import copied, entry_written
from scoring.services.moves import asked, carried_out
from scoring.services.numbers import next_number
from tenancy.clock import now
from tenancy.enter import enter

COPIED = "copied from the live organization"


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """What the live organization decides with, as rows not yet of any twin."""

    product: Product
    version: ProductVersion | None
    championship: Championship | None
    entry: InventoryEntry | None
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
    present = in_charge(product)
    if present is None or present.request is None:
        return _Snapshot(product, version, None, None, None)
    champion = present.model_version
    champion.dictionary_version  # noqa: B018 - fetched here: the twin cannot see it
    body = artifact_body(organization_id, champion.artifact_hash)
    return _Snapshot(product, version, present, entry_latest(champion), body)


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
    if live.championship and live.entry and live.body is not None:
        changed = _champion(product, live.championship, live.entry, live.body) or changed
    if changed:
        event_record(
            organization_id=twin,
            actor=actor,
            type="product.copied",
            subject=("product", product.id),
            data={
                "version": live.version.content_hash if live.version else None,
                "champion": live.championship.model_version.artifact_hash
                if live.championship
                else None,
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


def _champion(
    product: Product, championship: Championship, entry: InventoryEntry, body: bytes
) -> bool:
    """Whether the twin lacked the champion, or how long it is valid: both come with the answers
    that people gave to the live organization's request."""
    live = championship.model_version
    version, _ = model_version_store(
        product,
        NewModel(
            body=body,
            family=live.family,
            dictionary_version=_dictionary(product, live.dictionary_version),
            metrics=live.metrics,
            card=live.card,
            dataset_fingerprint=live.dataset_fingerprint,
        ),
    )
    changed = False
    if version.valid_until != live.valid_until:
        changed = _validated(version, championship, entry)
    present = in_charge(product)
    if present is None or present.model_version_id != version.id:
        changed = _promoted(version, championship)
    return changed


def _validated(version: ModelVersion, live: Championship, entry: InventoryEntry) -> bool:
    """Not where the twin's clock has left the live validation behind."""
    valid_until = live.model_version.valid_until
    asker, people = _people(live)
    if valid_until is None or valid_until <= now(version.organization_id):
        return False
    entry_written(version, copied(entry, entry.next_review_on), asker)
    request = asked(version, Move.VALIDATE, asker, COPIED, valid_until=valid_until)
    carried_out(request, Actor.user(people[0]), people[:1])
    version.refresh_from_db(fields=["status", "valid_until"])
    return True


def _promoted(version: ModelVersion, live: Championship) -> bool:
    if version.valid_until is None or version.valid_until <= now(version.organization_id):
        return False
    asker, people = _people(live)
    carried_out(asked(version, Move.PROMOTE, asker, COPIED), Actor.user(people[1]), people)
    return True


def _people(live: Championship) -> tuple[Actor, list[str]]:
    """Who proposed the live champion, and the two who agreed; a correction keeps them."""
    request = live.request
    if request is None:
        raise ValueError("a champion of the time before requests is not copied")
    asker = Actor(cast(Kind, request.requested_by_kind), request.requested_by_id)
    return asker, [request.first_yes_by, request.second_yes_by or live.appointed_by_id]
