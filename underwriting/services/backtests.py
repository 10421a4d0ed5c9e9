"""Backtests: asked for, run chunk by chunk, cancelled, tried again. Each step is short."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.db import IntegrityError

from accounts.selectors.memberships import authority
from events.actor import Actor, Kind
from events.services import event_record
from ml.economics import Economics
from scoring.selectors.economics import economics_latest
from tenancy.canonical import canonical, content_hash
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, DomainError, Forbidden
from tenancy.tasks import enqueue
from underwriting.decisioning.backtest_report import (
    SCHEMA,
    Setting,
    economics_assumed,
    protected_of,
    report_of,
)
from underwriting.decisioning.plan import Plan
from underwriting.enums import BacktestStatus, PolicyStatus
from underwriting.models import Backtest, BacktestProtected, PolicyVersion
from underwriting.models.backtest import WHOLE
from underwriting.selectors.backtests import (
    backtest_by_id,
    backtest_there,
    has_past,
    review_minutes,
)
from underwriting.selectors.policies import policy_by_id
from underwriting.services.backtest_plans import against_hash, plans_of
from underwriting.services.backtest_rows import Rows, groups_apart, rows_decided
from underwriting.services.snapshots import snapshot_refresh

TASK = "underwriting.tasks.run_backtest"
RUN = "underwriting.draft_policy"
PUBLISH = "underwriting.publish_policy"
TELL_EVERY = 0.5
"""Seconds between two writes of a run's progress."""
SILENT_FOR = timedelta(minutes=15)
MOST_ATTEMPTS = 3
WORKER_LOST = "worker_lost"
ENDED = (PolicyStatus.RETIRED,)
USUAL_LOSS = 450_000


class BacktestCancelled(Exception):
    """Somebody asked for it to stop; raised between two chunks."""


def backtest_start(
    *, organization_id: UUID, actor: Actor, policy_version_id: UUID, background: bool = True
) -> Backtest:
    """Ask for a version to be run over all past applications of its product.

    Conflict while another run of the version is under way, or where its time is over.
    """
    with _one_at_a_time(), enter(organization_id):
        allowed = authority(organization_id, actor.id) if actor.kind == "user" else None
        if allowed is None or not {RUN, PUBLISH} & set(allowed.permissions):
            raise Forbidden("you may not run backtests", code="permission")
        version = policy_by_id(organization_id, policy_version_id)
        if version.status in ENDED:
            raise Conflict("a retired policy is not tried again", code="status")
        return _asked(version, actor, background=background)


def backtest_wanted(version: PolicyVersion, actor: Actor) -> Backtest | None:
    """The same when a policy is handed in and nobody has run it. Inside the caller's `enter`."""
    if backtest_there(version) or not has_past(version):
        return None
    return _asked(version, actor)


def backtest_cancel(*, organization_id: UUID, actor: Actor, backtest_id: UUID) -> None:
    """Stop a run: at once while it waits, between two chunks while it works."""
    with enter(organization_id):
        found = backtest_by_id(organization_id, backtest_id)
        runs = Backtest.objects.filter(organization_id=organization_id, id=found.id)
        stopped = runs.filter(status=BacktestStatus.WAITING).update(
            status=BacktestStatus.CANCELLED, cancel_requested=True, made_at=now(organization_id)
        )
        asked = runs.filter(status=BacktestStatus.RUNNING).update(cancel_requested=True)
        if not stopped and not asked:
            raise Conflict("the backtest is over", code="backtest_over")
        _told(found, actor, "backtest.cancelled")


