"""Decisions: claimed, evaluated outside any transaction, recorded in one short one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from events.actor import SYSTEM, Actor
from scoring.selectors.exploration import explored_this_month
from scoring.services.runs import scoring_run_record
from tenancy.canonical import canonical, content_hash
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.rows import insert
from tenancy.statements import Statement, ask_together
from tenancy.tasks import enqueue
from underwriting.enums import ApplicationStatus, DecisionKind, Outcome, ReviewCause, Stage
from underwriting.models import Decision, Review
from underwriting.models.decision import ADVERSE
from underwriting.retention import retained
from underwriting.selectors.exposures import (
    Exposure,
    customers_locking,
    exposure_asked,
    exposure_together,
)
from underwriting.services.consequences import (
    Recorded,
    Written,
    consequences_write,
    decision_event,
)
from underwriting.services.evaluation import Case, Evaluation, case_read, evaluate
from underwriting.services.hits import hits_open
from underwriting.services.promises import promise_spent
from underwriting.services.pulls import pulls_stage
from underwriting.services.runs import (
    MOST_ATTEMPTS,
    Claim,
    LostLease,
    run_claim,
    run_finishing,
    stages_record,
)
from underwriting.services.statuses import status_change, status_changed, status_changing
from underwriting.services.supersession import yielded
from underwriting.transitions import status_after
from underwriting.verdicts import lot_of

WORKER = "worker"
SHADOW = "underwriting.tasks.shadow_score"
FIND_PATH = "underwriting.tasks.find_path"
MOST_EVALUATIONS = 10

log = structlog.get_logger(__name__)


class BudgetSpent(Exception):
    """A lot would approve, and this month's budget for that is spent."""


class PromiseSpent(Exception):
    """Another decision has kept the promise meanwhile: it is kept once."""


class ContextChanged(Exception):
    """The customers' exposure is no longer what the evaluation rested on."""

    def __init__(self, exposure: Exposure) -> None:
        super().__init__("exposure changed")
        self.exposure = exposure


def application_decide(
    *,
    organization_id: UUID,
    run_id: UUID,
    holder: str = WORKER,
    claim: Claim | None = None,
    case: Case | None = None,
) -> Decision | None:
    """Decide a run, once: None when it is decided already, in other hands, or waits for a vendor.

    Repeating it is harmless. The evaluation holds no transaction; if what the customers owe has
    changed by the time it is recorded, it is made again on what is true then. Whoever has just
    submitted it passes the `claim`, and the `case` where that was read with it.
    """
    if claim is None or case is None:
        opened = _open(organization_id, run_id, holder, claim)
        if opened is None:
            return None
        claim, case = opened
    failed = claim.attempts > MOST_ATTEMPTS
    for _ in range(MOST_EVALUATIONS):
        try:
            ready = case if failed else pulls_stage(claim=claim, case=case)
            if ready is None:
                return None
            case = ready
            evaluation = evaluate(case, failed=failed)
            return decision_record(claim=claim, case=case, evaluation=evaluation, actor=SYSTEM)
        except ContextChanged as changed:
            case = case.with_exposure(changed.exposure)
        except BudgetSpent:
            case = case.without_exploration()
        except PromiseSpent:
            case = case.without_promise()
        except LostLease:
            log.info("decision.lost_lease", run=str(run_id), fence=claim.fence)
            return None
    log.warning("decision.context_unsettled", run=str(run_id))
    return None


def decision_record(*, claim: Claim, case: Case, evaluation: Evaluation, actor: Actor) -> Decision:
    """Write a run's decision with everything that follows from it: one transaction, event last.

    Lock order: customers, product (where a lot approves), application, chain head. Raises
    ContextChanged when the customers owe something else by now, BudgetSpent when no more may be
    approved by lot, PromiseSpent when a promise was kept meanwhile, LostLease when the fence has
    grown; nothing is written then.
    """
    organization_id = case.organization_id
    with enter(organization_id):
        _lock_and_refuse_changed_context(case)
        if evaluation.honours and promise_spent(organization_id, evaluation.honours):
            raise PromiseSpent
        lot = lot_of(evaluation.document)
        if lot.explored and evaluation.plan and evaluation.plan.policy.exploration:
            _refuse_spent_budget(case, evaluation.plan.policy.exploration.most_a_month)
        made = decision_follows(case, evaluation, now(organization_id))
        _close(claim, case, made)
        before = yielded(organization_id, claim, made.at) if claim.submission > 1 else None
        decision, _, _ = decision_write(claim, case, evaluation, made, actor, before)
        if case.pulls is not None and before is None:
            hits_open(organization_id, case.application_id, case.pulls)
        decision_event(decision, actor, made.reasons)
    return decision


def decision_write(
    claim: Claim,
    case: Case,
    evaluation: Evaluation,
    made: Recorded,
    actor: Actor,
    before: Decision | None = None,
) -> Written:
    """The decision's rows, and whoever is told of it. Inside the caller's `enter`, the application
    moved and its run finished; the event comes after."""
    organization_id = case.organization_id
    decision = _decision(claim, case, evaluation, made, actor, before)
    decision.scoring_run_id = _scored(case, evaluation)
    insert([decision])
    written = consequences_write(decision, made)
    stages_record(
        organization_id=organization_id, claim=claim, results=_stages(evaluation.document)
    )
    if made.outcome == Outcome.REFER:
        _review_open(decision)
    if made.outcome in ADVERSE and evaluation.plan and evaluation.plan.policy.paths:
        enqueue(FIND_PATH, organization_id=organization_id, decision_id=decision.id)
    if case.rules.shadowed:
        enqueue(SHADOW, organization_id=organization_id, decision_id=decision.id)
    return written


