"""Storing a model: its bytes by hash, and the version that names them.

Inside the caller's `enter`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scoring.models import Artifact, DictionaryVersion, ModelVersion, Product, TrainingRun
from scoring.services.numbers import next_number
from tenancy.canonical import content_hash
from tenancy.clock import now


@dataclass(frozen=True, slots=True)
class NewModel:
    """What is known of a model when it is registered."""

    body: bytes
    family: str
    dictionary_version: DictionaryVersion
    metrics: Mapping[str, Any]
    card: Mapping[str, Any]
    training_run: TrainingRun | None = None
    dataset_fingerprint: str = ""


def artifact_store(product: Product, model: NewModel) -> Artifact:
    """The artifact of these bytes; stored once however often it comes."""
    stored, _ = Artifact.objects.get_or_create(
        organization_id=product.organization_id,
        content_hash=content_hash(model.body),
        defaults={
            "family": model.family,
            "dictionary_hash": model.dictionary_version.content_hash,
            "body": model.body,
            "stored_at": now(product.organization_id),
        },
    )
    return stored


def model_version_store(product: Product, model: NewModel) -> tuple[ModelVersion, bool]:
    """The product's version of these bytes, and whether it is new."""
    artifact = artifact_store(product, model)
    known = ModelVersion.objects.filter(
        organization_id=product.organization_id,
        product=product,
        artifact_hash=artifact.content_hash,
    ).first()
    if known:
        return known, False
    return ModelVersion.objects.create(
        organization_id=product.organization_id,
        product=product,
        number=next_number(ModelVersion.objects.all(), product),
        family=model.family,
        artifact=artifact,
        artifact_hash=artifact.content_hash,
        dictionary_version=model.dictionary_version,
        training_run=model.training_run,
        dataset_fingerprint=model.dataset_fingerprint,
        metrics=dict(model.metrics),
        card=dict(model.card),
        registered_at=now(product.organization_id),
    ), True
