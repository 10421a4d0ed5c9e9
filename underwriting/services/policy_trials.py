"""Trials of policies: in shadow by one person, for a share of the applicants by two."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError

from events.actor import Actor
from events.services import event_record
from scoring.models import Product
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from underwriting.enums import PolicyStatus, TrialMeasure, TrialMode, TrialStatus
from underwriting.models import PolicyTrial, PolicyVersion
from underwriting.selectors.gates import backtest_done, gates_in_force
from underwriting.selectors.obstacles import Obstruction, trial_obstacles
from underwriting.selectors.policies import own_work, policy_in_force
from underwriting.services.gates import gates_judge
from underwriting.services.policies import PublicationRefused
from underwriting.services.policy_moves import (
    DRAFT,
    PUBLISH,
    permitted,
    refuse_without,
    version_locked,
)

MOST_SHARE_PPM = 500_000


def policy_shadow_begin(
    *, organization_id: UUID, actor: Actor, policy_version_id: UUID, measure: str, reason: str
) -> PolicyTrial:
    """Let a checked policy say beside the one in force what it would have decided, from now on.

    Nothing is decided by it, so one person begins it. Conflict while another trial of the
    product is open.
    """
    words = _refuse_unsaid(measure, reason)
    return _opened(
        organization_id, actor, policy_version_id, TrialMode.SHADOW, measure=measure, reason=words
    )


def policy_split_propose(
    *,
    organization_id: UUID,
    actor: Actor,
    policy_version_id: UUID,
    share_ppm: int,
    measure: str,
    reason: str,
) -> PolicyTrial:
    """Propose that a policy which was handed in decides for a share of the applicants."""
    words = _refuse_unsaid(measure, reason, share_ppm)
    return _opened(
        organization_id,
        actor,
        policy_version_id,
        TrialMode.SPLIT,
        measure=measure,
        reason=words,
        share_ppm=share_ppm,
    )


def policy_split_begin(*, organization_id: UUID, actor: Actor, trial_id: UUID) -> PolicyTrial:
    """A second person's yes: from the next decision on the share is the challenger's.

    It needs what its publication would need: PublicationRefused says everything in the way. The
    database judges again by what the gates said.
    """
    try:
        with enter(organization_id):
            trial = _proposal(organization_id, actor, trial_id)
            version = version_locked(organization_id, trial.challenger_id)
            _refuse_obstructed(trial_obstacles(version, actor.id))
            done = backtest_done(version)
            if done is not None:
                gates_judge(done, gates_in_force(organization_id, trial.product_id))
            _answered(trial, actor, TrialStatus.RUNNING, started_at=now(organization_id))
            _recorded(trial, actor, "begun")
    except IntegrityError as error:
        raise Conflict("something changed meanwhile", code="meanwhile") from error
    return trial


def policy_split_refuse(*, organization_id: UUID, actor: Actor, trial_id: UUID) -> PolicyTrial:
    """A second person's no."""
    with enter(organization_id):
        trial = _proposal(organization_id, actor, trial_id)
        _answered(trial, actor, TrialStatus.REFUSED)
        _recorded(trial, actor, "refused")
    return trial


def policy_trial_end(
    *, organization_id: UUID, actor: Actor, trial_id: UUID, reason: str
) -> PolicyTrial:
    """End a trial, or take a proposal back: the next decision is the policy's in force.

    Whoever drafts or publishes may; nothing new begins by it.
    """
    if not reason.strip():
        raise Invalid([FieldError("/reason", "required", "say why the trial ends")])
    with enter(organization_id):
        if not permitted(organization_id, actor, PUBLISH):
            refuse_without(organization_id, actor, DRAFT)
        trial = _locked(organization_id, trial_id)
        if trial.status not in (TrialStatus.PROPOSED, TrialStatus.RUNNING):
            raise Conflict("the trial is over", code="trial_over")
        trial.status = TrialStatus.ENDED
        trial.ended_by_id, trial.ended_at = actor.id, now(organization_id)
        trial.ended_reason = reason.strip()
        trial.save(update_fields=["status", "ended_by_id", "ended_at", "ended_reason"])
        _recorded(trial, actor, "ended")
    return trial


