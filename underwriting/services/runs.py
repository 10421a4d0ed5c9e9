"""A decision run's claim: compare-and-set, a lease, and a fence that only grows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from tenancy.canonical import canonical
from tenancy.errors import Conflict
from tenancy.rows import insert
from tenancy.statements import Statement
from underwriting.enums import RunStatus, Stage
from underwriting.models import DecisionRun, StageResult

LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 5


_FINISH = """
UPDATE underwriting_decisionrun SET status = 'done', lease_until = NULL, finished_at = %(at)s
WHERE organization_id = %(organization)s AND id = %(run)s AND fence = %(fence)s
    AND status = 'running'
"""


class LostLease(Conflict):
    """Another holder has taken the run over: whatever was computed here is void."""

    default_code = "lost_lease"


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to write a run's results while the fence still has this number."""

    run_id: UUID
    application_id: UUID
    holder: str
    fence: int
    attempts: int
    submission: int = 1


def run_new(
    *, organization_id: UUID, application_id: UUID, holder: str | None, submission: int = 1
) -> tuple[DecisionRun, Claim | None]:
    """An unsaved run, one for each submission; claimed at once when a holder is named."""
    run = DecisionRun(
        organization_id=organization_id,
        application_id=application_id,
        submission=submission,
        created_at=timezone.now(),
    )
    if holder is None:
        return run, None
    run.status, run.holder = RunStatus.RUNNING, holder
    run.fence, run.attempts = 1, 1
    run.lease_until = run.created_at + LEASE
    return run, Claim(run.id, application_id, holder, run.fence, run.attempts, submission)


def run_claim(*, organization_id: UUID, run_id: UUID, holder: str) -> Claim | None:
    """Take a run that nobody holds, whose lease has ended, or that waited until now. Inside the
    caller's `enter`.

    Two claims at once: the second waits for the first row lock, then matches nothing.
    """
    free = (
        Q(status=RunStatus.PENDING)
        | Q(status=RunStatus.RUNNING, lease_until__lt=Now())
        | Q(status=RunStatus.WAITING, resume_at__lte=Now())
    )
    claimed = DecisionRun.objects.filter(free, organization_id=organization_id, id=run_id).update(
        status=RunStatus.RUNNING,
        holder=holder,
        fence=F("fence") + 1,
        attempts=F("attempts") + 1,
        lease_until=Now() + LEASE,
        resume_at=None,
    )
    if not claimed:
        return None
    run = DecisionRun.objects.get(organization_id=organization_id, id=run_id)
    return Claim(run.id, run.application_id, holder, run.fence, run.attempts, run.submission)


def run_renew(*, organization_id: UUID, claim: Claim, lease: timedelta) -> None:
    """A lease from now on, in the caller's `enter`; LostLease when the fence has grown.

    It locks the run until the transaction ends, so what is written beside it is written by one.
    """
    if not _own(organization_id, claim).update(lease_until=Now() + lease):
        raise LostLease("the run is in other hands")


def run_suspend(*, organization_id: UUID, claim: Claim, until: datetime) -> None:
    """Put the run down until a time of the world's. It did what it could: attempts begin anew."""
    suspended = _own(organization_id, claim).update(
        status=RunStatus.WAITING, holder=None, lease_until=None, resume_at=until, attempts=0
    )
    if not suspended:
        raise LostLease("the run is in other hands")


def run_finishing(organization_id: UUID, claim: Claim) -> Statement:
    """Closes the run under its fence; who asks it raises LostLease where it touched no row."""
    given = {
        "organization": organization_id,
        "run": claim.run_id,
        "fence": claim.fence,
        "at": timezone.now(),
    }
    return Statement(_FINISH, given)


def run_done(run: DecisionRun) -> None:
    """A claimed run that is finished before it is stored: whoever made it has done it at once."""
    run.status, run.lease_until = RunStatus.DONE, None
    run.finished_at = timezone.now()


def run_cancel(*, organization_id: UUID, application_id: UUID) -> None:
    """Nothing is left to decide. The fence grows, so that a holder at work writes nothing."""
    DecisionRun.objects.filter(
        organization_id=organization_id,
        application_id=application_id,
        status__in=[RunStatus.PENDING, RunStatus.RUNNING, RunStatus.WAITING],
    ).update(
        status=RunStatus.CANCELLED,
        fence=F("fence") + 1,
        lease_until=None,
        resume_at=None,
        finished_at=timezone.now(),
    )


def stages_record(
    *, organization_id: UUID, claim: Claim, results: Mapping[Stage, Mapping[str, Any]]
) -> None:
    """Write stages under the fence, after `run_finishing` or a check of it in the same
    transaction."""
    at = timezone.now()
    insert(
        [
            StageResult(
                organization_id=organization_id,
                application_id=claim.application_id,
                run_id=claim.run_id,
                stage=stage,
                fence=claim.fence,
                document=canonical(dict(result)).decode(),
                recorded_at=at,
            )
            for stage, result in results.items()
        ]
    )


def _own(organization_id: UUID, claim: Claim) -> QuerySet[DecisionRun]:
    """The run while this claim still holds it."""
    return DecisionRun.objects.filter(
        organization_id=organization_id,
        id=claim.run_id,
        fence=claim.fence,
        status=RunStatus.RUNNING,
    )
