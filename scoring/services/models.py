"""Registering models: trained elsewhere, or an expert's points set by hand."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from events.actor import Actor
from events.services import event_record
from ml.dictionary import Dictionary
from ml.expert import compile_expert
from ml.model import Model, load_model
from scoring.models import DictionaryVersion, ModelVersion, Product
from scoring.selectors.products import dictionary_by_hash, dictionary_latest, product_by_slug
from scoring.services.artifacts import NewModel, model_version_store
from tenancy.enter import enter


def model_register(
    *,
    organization_id: UUID,
    actor: Actor,
    product_slug: str,
    body: bytes,
    metrics: Mapping[str, Any],
    card: Mapping[str, Any],
    dataset_fingerprint: str = "",
) -> ModelVersion:
    """Register an artifact as a draft; the same bytes again return the version they have.

    Raises ArtifactRefused for anything that is no model, NotFound when its dictionary is not
    one of the product's.
    """
    model = load_model(body)
    with enter(organization_id):
        product = product_by_slug(organization_id, product_slug)
        dictionary = dictionary_by_hash(organization_id, model.dictionary_hash)
        new = NewModel(
            body=body,
            family=model.family,
            dictionary_version=dictionary,
            metrics=metrics,
            card={**model_card(model, dictionary), **card},
            dataset_fingerprint=dataset_fingerprint,
        )
        return registered(product, new, actor)


def expert_scorecard_register(
    *, organization_id: UUID, actor: Actor, product_slug: str, document: Mapping[str, Any]
) -> ModelVersion:
    """Compile points set by hand against the newest dictionary, and register them."""
    with enter(organization_id):
        product = product_by_slug(organization_id, product_slug)
        dictionary = dictionary_latest(organization_id, product.id)
        model = compile_expert(document, Dictionary.parse(dictionary.document))
        new = NewModel(
            body=model.to_bytes(),
            family=model.family,
            dictionary_version=dictionary,
            metrics={},
            card={**model_card(model, dictionary), "origin": "expert"},
        )
        return registered(product, new, actor)


def registered(product: Product, new: NewModel, actor: Actor) -> ModelVersion:
    """Store and say so, inside the caller's `enter`; a repeat writes no event."""
    version, made = model_version_store(product, new)
    if made:
        event_record(
            organization_id=product.organization_id,
            actor=actor,
            type="model.registered",
            subject=("model", version.id),
            data={
                "number": version.number,
                "family": version.family,
                "artifact": version.artifact_hash,
                "dictionary": new.dictionary_version.content_hash,
                "dataset": new.dataset_fingerprint,
            },
        )
    return version


def model_card(model: Model, dictionary: DictionaryVersion) -> dict[str, Any]:
    """What a reader of the version must know before trusting it."""
    return {
        "family": model.family,
        "dictionary": dictionary.content_hash,
        "features": list(model.features),
        "model": model.describe(),
    }