def backtest_run(*, organization_id: UUID, backtest_id: UUID) -> Backtest | None:
    """Carry a waiting backtest out; None when somebody else has it or it is over.

    Claimed by compare-and-set, so a task that is delivered twice runs once. What cannot be
    compared ends as failed and says why; anything unforeseen does too, and is raised.
    """
    with enter(organization_id):
        found = backtest_by_id(organization_id, backtest_id)
        claimed = Backtest.objects.filter(
            organization_id=organization_id, id=backtest_id, status=BacktestStatus.WAITING
        ).update(status=BacktestStatus.RUNNING, seen_at=_world(), against_hash=against_hash(found))
    if not claimed:
        return None
    progress = BacktestProgress(organization_id, backtest_id)
    try:
        _done(*_made(progress))
    except BacktestCancelled:
        _ended(organization_id, backtest_id, BacktestStatus.CANCELLED)
    except (DomainError, ValueError) as error:
        _ended(organization_id, backtest_id, BacktestStatus.FAILED, str(error) or "error")
    except Exception as error:
        _ended(organization_id, backtest_id, BacktestStatus.FAILED, type(error).__name__)
        raise
    with enter(organization_id, read_only=True):
        return backtest_by_id(organization_id, backtest_id)


def backtest_recover(*, organization_id: UUID, backtest_id: UUID) -> None:
    """Of a run that nobody speaks of: queue it again; if its worker is lost, begin a new one."""
    with enter(organization_id):
        found = backtest_by_id(organization_id, backtest_id)
        runs = Backtest.objects.filter(organization_id=organization_id, id=backtest_id)
        silent = runs.filter(status=BacktestStatus.RUNNING, seen_at__lt=_world() - SILENT_FOR)
        lost = silent.update(
            status=BacktestStatus.FAILED, error=WORKER_LOST, made_at=now(organization_id)
        )
        if lost and found.attempt < MOST_ATTEMPTS and not found.cancel_requested:
            version = found.policy_version
            _asked(version, _requester(found), attempt=found.attempt + 1)
        elif runs.filter(status=BacktestStatus.WAITING).update(seen_at=_world()):
            enqueue(TASK, organization_id=organization_id, backtest_id=backtest_id)


class BacktestProgress:
    """Writes how far a run is, at most twice a second, and stops it when asked to."""

    def __init__(self, organization_id: UUID, backtest_id: UUID) -> None:
        self.organization_id = organization_id
        self.backtest_id = backtest_id
        self._step = ""
        self._told_at = 0.0

    def __call__(self, step: str, fraction: float = 0.0) -> None:
        """Raises BacktestCancelled when somebody has asked for that."""
        moment = time.monotonic()
        if step == self._step and moment - self._told_at < TELL_EVERY:
            return
        self._step, self._told_at = step, moment
        with enter(self.organization_id):
            alive = Backtest.objects.filter(
                organization_id=self.organization_id,
                id=self.backtest_id,
                status=BacktestStatus.RUNNING,
                cancel_requested=False,
            ).update(step=step, progress_ppm=round(fraction * WHOLE), seen_at=_world())
        if not alive:
            raise BacktestCancelled


def _made(progress: BacktestProgress) -> tuple[Backtest, Rows, dict[str, Any], dict[str, Any]]:
    """The rows with the report and what stands apart of it."""
    organization_id = progress.organization_id
    progress("snapshot")
    with enter(organization_id, read_only=True):
        backtest = backtest_by_id(organization_id, progress.backtest_id)
    product_id = backtest.policy_version.product_id
    snapshot_refresh(
        organization_id=organization_id,
        product_id=product_id,
        between=lambda: progress("snapshot"),
    )
    plans = plans_of(organization_id, backtest)
    rows = rows_decided(
        organization_id, product_id, plans, lambda share: progress("decide", 0.9 * share)
    )
    progress("report", 0.9)
    if rows.compared is None:
        return backtest, rows, _nothing(), {"schema": SCHEMA, "adverse_impact": {}}
    with enter(organization_id, read_only=True):
        setting = _setting(backtest, plans.candidate, rows)
    report = report_of(rows.compared, setting) | {
        "policy": backtest.policy_hash,
        "against": backtest.against_hash,
        "snapshot": rows.fingerprint,
        "pins": plans.candidate.hashes._asdict(),
        "currency": backtest.policy_version.product.currency,
        "minor_units": backtest.policy_version.product.minor_units,
    }
    groups = groups_apart(rows.apart, plans.candidate.dictionary)
    return backtest, rows, report, protected_of(rows.compared, groups)


