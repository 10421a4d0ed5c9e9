"""What models in shadow made of an application. Inside the caller's `enter`."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from scoring.models import ShadowScore
from tenancy.clock import now


@dataclass(frozen=True, slots=True)
class Shadow:
    """One model's say; points and PD are None where it could not score."""

    model_version_id: UUID
    points: int | None
    pd_ppm: int | None
    outcome: str


def shadows_record(
    *,
    organization_id: UUID,
    application_id: UUID,
    beside_id: UUID,
    decided_outcome: str,
    shadows: Sequence[Shadow],
) -> None:
    """Keep them; a repeat changes nothing."""
    at = now(organization_id)
    ShadowScore.objects.bulk_create(
        [
            ShadowScore(
                organization_id=organization_id,
                application_id=application_id,
                model_version_id=shadow.model_version_id,
                beside_id=beside_id,
                points=shadow.points,
                pd_ppm=shadow.pd_ppm,
                outcome=shadow.outcome,
                decided_outcome=decided_outcome,
                scored_at=at,
            )
            for shadow in shadows
        ],
        ignore_conflicts=True,
    )