def application_moved(case: Case, made: Recorded) -> Statement:
    """The application's move to where the decision takes it."""
    return status_changing(
        case.organization_id,
        case.application_id,
        status_after(made.outcome),
        decided_at=made.at,
        retention_until=retained(made.at, case.pack.retention_months),
    )


def _close(claim: Claim, case: Case, made: Recorded) -> None:
    """Finish the run under its fence and move the application, in one journey."""
    finished, moved = ask_together(
        run_finishing(case.organization_id, claim), application_moved(case, made)
    )
    if not finished.touched:
        raise LostLease("the run is in other hands")
    to = status_after(made.outcome)
    status_changed(moved, case.organization_id, case.application_id, to)


def decision_follows(case: Case, evaluation: Evaluation, at: datetime) -> Recorded:
    return Recorded.under(
        document=evaluation.document,
        pack=case.pack,
        completed_at=case.rules.completed_at,
        at=at,
        valid_days=evaluation.plan.product.offer_valid_days if evaluation.plan else None,
    )


def _open(
    organization_id: UUID, run_id: UUID, holder: str, claim: Claim | None
) -> tuple[Claim, Case] | None:
    """Claim the run, unless the caller has, and read the case, in one transaction."""
    with enter(organization_id):
        if claim is None:
            claim = run_claim(organization_id=organization_id, run_id=run_id, holder=holder)
            if claim is None:
                return None
        case = case_read(organization_id, claim.application_id)
        if case.rules.status == ApplicationStatus.SUBMITTED:
            status_change(
                organization_id=organization_id,
                application_id=claim.application_id,
                to=ApplicationStatus.DECIDING,
            )
    return claim, case


def _lock_and_refuse_changed_context(case: Case) -> None:
    """Lock the customers, then ask again what they owe, in one journey. The hour is read before
    the lock: an offer that counts no longer at that hour can be accepted at no later one."""
    _, answer = ask_together(
        customers_locking(case.organization_id, case.customer_ids),
        exposure_asked(
            organization_id=case.organization_id,
            application_id=case.application_id,
            customer_ids=case.customer_ids,
            currency=case.rules.currency,
            at=now(case.organization_id),
        ),
    )
    exposure = exposure_together(answer.rows)
    if exposure != case.exposure:
        raise ContextChanged(exposure)


def _refuse_spent_budget(case: Case, most: int) -> None:
    """The product is locked, so that two lots at once do not both take the last place."""
    spent = explored_this_month(case.organization_id, case.rules.product_id, case.at)
    if spent >= most:
        raise BudgetSpent


def _decision(
    claim: Claim,
    case: Case,
    evaluation: Evaluation,
    made: Recorded,
    actor: Actor,
    before: Decision | None,
) -> Decision:
    pins = evaluation.document["pins"]
    body = canonical(dict(evaluation.document))
    return Decision(
        organization_id=case.organization_id,
        application_id=case.application_id,
        number=before.number + 1 if before else 1,
        kind=DecisionKind.AUTOMATIC,
        run_id=claim.run_id,
        supersedes=before,
        outcome=made.outcome,
        catalogue_id=evaluation.catalogue_id,
        points=evaluation.document["points"],
        pd_ppm=evaluation.document["pd_ppm"],
        document=body.decode(),
        document_hash=content_hash(body),
        inputs=evaluation.inputs.decode(),
        inputs_hash=evaluation.inputs_hash,
        **{f"{name}_hash": found for name, found in pins.items()},
        application_completed_at=case.rules.completed_at,
        decided_at=made.at,
        decided_by_kind=actor.kind,
        decided_by_id=actor.id,
        notice_due_at=made.notice_due_at,
        expires_at=made.expires_at,
        honours_id=evaluation.honours,
    )


def _scored(case: Case, evaluation: Evaluation) -> UUID | None:
    """Push the score down to scoring, with what became of it unless a person has yet to say."""
    document = evaluation.document
    if document["points"] is None or evaluation.model_version_id is None:
        return None
    outcome = document["outcome"]
    run = scoring_run_record(
        organization_id=case.organization_id,
        application_id=case.application_id,
        model_version_id=evaluation.model_version_id,
        points=document["points"],
        pd_ppm=document["pd_ppm"],
        parties=document["parties"],
        verdict=None if outcome == Outcome.REFER else outcome,
        **lot_of(document)._asdict(),
    )
    return run.id


def _stages(document: Mapping[str, Any]) -> dict[Stage, Mapping[str, Any]]:
    """What each stage came to. Products with nothing to fetch pass all of them in one go."""
    knocked_out = document["outcome"] == Outcome.DECLINE and document["points"] is None
    results: dict[Stage, Mapping[str, Any]] = {
        Stage.ELIGIBILITY: {"passed": not knocked_out},
    }
    if document["points"] is not None:
        results[Stage.SCORE] = {"points": document["points"], "pd_ppm": document["pd_ppm"]}
    results[Stage.POLICY] = {"outcome": document["outcome"], "band": document["band"]}
    return results


def _review_open(decision: Decision) -> None:
    review = Review(
        organization_id=decision.organization_id,
        application_id=decision.application_id,
        decision=decision,
        cause=ReviewCause.REFERRAL,
        opened_at=decision.decided_at,
    )
    insert([review])
