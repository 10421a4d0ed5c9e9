"""What is known about a model version. Call inside `enter`."""

from collections.abc import Collection
from typing import Any

from scoring.enums import EvidenceKind
from scoring.models import ModelEvidence, ModelVersion


def evidence_documents(
    version: ModelVersion, kinds: Collection[str] = EvidenceKind.values
) -> dict[str, dict[str, Any]]:
    """The version's documents by kind.

    Fairness is for compliance: whoever shows it asks for `scoring.view_protected` first.
    """
    found = ModelEvidence.objects.filter(
        organization_id=version.organization_id, model_version=version, kind__in=kinds
    )
    return {each.kind: each.document for each in found}


def fairness_in_tournament(version: ModelVersion) -> list[tuple[ModelVersion, dict[str, Any]]]:
    """Versions of the same training with what is known of their fairness, this one included."""
    own = {"organization_id": version.organization_id, "kind": EvidenceKind.FAIRNESS}
    if version.training_run_id is None:
        found = ModelEvidence.objects.filter(**own, model_version=version)
    else:
        found = ModelEvidence.objects.filter(
            **own, model_version__training_run_id=version.training_run_id
        )
    rows = found.select_related("model_version").order_by("model_version__number")
    return [(each.model_version, each.document) for each in rows]