def _refuse_unsaid(measure: str, reason: str, share_ppm: int = 1) -> str:
    problems = []
    if measure not in TrialMeasure.values:
        problems.append(FieldError("/measure", "choice", "say what the trial is about"))
    if not 1 <= share_ppm <= MOST_SHARE_PPM:
        message = "the challenger decides for more than nobody and at most half"
        problems.append(FieldError("/share_ppm", "range", message))
    if not reason.strip():
        problems.append(FieldError("/reason", "required", "say what the trial shall show"))
    if problems:
        raise Invalid(problems)
    return reason.strip()


def _opened(
    organization_id: UUID, actor: Actor, policy_version_id: UUID, mode: TrialMode, **said: Any
) -> PolicyTrial:
    try:
        with enter(organization_id):
            refuse_without(organization_id, actor, DRAFT)
            version = version_locked(organization_id, policy_version_id)
            trial = _trial(version, actor, mode, **said)
            trial.save(force_insert=True)
            _recorded(trial, actor, "begun" if mode == TrialMode.SHADOW else "proposed")
            return trial
    except IntegrityError as error:
        if "policy_trial_one_at_a_time" not in str(error):
            raise
        message = "a trial of this product's policies is proposed or running"
        raise Conflict(message, code="trial_open") from error


def _trial(version: PolicyVersion, actor: Actor, mode: TrialMode, **said: Any) -> PolicyTrial:
    at = now(version.organization_id)
    ready = [PolicyStatus.SUBMITTED]
    if mode == TrialMode.SHADOW:
        ready.append(PolicyStatus.CHECKED)
    if version.status not in ready:
        message = "it must be checked for a shadow, and handed in for a split test"
        raise Conflict(message, code="status")
    champion = policy_in_force(version.organization_id, version.product_id, at)
    if champion is None:
        raise Conflict("no policy is in force to try it against", code="champion_missing")
    if champion.content_hash == version.content_hash:
        raise Conflict("this very policy is in force", code="in_force")
    return PolicyTrial(
        organization_id=version.organization_id,
        product=Product(id=version.product_id, organization_id=version.organization_id),
        challenger=version,
        challenger_hash=version.content_hash,
        champion_hash=champion.content_hash,
        mode=mode,
        status=TrialStatus.RUNNING if mode == TrialMode.SHADOW else TrialStatus.PROPOSED,
        started_at=at if mode == TrialMode.SHADOW else None,
        requested_by_id=actor.id,
        requested_at=at,
        **said,
    )


def _locked(organization_id: UUID, trial_id: UUID) -> PolicyTrial:
    found = (
        PolicyTrial.objects.select_for_update(of=("self",))
        .filter(organization_id=organization_id, id=trial_id)
        .select_related("challenger")
        .first()
    )
    if found is None:
        raise NotFound("no such trial")
    return found


def _proposal(organization_id: UUID, actor: Actor, trial_id: UUID) -> PolicyTrial:
    """Locked, unanswered, and this person's to answer."""
    refuse_without(organization_id, actor, PUBLISH)
    trial = _locked(organization_id, trial_id)
    if trial.status != TrialStatus.PROPOSED:
        raise Conflict("the proposal is answered", code="answered")
    if actor.id == trial.requested_by_id or own_work(trial.challenger, actor.id):
        raise Forbidden("somebody else must answer", code="same_person")
    present = policy_in_force(organization_id, trial.product_id, now(organization_id))
    if present is None or present.content_hash != trial.champion_hash:
        raise Conflict("another policy is in force by now", code="champion_changed")
    return trial


def _answered(trial: PolicyTrial, actor: Actor, status: TrialStatus, **said: Any) -> None:
    changes = {
        "status": status,
        "answered_by_id": actor.id,
        "answered_at": now(trial.organization_id),
        **said,
    }
    for name, value in changes.items():
        setattr(trial, name, value)
    trial.save(update_fields=list(changes))


def _refuse_obstructed(found: list[Obstruction]) -> None:
    if found:
        raise PublicationRefused(found)


def _recorded(trial: PolicyTrial, actor: Actor, what: str) -> None:
    event_record(
        organization_id=trial.organization_id,
        actor=actor,
        type=f"policy.trial_{what}",
        subject=("policy_trial", trial.id),
        data={
            "challenger": str(trial.challenger_id),
            "content": trial.challenger_hash,
            "mode": str(trial.mode),
            "share_ppm": trial.share_ppm,
        },
    )
