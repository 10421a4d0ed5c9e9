"""What is known about a model, for its page: each kind of evidence that this person may read."""

from typing import Any

from django.http import HttpRequest

from scoring.documents.evidence import evidence_blocks
from scoring.enums import EvidenceKind
from scoring.models import ModelEvidence, ModelVersion
from scoring.selectors.dossiers import FOR_COMPLIANCE

VIEW, SEES_PROTECTED = "scoring.view_modelevidence", "scoring.view_protected"


def evidence_context(request: HttpRequest, version: ModelVersion) -> dict[str, Any]:
    """For `admin/scoring/modelversion/evidence.html`. Inside the page's own `enter`."""
    if not request.user.has_perm(VIEW):
        return {"evidence": []}
    rows = ModelEvidence.objects.filter(
        organization_id=version.organization_id, model_version=version
    ).order_by("kind")
    if not request.user.has_perm(SEES_PROTECTED):
        rows = rows.exclude(kind__in=FOR_COMPLIANCE)
    return {
        "evidence": [
            {
                "kind": row.kind,
                "label": EvidenceKind(row.kind).label,
                "hash": row.content_hash,
                "blocks": evidence_blocks(row.document),
            }
            for row in rows
        ]
    }
