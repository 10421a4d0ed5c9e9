"""Everything known of a model version, read at once for its documents. Call inside `enter`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from scoring.enums import EvidenceKind
from scoring.models import (
    Championship,
    Dataset,
    DatasetEvidence,
    InventoryEntry,
    ModelEvidence,
    ModelRequest,
    ModelVersion,
    TrainingRun,
    TrainingTrial,
)
from scoring.selectors.models import model_version_by_id
from scoring.selectors.people import names
from tenancy.models import Organization

FOR_COMPLIANCE = (EvidenceKind.FAIRNESS,)


@dataclass(frozen=True, slots=True)
class Dossier:
    """One version with all that is kept about it. `run` and `dataset` are None for points set by
    hand; `evidence` lacks what the reader may not see."""

    version: ModelVersion
    organization: str
    run: TrainingRun | None
    dataset: Dataset | None
    dataset_evidence: Mapping[str, Mapping[str, Any]]
    trials: Mapping[str, int]
    evidence: Mapping[str, Mapping[str, Any]]
    hashes: Mapping[str, str]
    entries: tuple[InventoryEntry, ...]
    requests: tuple[ModelRequest, ...]
    championships: tuple[Championship, ...]
    people: Mapping[str, str]

    @property
    def by_hand(self) -> bool:
        return bool(self.version.card.get("origin") == "expert")

    @property
    def entry(self) -> InventoryEntry | None:
        return self.entries[-1] if self.entries else None

    @property
    def owner(self) -> str:
        """By name where it is a member's id."""
        owner = self.entry.owner if self.entry else ""
        return self.people.get(owner, owner)

    @property
    def holdout(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.version.metrics.get("holdout") or {}
        return found


def dossier(organization_id: UUID, model_version_id: UUID, *, protected: bool) -> Dossier:
    """`protected`: whether the reader may see what concerns protected groups."""
    version = model_version_by_id(organization_id, model_version_id)
    own: dict[str, Any] = {"organization_id": organization_id, "model_version": version}
    rows = ModelEvidence.objects.filter(**own).order_by("kind")
    shown = rows if protected else rows.exclude(kind__in=FOR_COMPLIANCE)
    run = version.training_run
    dataset = _dataset(version)
    return Dossier(
        version=version,
        organization=Organization.objects.get(id=organization_id).name,
        run=run,
        dataset=dataset,
        dataset_evidence=_of_dataset(dataset),
        trials=_trials(run, version.family),
        evidence={row.kind: row.document for row in shown},
        hashes={row.kind: row.content_hash for row in rows},
        entries=tuple(version.inventory.order_by("number")),
        requests=tuple(ModelRequest.objects.filter(**own).order_by("requested_at")),
        championships=tuple(
            Championship.objects.filter(**own).order_by("recorded_at", "appointed_at")
        ),
        people=names(organization_id),
    )


def _dataset(version: ModelVersion) -> Dataset | None:
    if not version.dataset_fingerprint:
        return None
    return Dataset.objects.filter(
        organization_id=version.organization_id,
        product_id=version.product_id,
        fingerprint=version.dataset_fingerprint,
    ).first()


def _of_dataset(dataset: Dataset | None) -> Mapping[str, Mapping[str, Any]]:
    """Proxies of protected groups are the compliance role's page, and in no document."""
    if dataset is None:
        return {}
    rows = DatasetEvidence.objects.filter(
        organization_id=dataset.organization_id, dataset=dataset, kind="leakage"
    )
    return {row.kind: row.document for row in rows}


def _trials(run: TrainingRun | None, family: str) -> Mapping[str, int]:
    if run is None:
        return {}
    found = TrainingTrial.objects.filter(
        organization_id=run.organization_id, run=run, family=family
    ).values_list("status", flat=True)
    told = list(found)
    return {status: told.count(status) for status in sorted(set(told))}
