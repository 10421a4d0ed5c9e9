"""Models as the API shows them: what they are, how good, and their cards; nothing of groups."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from scoring.enums import EvidenceKind
from scoring.models import InventoryEntry, ModelVersion
from tenancy.ids import public_id
from underwriting.api.formats import time_text

Document = dict[str, Any]
SHOWN_EVIDENCE = (
    EvidenceKind.CALIBRATION,
    EvidenceKind.CONFORMAL,
    EvidenceKind.DOMAIN,
    EvidenceKind.REJECT_INFERENCE,
    EvidenceKind.STABILITY,
)
"""What a lender's own systems may read. How groups fare is for people with the right to it."""


def model_summary(
    version: ModelVersion, *, in_charge_since: datetime | None, entry: InventoryEntry | None
) -> Document:
    """A version; product and dictionary must be read already."""
    return {
        "id": public_id("mdl", version.id),
        "object": "model",
        "product": version.product.slug,
        "version": version.number,
        "family": version.family,
        "status": version.status,
        "content_hash": version.artifact_hash,
        "dictionary_hash": version.dictionary_version.content_hash,
        "dataset_fingerprint": version.dataset_fingerprint or None,
        "features": list(version.card.get("features", [])),
        "purpose": entry.purpose if entry else None,
        "limits": entry.limits if entry else None,
        "registered_at": time_text(version.registered_at),
        "valid_until": time_text(version.valid_until),
        "in_charge_since": time_text(in_charge_since),
    }


def metrics_document(version: ModelVersion, evidence: Mapping[str, Mapping[str, Any]]) -> Document:
    """Figures on loans held out from training; none for points set by hand."""
    held = version.metrics.get("holdout") or {}
    return {
        "object": "model_metrics",
        "model": public_id("mdl", version.id),
        "holdout": {
            name: value
            for name, value in sorted(held.items())
            if isinstance(value, int | float) and not isinstance(value, bool)
        },
        "evidence": {kind: evidence[kind] for kind in SHOWN_EVIDENCE if kind in evidence},
    }


def card_document(version: ModelVersion, content: Mapping[str, Any], content_hash: str) -> Document:
    return {
        "object": "model_card",
        "model": public_id("mdl", version.id),
        "content_hash": content_hash,
        **{name: content[name] for name in ("title", "subtitle", "language", "facts", "sections")},
    }
