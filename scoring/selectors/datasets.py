"""Data sets: their rows as registered, and what is known of them. Call inside `enter`."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from scoring.enums import AnswerStatus, DatasetEvidenceKind
from scoring.models import (
    Dataset,
    DatasetChunk,
    DatasetEvidence,
    DatasetProtected,
    DatasetStudy,
    LeakageAcceptance,
    PastApplication,
    Product,
)
from tenancy.errors import NotFound


def dataset_by_id(organization_id: UUID, dataset_id: UUID) -> Dataset:
    """NotFound for another lender's too."""
    found = (
        Dataset.objects.filter(organization_id=organization_id, id=dataset_id)
        .select_related("product", "dictionary_version", "definition")
        .first()
    )
    if found is None:
        raise NotFound("no such data set", code="dataset_unknown")
    return found


def dataset_chunks(dataset: Dataset) -> Iterable[DatasetChunk]:
    return DatasetChunk.objects.filter(
        organization_id=dataset.organization_id, dataset=dataset
    ).order_by("number")


def dataset_protected_chunks(dataset: Dataset) -> Iterable[DatasetProtected]:
    return DatasetProtected.objects.filter(
        organization_id=dataset.organization_id, dataset=dataset
    ).order_by("number")


def history_rows(product: Product) -> Iterable[tuple[Any, ...]]:
    """The organization's own past applications, in the order of `LoanRows`' fields."""
    return (
        PastApplication.objects.filter(organization_id=product.organization_id, product=product)
        .order_by("external_ref")
        .values_list(
            "external_ref", "applied_on", "disposition", "outcome", "request", "parties",
            "protected__facts", "external_ref",
        )
    )  # fmt: skip


def evidence_of(dataset: Dataset, kind: str) -> dict[str, Any] | None:
    """What was found of that kind; None before anybody looked.

    Proxies are for compliance: whoever shows them asks for `scoring.view_protected` first.
    """
    found = DatasetEvidence.objects.filter(
        organization_id=dataset.organization_id, dataset=dataset, kind=kind
    ).first()
    return None if found is None else dict(found.document)


def leakage_of(dataset: Dataset) -> dict[str, Any]:
    """The alarm's document; without findings where the data set is older than the alarm."""
    return evidence_of(dataset, DatasetEvidenceKind.LEAKAGE) or {"findings": []}


def leakage_acceptance(dataset: Dataset) -> LeakageAcceptance | None:
    """The newest request to learn in spite of it."""
    return (
        LeakageAcceptance.objects.filter(organization_id=dataset.organization_id, dataset=dataset)
        .order_by("-requested_at")
        .first()
    )


def leakage_accepted(dataset: Dataset) -> list[list[str]]:
    """The fields of each finding that a second person has accepted."""
    answered = LeakageAcceptance.objects.filter(
        organization_id=dataset.organization_id, dataset=dataset, status=AnswerStatus.APPROVED
    )
    return [each["fields"] for acceptance in answered for each in acceptance.findings]


def study_by_id(organization_id: UUID, study_id: UUID) -> DatasetStudy:
    """With its data set and that one's dictionary."""
    found = (
        DatasetStudy.objects.filter(organization_id=organization_id, id=study_id)
        .select_related("dataset__product", "dataset__dictionary_version")
        .first()
    )
    if found is None:
        raise NotFound("no such exploration")
    return found


def study_latest(dataset: Dataset) -> DatasetStudy | None:
    return (
        DatasetStudy.objects.filter(organization_id=dataset.organization_id, dataset=dataset)
        .order_by("-requested_at")
        .first()
    )
