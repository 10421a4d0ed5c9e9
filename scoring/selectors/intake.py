"""Uploaded files and the drafts made from them. Call inside `enter`."""

from dataclasses import dataclass
from uuid import UUID

from scoring.enums import DraftStatus, ModelStatus
from scoring.models import (
    Championship,
    DictionaryDraft,
    LoanUpload,
    LoanUploadPart,
    ModelVersion,
    PastApplication,
    Product,
    TrainingRun,
)
from tenancy.errors import NotFound


def draft_by_id(organization_id: UUID, draft_id: UUID) -> DictionaryDraft:
    """With its upload; the file of refused rows is left where it is."""
    found = (
        DictionaryDraft.objects.filter(organization_id=organization_id, id=draft_id)
        .select_related("upload", "dictionary_version")
        .defer("upload__rejected")
        .first()
    )
    if found is None:
        raise NotFound("no such draft")
    return found


def draft_of_upload(organization_id: UUID, upload_id: UUID) -> DictionaryDraft:
    """The draft that the file was sent for."""
    found = (
        DictionaryDraft.objects.filter(organization_id=organization_id, upload_id=upload_id)
        .select_related("upload")
        .defer("upload__rejected")
        .order_by("created_at")
        .first()
    )
    if found is None:
        raise NotFound("no such draft")
    return found


def upload_by_id(organization_id: UUID, upload_id: UUID) -> LoanUpload:
    found = (
        LoanUpload.objects.filter(organization_id=organization_id, id=upload_id)
        .defer("rejected")
        .first()
    )
    if found is None:
        raise NotFound("no such file")
    return found


def upload_part(organization_id: UUID, upload_id: UUID, number: int) -> bytes | None:
    """One piece of the file, None after the last."""
    body = (
        LoanUploadPart.objects.filter(
            organization_id=organization_id, upload_id=upload_id, number=number
        )
        .values_list("body", flat=True)
        .first()
    )
    return None if body is None else bytes(body)


def rejected_rows(organization_id: UUID, upload_id: UUID) -> bytes:
    """The gzipped file of refused rows."""
    body = (
        LoanUpload.objects.filter(
            organization_id=organization_id, id=upload_id, rejected__isnull=False
        )
        .values_list("rejected", flat=True)
        .first()
    )
    if body is None:
        raise NotFound("no row was refused")
    return bytes(body)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the product of a draft has come beyond the draft; `model` is the recommended one."""

    product: Product | None = None
    loans: bool = False
    training: TrainingRun | None = None
    model: ModelVersion | None = None
    champion: bool = False


def standing_of(draft: DictionaryDraft) -> Standing:
    """What is there already of the product's loans, trainings and models."""
    if draft.status != DraftStatus.PUBLISHED:
        return Standing()
    of = {"organization_id": draft.organization_id, "product__slug": draft.product_slug}
    product = Product.objects.filter(
        organization_id=draft.organization_id, slug=draft.product_slug
    ).first()
    living = ModelVersion.objects.filter(**of).exclude(status=ModelStatus.RETIRED)
    models = living.order_by("-number")
    return Standing(
        product=product,
        loans=PastApplication.objects.filter(**of).exists(),
        training=TrainingRun.objects.filter(**of).order_by("-requested_at").first(),
        model=models.filter(metrics__recommended=True).first() or models.first(),
        champion=Championship.objects.filter(**of, ended_at__isnull=True).exists(),
    )
