"""Who is in shadow, what a split test is at, and what is known of both. Call inside `enter`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from scoring.enums import ModelStatus, SplitStatus
from scoring.models import ChallengerLook, Championship, ModelVersion, ShadowScore, SplitTest

_PAIRS = """SELECT r.application_id::text, r.model_version_id = %(champion)s, r.pd_ppm, s.pd_ppm,
    r.verdict
FROM scoring_scoringrun r
JOIN scoring_shadowscore s ON s.organization_id = r.organization_id
    AND s.application_id = r.application_id AND s.beside_id = r.model_version_id
WHERE r.organization_id = %(organization)s AND s.pd_ppm IS NOT NULL
    AND ((r.model_version_id = %(champion)s AND s.model_version_id = %(challenger)s)
        OR (r.model_version_id = %(challenger)s AND s.model_version_id = %(champion)s))
ORDER BY r.scored_at, r.id"""

_ARMS = """SELECT application_id::text, model_version_id = %(challenger)s, verdict
FROM scoring_scoringrun
WHERE organization_id = %(organization)s AND scored_at >= %(since)s AND scored_at <= %(until)s
    AND verdict <> ''
    AND model_version_id IN (%(champion)s, %(challenger)s)
ORDER BY scored_at, id"""

_AGREEMENT = """SELECT count(*), count(*) FILTER (WHERE outcome = decided_outcome),
    count(*) FILTER (WHERE outcome = 'approve'),
    count(*) FILTER (WHERE decided_outcome = 'approve'), avg(pd_ppm)
FROM scoring_shadowscore
WHERE organization_id = %(organization)s AND model_version_id = %(model)s"""


@dataclass(frozen=True, slots=True)
class Pair:
    """One application scored by both models; PDs in parts per million."""

    loan_ref: str
    champion_pd_ppm: int
    challenger_pd_ppm: int
    verdict: str


@dataclass(frozen=True, slots=True)
class ArmScore:
    """One application of a split test, and which arm it fell into."""

    loan_ref: str
    challenged: bool
    verdict: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often a model in shadow came to the decision that was made."""

    applications: int
    same: int
    would_approve: int
    approved: int
    mean_pd_ppm: float | None


def shadow_models(
    organization_id: UUID, product_id: UUID, dictionary_hash: str, decided_by: str
) -> list[ModelVersion]:
    """Models that score beside the one that decided: challengers, and the champion in a split.

    `decided_by` is the artifact hash of the model that decided.
    """
    in_charge = Championship.objects.filter(
        organization_id=organization_id,
        product_id=product_id,
        ended_at__isnull=True,
        superseded_at__isnull=True,
    ).values("model_version_id")
    rows = ModelVersion.objects.filter(
        organization_id=organization_id,
        product_id=product_id,
        dictionary_version__content_hash=dictionary_hash,
    ).exclude(artifact_hash=decided_by)
    found = rows.filter(status=ModelStatus.CHALLENGER) | rows.filter(id__in=in_charge)
    return list(found.order_by("number"))


def challengers_of(organization_id: UUID, product_id: UUID) -> list[ModelVersion]:
    """The product's models in shadow, newest first."""
    rows = ModelVersion.objects.filter(
        organization_id=organization_id, product_id=product_id, status=ModelStatus.CHALLENGER
    )
    return list(rows.order_by("-number"))


def split_running(organization_id: UUID, product_id: UUID) -> SplitTest | None:
    return (
        SplitTest.objects.filter(
            organization_id=organization_id, product_id=product_id, status=SplitStatus.RUNNING
        )
        .select_related("champion", "challenger")
        .first()
    )


def pairs(champion: ModelVersion, challenger: ModelVersion) -> list[Pair]:
    """Applications that both models scored, in the order they came, whichever of them decided."""
    rows = _rows(_PAIRS, champion, challenger=challenger.id)
    return [
        Pair(ref, own if by_champion else other, other if by_champion else own, verdict)
        for ref, by_champion, own, other, verdict in rows
    ]


def arms(split: SplitTest, until: datetime) -> list[ArmScore]:
    """Applications decided from a split test's beginning until then, in the order they came."""
    rows = _rows(
        _ARMS,
        split.champion,
        challenger=split.challenger_id,
        since=split.started_at,
        until=until,
    )
    return [ArmScore(*row) for row in rows]


def agreement(model: ModelVersion) -> Agreement:
    return Agreement(*_rows(_AGREEMENT, model)[0])


def looks(challenger: ModelVersion) -> Sequence[ChallengerLook]:
    """Every look at a challenger, oldest first."""
    rows = ChallengerLook.objects.filter(
        organization_id=challenger.organization_id, challenger=challenger
    )
    return list(rows.order_by("method", "looked_on"))


def shadow_outcomes(model: ModelVersion) -> Mapping[tuple[str, str], int]:
    """How many applications were decided so, and would have been decided so by the model."""
    rows = ShadowScore.objects.filter(
        organization_id=model.organization_id, model_version=model
    ).values_list("decided_outcome", "outcome")
    counts: dict[tuple[str, str], int] = {}
    for pair in rows.iterator():
        counts[pair] = counts.get(pair, 0) + 1
    return counts


def _rows(statement: str, model: ModelVersion, **further: Any) -> list[tuple[Any, ...]]:
    named = {"organization": model.organization_id, "champion": model.id, "model": model.id}
    with connection.cursor() as cursor:
        cursor.execute(statement, named | further)
        return list(cursor.fetchall())
