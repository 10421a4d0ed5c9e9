"""Model versions, their bytes, and who was in charge when. Call inside `enter`."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from scoring.models import Artifact, Championship, ModelVersion
from tenancy.errors import NotFound


def championship_at(organization_id: UUID, product_id: UUID, at: datetime) -> Championship | None:
    """Who decided at that time: one query, one answer, for the database lets no two overlap."""
    return (
        Championship.objects.filter(
            Q(ended_at__isnull=True) | Q(ended_at__gt=at),
            organization_id=organization_id,
            product_id=product_id,
            appointed_at__lte=at,
        )
        .select_related("model_version")
        .first()
    )


def champion_or_none(organization_id: UUID, product_id: UUID, at: datetime) -> ModelVersion | None:
    found = championship_at(organization_id, product_id, at)
    return found.model_version if found else None


def champion(organization_id: UUID, product_id: UUID, at: datetime) -> ModelVersion:
    found = champion_or_none(organization_id, product_id, at)
    if found is None:
        raise NotFound("no model is in charge of this product", code="champion_missing")
    return found


def championships(organization_id: UUID, product_id: UUID) -> list[Championship]:
    """The history, newest first."""
    return list(
        Championship.objects.filter(organization_id=organization_id, product_id=product_id)
        .select_related("model_version")
        .order_by("-appointed_at")
    )


def model_version_by_id(organization_id: UUID, model_version_id: UUID) -> ModelVersion:
    found = (
        ModelVersion.objects.filter(organization_id=organization_id, id=model_version_id)
        .select_related("product", "dictionary_version")
        .first()
    )
    if found is None:
        raise NotFound("no such model version")
    return found


def model_version_by_hash(organization_id: UUID, artifact_hash: str) -> ModelVersion:
    found = (
        ModelVersion.objects.filter(organization_id=organization_id, artifact_hash=artifact_hash)
        .order_by("number")
        .first()
    )
    if found is None:
        raise NotFound("no such model version")
    return found


def artifact_body(organization_id: UUID, content_hash: str) -> bytes:
    """The bytes of a model, as stored."""
    found = (
        Artifact.objects.filter(organization_id=organization_id, content_hash=content_hash)
        .values_list("body", flat=True)
        .first()
    )
    if found is None:
        raise NotFound("no such model artifact")
    return bytes(found)
