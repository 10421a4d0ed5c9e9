"""Legal clocks started and stopped with decisions. Inside the caller's `enter`."""

from datetime import datetime, timedelta
from uuid import UUID

from tenancy.rows import insert
from underwriting.enums import DutyKind, DutyStatus, Outcome
from underwriting.models import Decision, Duty
from underwriting.regulation import Pack


def duties_open(decision: Decision, pack: Pack, notice_due_at: datetime) -> None:
    """What the decision obliges the lender to: a notice, a person's assessment, a second notice."""
    due: dict[DutyKind, datetime] = {}
    if decision.outcome == Outcome.REFER:
        due[DutyKind.REVIEW] = decision.decided_at + timedelta(days=pack.review_due_days)
    else:
        due[DutyKind.NOTICE] = notice_due_at
    if decision.outcome == Outcome.COUNTER_OFFER:
        due[DutyKind.COUNTER_OFFER_NOTICE] = decision.decided_at + timedelta(
            days=pack.counter_offer_days
        )
    insert(
        [
            Duty(
                organization_id=decision.organization_id,
                application_id=decision.application_id,
                decision_id=decision.id,
                kind=kind,
                due_at=at,
            )
            for kind, at in due.items()
        ]
    )


def duties_close(
    organization_id: UUID, application_id: UUID, at: datetime, *, kinds: tuple[DutyKind, ...] = ()
) -> None:
    """A later decision, or the applicant's answer, ends what was owed before."""
    open_ones = Duty.objects.filter(
        organization_id=organization_id, application_id=application_id, status=DutyStatus.OPEN
    )
    if kinds:
        open_ones = open_ones.filter(kind__in=kinds)
    open_ones.update(status=DutyStatus.VOID, done_at=at)
