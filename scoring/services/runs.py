"""What a model said of an application, written beside the decision that used it.

Both run inside the caller's `enter`: a decision's scoring run stands or falls with it.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from scoring.enums import Verdict
from scoring.models import ScoringRun
from tenancy.canonical import canonical
from tenancy.clock import now
from tenancy.errors import Conflict
from tenancy.rows import insert


def scoring_run_record(
    *,
    organization_id: UUID,
    application_id: UUID,
    model_version_id: UUID,
    points: int,
    pd_ppm: int,
    parties: Sequence[Mapping[str, Any]],
    verdict: str | None = None,
    propensity_ppm: int | None = None,
    explored: bool = False,
) -> ScoringRun:
    """Keep a score, concluded at once where the decision is made with it.

    `parties` is the decision document's list of the same name. Without a verdict a person has
    yet to decide, and `run_conclude` follows. `propensity_ppm` is the rules' chance of approving,
    `explored` whether a lot did.
    """
    at = now(organization_id)
    run = ScoringRun(
        organization_id=organization_id,
        application_id=application_id,
        model_version_id=model_version_id,
        points=points,
        pd_ppm=pd_ppm,
        parties=canonical([dict(party) for party in parties]).decode(),
        scored_at=at,
        verdict=Verdict(verdict) if verdict else "",
        concluded_at=at if verdict else None,
        propensity_ppm=propensity_ppm,
        explored=explored,
    )
    insert([run])
    return run


def run_conclude(*, organization_id: UUID, scoring_run_id: UUID, verdict: str) -> None:
    """What the decision made of the score; once, by compare-and-set."""
    changed = ScoringRun.objects.filter(
        organization_id=organization_id, id=scoring_run_id, verdict=""
    ).update(verdict=Verdict(verdict), concluded_at=now(organization_id))
    if not changed:
        raise Conflict("the scoring run is concluded already", code="concluded")
