"""Reviews: a person settles what was referred, within their limit; above it a second person."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language

from accounts.members import Authority
from accounts.selectors.memberships import authority
from events.actor import Actor
from events.services import event_record
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, Forbidden, NotFound
from underwriting.enums import Outcome, ReviewStatus, StepKind
from underwriting.models import Decision, Review, ReviewStep
from underwriting.services.authority import Standing
from underwriting.services.overrules import (
    Overruled,
    overrule_prepare,
    overrule_record,
    overrule_within_limit,
    review_locked,
)
from underwriting.services.policy_exceptions import exception_errors
from underwriting.verdicts import Excepted, Verdict

REVIEW = "underwriting.review_application"
SECOND = "underwriting.second_review"
UNSETTLED = (ReviewStatus.OPEN, ReviewStatus.CLAIMED)

STEP_OF = {
    Outcome.APPROVE: StepKind.APPROVE,
    Outcome.COUNTER_OFFER: StepKind.COUNTER_OFFER,
    Outcome.DECLINE: StepKind.DECLINE,
}


def review_claim(*, organization_id: UUID, actor: Actor, review_id: UUID) -> Review:
    """Take a review from the queue; Conflict (`claimed_by_other`) when somebody has it."""
    with enter(organization_id):
        review, allowed = _opened(organization_id, actor, review_id)
        at = now(organization_id)
        if review.status == ReviewStatus.OPEN:
            _claim(review, actor, allowed, at)
            _step(review, actor, StepKind.CLAIM, at)
            _record(review, actor, "review.claimed")
        elif review.claimed_by != actor.id:
            raise Conflict("somebody else has this review", code="claimed_by_other")
    return review


def review_release(*, organization_id: UUID, actor: Actor, review_id: UUID) -> Review:
    """Put a claimed review back into the queue."""
    with enter(organization_id):
        review, _ = _opened(organization_id, actor, review_id)
        if review.status != ReviewStatus.CLAIMED or review.claimed_by != actor.id:
            raise Conflict("this review is not yours to release", code="claimed_by_other")
        _back_to_queue(review)
        _step(review, actor, StepKind.RELEASE, now(organization_id))
        _record(review, actor, "review.released")
    return review


def review_approve(
    *,
    organization_id: UUID,
    actor: Actor,
    review_id: UUID,
    override_codes: Sequence[str] = (),
    note: str = "",
    conditions: Sequence[tuple[str, str]] = (),
    exception: Excepted | None = None,
) -> Review:
    """Approve what was asked for, perhaps on conditions; above the limit with a second person.

    Where policy said less, `exception` says why, and the note what makes up for it.
    """
    verdict = Verdict(
        outcome=Outcome.APPROVE,
        override_codes=tuple(override_codes),
        conditions=tuple((code, text) for code, text in conditions),
        exception=exception,
    )
    return _judge(organization_id, actor, review_id, verdict, note)


def review_counter_offer(
    *,
    organization_id: UUID,
    actor: Actor,
    review_id: UUID,
    amount: str,
    term_months: int | None,
    reasons: Sequence[str],
    override_codes: Sequence[str] = (),
    note: str = "",
    exception: Excepted | None = None,
) -> Review:
    """Offer another amount or term, with the reasons why not what was asked for."""
    verdict = Verdict(
        outcome=Outcome.COUNTER_OFFER,
        reasons=tuple(reasons),
        override_codes=tuple(override_codes),
        amount=amount,
        term_months=term_months,
        exception=exception,
    )
    return _judge(organization_id, actor, review_id, verdict, note)


def review_decline(
    *,
    organization_id: UUID,
    actor: Actor,
    review_id: UUID,
    reasons: Sequence[str],
    override_codes: Sequence[str] = (),
    note: str = "",
) -> Review:
    """Decline, with one to four reasons from the published catalogue."""
    verdict = Verdict(
        outcome=Outcome.DECLINE, reasons=tuple(reasons), override_codes=tuple(override_codes)
    )
    return _judge(organization_id, actor, review_id, verdict, note)


def review_refer_up(
    *, organization_id: UUID, actor: Actor, review_id: UUID, note: str = ""
) -> Review:
    """Hand the review to somebody senior: back into the queue, one level higher."""
    with enter(organization_id):
        review, allowed = _opened(organization_id, actor, review_id)
        at = now(organization_id)
        if review.status not in UNSETTLED:
            raise Conflict("this review is not open", code="not_open")
        _claim(review, actor, allowed, at)
        _step(review, actor, StepKind.REFER_UP, at, note=note)
        review.level += 1
        _back_to_queue(review)
        _record(review, actor, "review.referred_up")
    return review


def review_second(
    *, organization_id: UUID, actor: Actor, review_id: UUID, agree: bool, note: str = ""
) -> Review:
    """The second person on a verdict above the first one's limit: another one, with the limit.

    Agreeing settles the review; disagreeing puts it back into the queue, one level higher.
    """
    with enter(organization_id):
        review, allowed = _opened(organization_id, actor, review_id)
        decision = review.decision
        verdict = _pending(review, actor)
    prepared = overrule_prepare(decision, verdict, get_language() or "en")
    with enter(organization_id):
        review, allowed = _opened(organization_id, actor, review_id)
        if _pending(review, actor) != verdict:
            raise Conflict("the verdict has changed", code="not_open")
        at = now(organization_id)
        if not agree:
            return _disagree(review, actor, note, at)
        standing = Standing.of(review, decision)
        alone = standing.alone(allowed, verdict, prepared.amount)
        if SECOND not in allowed.permissions or not alone:
            raise Forbidden("this is above your limit", code="limit")
        review.second_by = actor.id
        _step(review, actor, StepKind.AGREE, at, note=note)
        _settle(review, prepared, actor, at, standing)
    return review


def _judge(
    organization_id: UUID, actor: Actor, review_id: UUID, verdict: Verdict, note: str
) -> Review:
    """Price outside any transaction, then settle, or leave the verdict to a second person."""
    with enter(organization_id):
        review, _ = _opened(organization_id, actor, review_id)
        _refuse_unless_mine(review, actor)
        decision, language = review.decision, get_language() or "en"
        standing = Standing.of(review, decision)
        wrong = exception_errors(standing, verdict, note, now(organization_id), language)
    prepared = overrule_prepare(decision, verdict, language, wrong)
    with enter(organization_id):
        review, allowed = _opened(organization_id, actor, review_id)
        _refuse_unless_mine(review, actor)
        if review.decision_id != decision.id:
            raise Conflict("the decision has changed", code="not_open")
        at = now(organization_id)
        _claim(review, actor, allowed, at)
        review.verdict, review.verdict_by = verdict.text(), actor.id
        kind = STEP_OF[verdict.outcome]
        _step(review, actor, kind, at, note=note, verdict=verdict)
        standing = Standing.of(review, decision)
        if standing.alone(allowed, verdict, prepared.amount):
            _settle(review, prepared, actor, at, standing)
        else:
            _await_second(review, actor)
    return review


def _opened(organization_id: UUID, actor: Actor, review_id: UUID) -> tuple[Review, Authority]:
    """The review, its application locked first, and what the actor may do."""
    if actor.kind != "user":
        raise Forbidden("a person decides here", code="permission")
    allowed = authority(organization_id, actor.id)
    if allowed is None or REVIEW not in allowed.permissions:
        raise Forbidden("you may not review applications", code="permission")
    review = review_locked(organization_id, review_id)
    if review is None:
        raise NotFound("no such review")
    return review, allowed


def _refuse_unless_mine(review: Review, actor: Actor) -> None:
    if review.status not in UNSETTLED:
        raise Conflict("this review is not open", code="not_open")
    if review.claimed_by not in (None, actor.id):
        raise Conflict("somebody else has this review", code="claimed_by_other")


def _claim(review: Review, actor: Actor, allowed: Authority, at: datetime) -> None:
    if review.claimed_by not in (None, actor.id):
        raise Conflict("somebody else has this review", code="claimed_by_other")
    if review.level > 0 and SECOND not in allowed.permissions:
        raise Forbidden("this was referred up to somebody senior", code="permission")
    if review.status == ReviewStatus.OPEN:
        review.status, review.claimed_by, review.claimed_at = ReviewStatus.CLAIMED, actor.id, at
        review.save(update_fields=["status", "claimed_by", "claimed_at"])


def _back_to_queue(review: Review) -> None:
    review.status, review.claimed_by, review.claimed_at = ReviewStatus.OPEN, None, None
    review.verdict, review.verdict_by, review.second_by = None, None, None
    review.save(
        update_fields=[
            "status", "claimed_by", "claimed_at", "verdict", "verdict_by", "second_by", "level",
        ]
    )  # fmt: skip


def _await_second(review: Review, actor: Actor) -> None:
    review.status = ReviewStatus.SECOND_PERSON
    review.save(update_fields=["status", "verdict", "verdict_by"])
    _record(review, actor, "review.second_person_needed")


def _pending(review: Review, actor: Actor) -> Verdict:
    """The verdict that waits for a second person; Forbidden to whoever gave it."""
    if review.status != ReviewStatus.SECOND_PERSON or review.verdict is None:
        raise Conflict("no verdict waits for a second person", code="not_open")
    if review.verdict_by == actor.id:
        raise Forbidden("the second person is another one", code="same_person")
    return Verdict.parse(review.verdict)


def _disagree(review: Review, actor: Actor, note: str, at: datetime) -> Review:
    _step(review, actor, StepKind.DISAGREE, at, note=note)
    review.level += 1
    _back_to_queue(review)
    _record(review, actor, "review.second_person_disagreed")
    return review


def _settle(
    review: Review, prepared: Overruled, actor: Actor, at: datetime, standing: Standing
) -> Decision:
    overrule_within_limit(review, prepared)
    review.status, review.settled_at = ReviewStatus.SETTLED, at
    return overrule_record(review=review, prepared=prepared, actor=actor, policy=standing.policy)


def _step(
    review: Review,
    actor: Actor,
    kind: StepKind,
    at: datetime,
    *,
    note: str = "",
    verdict: Verdict | None = None,
) -> None:
    """What this person did, and how long the review was in their hands (R20)."""
    since = review.claimed_at or at
    ReviewStep(
        organization_id=review.organization_id,
        application_id=review.application_id,
        review=review,
        number=1
        + ReviewStep.objects.filter(organization_id=review.organization_id, review=review).count(),
        kind=kind,
        actor_id=actor.id,
        reasons=list(verdict.reasons) if verdict else [],
        override_codes=list(verdict.override_codes) if verdict else [],
        note=note,
        looked_seconds=max(0, int((at - since).total_seconds())),
        taken_at=at,
    ).save(force_insert=True)


def _record(review: Review, actor: Actor, kind: str) -> None:
    event_record(
        organization_id=review.organization_id,
        actor=actor,
        type=kind,
        subject=("application", review.application_id),
        data={"review": str(review.id), "decision": str(review.decision_id)},
    )
