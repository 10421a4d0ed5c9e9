"""Trials of policies, what both policies said, and what is known of it. Call inside `enter`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, F

from underwriting.enums import DecisionKind, TrialMode, TrialStatus
from underwriting.models import Decision, PolicyShadow, PolicyTrial, PolicyTrialLook, PolicyVersion

OPEN = (TrialStatus.PROPOSED, TrialStatus.RUNNING)


class Pair(NamedTuple):
    """One application under both policies."""

    champion: str
    challenger: str


@dataclass(frozen=True, slots=True)
class ArmDecision:
    """One application of a split, which policy decided it, and what became of it."""

    loan_ref: str
    challenged: bool
    outcome: str


@dataclass(frozen=True, slots=True)
class Differing:
    """How often the two gave different first reasons or outcomes, commonest first."""

    champion: Pair
    """The champion's outcome and first reason ("" without one)."""
    challenger: Pair
    count: int


def trial_running(organization_id: UUID, product_id: UUID) -> PolicyTrial | None:
    return (
        PolicyTrial.objects.filter(
            organization_id=organization_id, product_id=product_id, status=TrialStatus.RUNNING
        )
        .select_related("product", "challenger")
        .first()
    )


def trial_by_id(organization_id: UUID, trial_id: UUID) -> PolicyTrial | None:
    return (
        PolicyTrial.objects.filter(organization_id=organization_id, id=trial_id)
        .select_related("product", "challenger")
        .first()
    )


def has_decided(version: PolicyVersion) -> bool:
    """Whether a split test let this very document decide about people: then it stays."""
    return PolicyTrial.objects.filter(
        organization_id=version.organization_id,
        challenger_id=version.id,
        challenger_hash=version.content_hash,
        mode=TrialMode.SPLIT,
        started_at__isnull=False,
    ).exists()


def trials_of(organization_id: UUID) -> list[PolicyTrial]:
    """Every trial of the lender, newest first."""
    rows = PolicyTrial.objects.filter(organization_id=organization_id)
    return list(rows.select_related("product", "challenger").order_by("-requested_at")[:50])


def pairs(trial: PolicyTrial) -> list[Pair]:
    """Applications that both policies decided, in the order they came, whoever's decided."""
    rows = (
        PolicyShadow.objects.filter(organization_id=trial.organization_id, trial=trial)
        .order_by("evaluated_at", "id")
        .values_list("challenged", "decided_outcome", "outcome")
    )
    return [
        Pair(other, decided) if challenged else Pair(decided, other)
        for challenged, decided, other in rows.iterator()
    ]


def agreement(trial: PolicyTrial) -> dict[Pair, int]:
    """How many applications came out so under the champion and so under the challenger."""
    rows = (
        PolicyShadow.objects.filter(organization_id=trial.organization_id, trial=trial)
        .values_list("challenged", "decided_outcome", "outcome")
        .annotate(times=Count("id"))
    )
    counts: dict[Pair, int] = {}
    for challenged, decided, other, times in rows:
        pair = Pair(other, decided) if challenged else Pair(decided, other)
        counts[pair] = counts.get(pair, 0) + times
    return counts


def reasons_that_differ(trial: PolicyTrial, most: int = 20) -> list[Differing]:
    rows = (
        PolicyShadow.objects.filter(organization_id=trial.organization_id, trial=trial)
        .exclude(decided_outcome=F("outcome"), decided_reason=F("reason"))
        .exclude(decided_outcome=F("outcome"), decided_reason=None, reason=None)
        .values_list("challenged", "decided_outcome", "decided_reason", "outcome", "reason")
        .annotate(times=Count("id"))
    )
    counts: dict[tuple[Pair, Pair], int] = {}
    for challenged, decided, decided_reason, outcome, reason, times in rows:
        both = (Pair(decided, decided_reason or ""), Pair(outcome, reason or ""))
        key = (both[1], both[0]) if challenged else both
        counts[key] = counts.get(key, 0) + times
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Differing(*sides, times) for sides, times in ranked[:most]]


def arms(trial: PolicyTrial, until: datetime) -> list[ArmDecision]:
    """What a split's two policies decided until then, in order; with people's word for the end."""
    if trial.mode != TrialMode.SPLIT or trial.started_at is None:
        return []
    first = Decision.objects.filter(
        organization_id=trial.organization_id,
        application__product_id=trial.product_id,
        kind=DecisionKind.AUTOMATIC,
        decided_at__gte=trial.started_at,
        decided_at__lte=until,
        policy_hash__in=[trial.champion_hash, trial.challenger_hash],
    )
    if trial.ended_at is not None:
        first = first.filter(decided_at__lt=trial.ended_at)
    rows = first.order_by("decided_at", "id").values_list("application_id", "policy_hash")
    last = dict(
        Decision.objects.filter(
            organization_id=trial.organization_id,
            in_force=True,
            application_id__in=first.values("application_id"),
        ).values_list("application_id", "outcome")
    )
    return [
        ArmDecision(str(ref), found == trial.challenger_hash, last.get(ref, ""))
        for ref, found in rows
    ]


def looks(trial: PolicyTrial) -> Sequence[PolicyTrialLook]:
    """Every look at a trial, oldest first."""
    rows = PolicyTrialLook.objects.filter(organization_id=trial.organization_id, trial=trial)
    return list(rows.order_by("measure", "looked_on"))


def trials_crossed(organization_id: UUID) -> list[PolicyTrialLook]:
    """The last crossing of what each running trial is about."""
    return list(
        PolicyTrialLook.objects.filter(
            organization_id=organization_id,
            trial__status=TrialStatus.RUNNING,
            measure=F("trial__measure"),
        )
        .exclude(crossed="")
        .select_related("trial__product", "trial__challenger")
        .order_by("trial_id", "-looked_on")
        .distinct("trial_id")
    )


def trials_proposed(organization_id: UUID) -> list[PolicyTrial]:
    return list(
        PolicyTrial.objects.filter(organization_id=organization_id, status=TrialStatus.PROPOSED)
        .select_related("product", "challenger")
        .order_by("requested_at")
    )
