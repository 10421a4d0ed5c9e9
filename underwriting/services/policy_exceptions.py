"""Exceptions from policy: what a verdict softer than policy's must say, and its record."""

from datetime import datetime, timedelta

from tenancy.errors import FieldError
from underwriting.authority import RATES, is_exception
from underwriting.enums import Mitigant, PolicyExceptionReason
from underwriting.messages import message
from underwriting.models import Decision, PolicyException, Review, ReviewStep
from underwriting.services.authority import Standing
from underwriting.verdicts import Verdict


def exception_errors(
    standing: Standing, verdict: Verdict, note: str, at: datetime, language: str
) -> list[FieldError]:
    """What is missing from, or wrong with, a verdict that is softer than policy's outcome."""
    given = verdict.exception
    if not is_exception(standing.policy, verdict.outcome):
        return [_error("exception_reason", "exception_idle", language)] if given else []
    if given is None:
        return [_error("exception_reason", "exception_needed", language)]
    wrong = []
    if given.reason not in PolicyExceptionReason.values:
        wrong.append(_error("exception_reason", "exception_needed", language))
    if not given.mitigants or not set(given.mitigants) <= set(Mitigant.values):
        wrong.append(_error("mitigants", "mitigants_needed", language))
    if not at < given.expires_at <= at + timedelta(days=days_allowed(standing)):
        wrong.append(_error("exception_until", "exception_day", language))
    if not note.strip():
        wrong.append(_error("note", "exception_words", language))
    return wrong


def days_allowed(standing: Standing) -> int:
    """For how many days from the verdict an exception may last."""
    return standing.matrix.days if standing.matrix else RATES["days"]


def exception_record(review: Review, decision: Decision, policy: str, verdict: Verdict) -> None:
    """Keep the exception of a decision just written. Inside the caller's `enter`."""
    given = verdict.exception
    if given is None or review.verdict_by is None:
        return
    step = (
        ReviewStep.objects.filter(
            organization_id=review.organization_id,
            review=review,
            actor_id=review.verdict_by,
            kind=verdict.outcome.value,
        )
        .order_by("-number")
        .first()
    )
    PolicyException(
        organization_id=review.organization_id,
        application_id=review.application_id,
        decision=decision,
        step=step,
        policy_outcome=policy,
        outcome=decision.outcome,
        reason=given.reason,
        mitigants=sorted(set(given.mitigants)),
        asked_by=review.verdict_by,
        granted_by=review.second_by or review.verdict_by,
        made_at=decision.decided_at,
        expires_at=given.expires_at,
    ).save(force_insert=True)


def _error(name: str, code: str, language: str) -> FieldError:
    return FieldError(f"/{name}", code, message(code, language))
