"""What a model said of an application, written beside the decision that used it.

Both run inside the caller's `enter`: a decision's scoring run stands or falls with it.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from scoring.enums import Verdict
from scoring.models import ScoringRun
from scoring.selectors.models import model_version_by_hash
from tenancy.canonical import canonical
from tenancy.clock import now
from tenancy.errors import Conflict


def scoring_run_record(
    *,
    organization_id: UUID,
    application_id: UUID,
    model_hash: str,
    points: int,
    pd_ppm: int,
    parties: Sequence[Mapping[str, Any]],
) -> ScoringRun:
    """Keep a score. `parties` is the decision document's list of the same name."""
    version = model_version_by_hash(organization_id, model_hash)
    return ScoringRun.objects.create(
        organization_id=organization_id,
        application_id=application_id,
        model_version=version,
        points=points,
        pd_ppm=pd_ppm,
        parties=canonical([dict(party) for party in parties]).decode(),
        scored_at=now(organization_id),
    )


def run_conclude(*, organization_id: UUID, scoring_run_id: UUID, verdict: str) -> None:
    """What the decision made of the score; once, by compare-and-set."""
    changed = ScoringRun.objects.filter(
        organization_id=organization_id, id=scoring_run_id, verdict=""
    ).update(verdict=Verdict(verdict), concluded_at=now(organization_id))
    if not changed:
        raise Conflict("the scoring run is concluded already", code="concluded")