def _setting(backtest: Backtest, plan: Plan, rows: Rows) -> Setting:
    product_id = backtest.policy_version.product_id
    stated = economics_latest(backtest.organization_id, product_id)
    minutes, source = review_minutes(backtest.organization_id, product_id)
    if stated is not None:
        economics = Economics.parse(stated.document)
    else:
        offered = plan.policy.counter_offer
        loss = offered.loss_given_default_ppm if offered else USUAL_LOSS
        rate = max(band.rate_ppm for band in plan.policy.bands)
        economics = economics_assumed(loss, rate, plan.product.highest)
    return Setting(economics, stated is not None, minutes, source, rows.empty)


def _nothing() -> dict[str, Any]:
    """The report of a product without a past: nothing can be said, and that is said."""
    gap = [None, None]
    names = ("approval_rate_ppm", "expected_loss_rate_ppm", "expected_profit_minor")
    basis = {
        "applications": 0,
        "decline_without_reason": 0,
        **dict.fromkeys(names, gap),
        "referral_minutes": gap,
    }
    return {"schema": SCHEMA, "applications": 0, "basis": basis}


def _done(
    backtest: Backtest, rows: Rows, report: dict[str, Any], protected: dict[str, Any]
) -> None:
    organization_id = backtest.organization_id
    body, apart = canonical(report).decode(), canonical(protected).decode()
    with enter(organization_id):
        running = Backtest.objects.filter(
            organization_id=organization_id,
            id=backtest.id,
            status=BacktestStatus.RUNNING,
            cancel_requested=False,
        )
        if not running.select_for_update().exists():
            raise BacktestCancelled
        BacktestProtected.objects.create(
            organization_id=organization_id,
            backtest=backtest,
            report=apart,
            content_hash=content_hash(apart.encode()),
        )
        running.update(
            status=BacktestStatus.DONE,
            step="done",
            progress_ppm=WHOLE,
            snapshot=rows.fingerprint,
            applications=report["applications"],
            report=body,
            content_hash=content_hash(body.encode()),
            seen_at=_world(),
            made_at=now(organization_id),
        )
        found = backtest_by_id(organization_id, backtest.id)
        _told(found, _requester(found), "backtest.done", report=found.content_hash)


def _ended(organization_id: UUID, backtest_id: UUID, status: str, error: str = "") -> None:
    with enter(organization_id):
        Backtest.objects.filter(
            organization_id=organization_id, id=backtest_id, status=BacktestStatus.RUNNING
        ).update(status=status, error=error, made_at=now(organization_id))
        found = backtest_by_id(organization_id, backtest_id)
        _told(found, _requester(found), f"backtest.{status}")


def _asked(
    version: PolicyVersion, actor: Actor, *, background: bool = True, attempt: int = 1
) -> Backtest:
    organization_id = version.organization_id
    backtest = Backtest(
        organization_id=organization_id,
        policy_version=version,
        policy_hash=version.content_hash,
        attempt=attempt,
        requested_by_kind=actor.kind,
        requested_by_id=actor.id,
        requested_at=now(organization_id),
        seen_at=_world(),
    )
    backtest.against_hash = against_hash(backtest)
    backtest.save(force_insert=True)
    _told(backtest, actor, "backtest.requested")
    if background:
        enqueue(TASK, organization_id=organization_id, backtest_id=backtest.id)
    return backtest


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """The database lets one run of a version be under way; a second is refused in words."""
    try:
        yield
    except IntegrityError as error:
        if "backtest_one_at_a_time" not in str(error):
            raise
        message = "a backtest of this policy is under way"
        raise Conflict(message, code="backtest_active") from error


def _told(backtest: Backtest, actor: Actor, kind: str, **data: Any) -> None:
    event_record(
        organization_id=backtest.organization_id,
        actor=actor,
        type=kind,
        subject=("backtest", backtest.id),
        data={
            "policy_version": str(backtest.policy_version_id),
            "content": backtest.policy_hash,
            **data,
        },
    )


def _requester(backtest: Backtest) -> Actor:
    return Actor(cast(Kind, backtest.requested_by_kind), backtest.requested_by_id)


def _world() -> datetime:
    """The world's time, which bounds processes; a twin's clock bounds law."""
    return datetime.now(UTC)
