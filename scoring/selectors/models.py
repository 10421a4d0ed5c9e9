"""Model versions, their bytes, and who was in charge when. Call inside `enter`."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from scoring.document_hash import document_hash
from scoring.enums import DocumentKind
from scoring.models import Artifact, Championship, ModelDocument, ModelEvidence, ModelVersion
from tenancy.errors import NotFound
from tenancy.rows import find


def championship_at(
    organization_id: UUID, product_id: UUID, at: datetime, known_at: datetime | None = None
) -> Championship | None:
    """Who decided at that time, as known then (now unless said otherwise).

    One query, one answer: of what is believed at a time the database lets no two overlap.
    """
    return (
        Championship.objects.filter(
            Q(ended_at__isnull=True) | Q(ended_at__gt=at),
            _believed(known_at),
            organization_id=organization_id,
            product_id=product_id,
            appointed_at__lte=at,
        )
        .select_related("model_version")
        .first()
    )


def _believed(known_at: datetime | None) -> Q:
    if known_at is None:
        return Q(superseded_at__isnull=True)
    return Q(recorded_at__lte=known_at) & (
        Q(superseded_at__isnull=True) | Q(superseded_at__gt=known_at)
    )


def champion_or_none(organization_id: UUID, product_id: UUID, at: datetime) -> ModelVersion | None:
    found = championship_at(organization_id, product_id, at)
    return found.model_version if found else None


def champion(organization_id: UUID, product_id: UUID, at: datetime) -> ModelVersion:
    found = champion_or_none(organization_id, product_id, at)
    if found is None:
        raise NotFound("no model is in charge of this product", code="champion_missing")
    return found


def champions_now(organization_id: UUID, at: datetime) -> list[Championship]:
    """Who is in charge of each product, by the products' names."""
    return list(
        Championship.objects.filter(
            Q(ended_at__isnull=True) | Q(ended_at__gt=at),
            organization_id=organization_id,
            appointed_at__lte=at,
            superseded_at__isnull=True,
        )
        .select_related("model_version__product", "model_version__dictionary_version")
        .order_by("model_version__product__slug")
    )


def championship_by_id(organization_id: UUID, championship_id: UUID) -> Championship | None:
    return (
        Championship.objects.filter(organization_id=organization_id, id=championship_id)
        .select_related("model_version__product")
        .first()
    )


def championships(organization_id: UUID, product_id: UUID) -> list[Championship]:
    """The history as it is known now, newest first."""
    return list(
        Championship.objects.filter(
            organization_id=organization_id, product_id=product_id, superseded_at__isnull=True
        )
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


def model_version_by_number(organization_id: UUID, product_slug: str, number: int) -> ModelVersion:
    found = (
        ModelVersion.objects.filter(
            organization_id=organization_id, product__slug=product_slug, number=number
        )
        .select_related("product")
        .first()
    )
    if found is None:
        raise NotFound("no such model version")
    return found


def evidence_hashes(version: ModelVersion) -> dict[str, str]:
    """What a request about the model cites: hashes of all that is known of it by now."""
    own = {"organization_id": version.organization_id, "model_version": version}
    found = dict(ModelEvidence.objects.filter(**own).values_list("kind", "content_hash"))
    packs = ModelDocument.objects.filter(**own, kind=DocumentKind.PACK).order_by("made_at")
    for edition, known in packs.values_list("edition", "content_hash"):
        found[f"pack_{edition}"] = known
    card = {"metrics": version.metrics, "card": version.card}
    return {
        "artifact": version.artifact_hash,
        "card": document_hash(card),
        **found,
    }


def model_version_by_hash(organization_id: UUID, artifact_hash: str) -> ModelVersion:
    condition = "artifact_hash = %(artifact)s ORDER BY number LIMIT 1"
    found = find(ModelVersion, organization_id, condition, artifact=artifact_hash)
    if not found:
        raise NotFound("no such model version")
    return found[0]


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
