"""Underwriting's work outside requests: deciding, sweeping up, lapsing offers."""

import socket
from itertools import groupby
from os import getpid
from typing import Any
from uuid import UUID

import structlog
from celery import shared_task

from tenancy.context import organization_named
from tenancy.selectors import work_pending
from tenancy.tasks import TenantTask
from underwriting.services import (
    backtests,
    batch_cutting,
    batch_follow,
    batch_uploads,
    batch_working,
    customers,
    decisions,
    drafts,
    list_entries,
    marks,
    monitoring,
    offers,
    policy_endings,
    policy_looks,
    policy_shadows,
    prequalifications,
    repeats,
    shadows,
    snapshots,
)
from underwriting.services.paths import path_find

SWEEP_AT_ONCE = 200
MODELS_AT_ONCE = 10_000
MARKS_AT_ONCE = 5_000

log = structlog.get_logger(__name__)


@shared_task(base=TenantTask, ignore_result=True)
def application_decide(*, organization_id: UUID, run_id: str) -> None:
    """Decide one run. Delivered twice, or late, it does nothing."""
    decisions.application_decide(
        organization_id=organization_id, run_id=UUID(str(run_id)), holder=holder()
    )


@shared_task(base=TenantTask, ignore_result=True)
def shadow_score(*, organization_id: UUID, decision_id: str) -> None:
    """Let challengers say what they would have made of it. Delivered twice, it writes once."""
    about = {"organization_id": organization_id, "decision_id": UUID(str(decision_id))}
    shadows.shadow_score(**about)
    policy_shadows.policy_shadow(**about)


@shared_task(base=TenantTask, ignore_result=True)
def look_at_policy_trial(*, organization_id: UUID, trial_id: str) -> None:
    """Today's look at one trial of a policy. Repeated, it does nothing."""
    policy_looks.policy_trial_look(organization_id=organization_id, trial_id=UUID(str(trial_id)))


@shared_task(ignore_result=True)
def policy_trials_due() -> int:
    """Every trial that runs and was not looked at today, each inside its own lender."""
    return _handed_out("policy_trials", MODELS_AT_ONCE, look_at_policy_trial, "trial_id")


@shared_task(base=TenantTask, ignore_result=True)
def find_path(*, organization_id: UUID, decision_id: str) -> None:
    """Look for what would have got somebody approved. Delivered twice, it is kept once."""
    path_find(organization_id=organization_id, decision_id=UUID(str(decision_id)))


@shared_task(base=TenantTask, ignore_result=True)
def follow_chunk(*, organization_id: UUID, chunk_id: str, first: int, last: int) -> None:
    """Find paths and ask shadows of some rows of a chunk. Delivered twice, it writes once."""
    batch_follow.chunk_follow(
        organization_id=organization_id, chunk_id=UUID(str(chunk_id)), first=first, last=last
    )


@shared_task(ignore_result=True)
def find_lost_paths() -> int:
    """Look for the paths whose task was lost; of what fails, the others do not wait."""
    return _handed_out("pathless", SWEEP_AT_ONCE, find_path, "decision_id")


@shared_task(base=TenantTask, ignore_result=True)
def look_at_model(*, organization_id: UUID, model_version_id: str) -> None:
    """Look at a model in production, every day until yesterday. Repeated, it does nothing."""
    monitoring.monitoring_look(
        organization_id=organization_id, model_version_id=UUID(str(model_version_id))
    )


@shared_task(ignore_result=True)
def monitoring_due() -> int:
    """Every model in charge that was not looked at yet today, each inside its own lender."""
    return _handed_out("monitoring", MODELS_AT_ONCE, look_at_model, "model_version_id")


@shared_task(ignore_result=True)
def sweep_undecided() -> int:
    """Decide what was left: never claimed in time, or held by somebody whose lease has ended.

    One that fails does not keep the others waiting; its lease ends and it is found again.
    """
    decided = 0
    for work in work_pending("undecided", SWEEP_AT_ONCE):
        with organization_named(work.organization_id):
            decided += _decided(work.organization_id, work.row_id)
    return decided


@shared_task(ignore_result=True)
def expire_offers() -> int:
    """Lapse offers whose time is over, each inside its own lender."""
    lapsed = 0
    for work in work_pending("lapsed_offers", SWEEP_AT_ONCE):
        with organization_named(work.organization_id):
            lapsed += offers.offer_expire(
                organization_id=work.organization_id, offer_id=work.row_id
            )
    return lapsed


@shared_task(ignore_result=True)
def purge_erased_facts() -> int:
    """Empty the facts of erased people whose retention has ended, each inside its own lender."""
    found = work_pending("erased_facts", SWEEP_AT_ONCE)
    for work in found:
        with organization_named(work.organization_id):
            customers.erased_facts_purge(
                organization_id=work.organization_id, application_id=work.row_id
            )
    return len(found)


@shared_task(ignore_result=True)
def purge_due_marks() -> int:
    """Delete the marks that no window looks back at any more, each lender's in one go."""
    found = work_pending("due_marks", MARKS_AT_ONCE)
    for organization_id, rows in groupby(sorted(found), key=lambda work: work.organization_id):
        with organization_named(organization_id):
            marks.marks_purge(
                organization_id=organization_id, mark_ids=[work.row_id for work in rows]
            )
    return len(found)


@shared_task(ignore_result=True)
def close_unfinished() -> int:
    """Close drafts that nobody finished, and what stayed incomplete, after thirty days."""
    closed = 0
    for work in work_pending("unfinished", SWEEP_AT_ONCE):
        with organization_named(work.organization_id):
            closed += drafts.unfinished_close(
                organization_id=work.organization_id, application_id=work.row_id
            )
    return closed


@shared_task(ignore_result=True)
def purge_spent_keys() -> int:
    """Forget idempotency keys whose week is over, each lender's in one go."""
    found = work_pending("spent_keys", MARKS_AT_ONCE)
    for organization_id, rows in groupby(sorted(found), key=lambda work: work.organization_id):
        with organization_named(organization_id):
            repeats.keys_purge(
                organization_id=organization_id, record_ids=[work.row_id for work in rows]
            )
    return len(found)


@shared_task(ignore_result=True)
def purge_due_entries() -> int:
    """Empty the list entries that were over for as long as records are kept."""
    found = work_pending("due_entries", MARKS_AT_ONCE)
    for organization_id, rows in groupby(sorted(found), key=lambda work: work.organization_id):
        with organization_named(organization_id):
            list_entries.entries_purge(
                organization_id=organization_id, entry_ids=[work.row_id for work in rows]
            )
    return len(found)


@shared_task(ignore_result=True)
def end_policies() -> int:
    """Say of policies that others have replaced by now that they are in force no more."""
    ended = 0
    for work in work_pending("ended_policies", SWEEP_AT_ONCE):
        with organization_named(work.organization_id):
            ended += policy_endings.policy_end(
                organization_id=work.organization_id, policy_version_id=work.row_id
            )
    return ended


@shared_task(base=TenantTask, ignore_result=True)
def run_backtest(*, organization_id: UUID, backtest_id: str) -> None:
    """Run a policy over its product's past. Delivered twice, it runs once."""
    backtests.backtest_run(organization_id=organization_id, backtest_id=UUID(str(backtest_id)))


@shared_task(base=TenantTask, ignore_result=True)
def refresh_snapshot(*, organization_id: UUID, product_id: str) -> None:
    """Take up what was decided of one product since. Repeated, it does nothing."""
    snapshots.snapshot_refresh(organization_id=organization_id, product_id=UUID(str(product_id)))


@shared_task(ignore_result=True)
def snapshots_due() -> int:
    """Every product that has decided, and backtests whose worker or message was lost."""
    for work in work_pending("silent_backtests", SWEEP_AT_ONCE):
        with organization_named(work.organization_id):
            backtests.backtest_recover(
                organization_id=work.organization_id, backtest_id=work.row_id
            )
    return _handed_out("snapshots", MODELS_AT_ONCE, refresh_snapshot, "product_id")


@shared_task(base=TenantTask, ignore_result=True)
def read_batch(*, organization_id: UUID, batch_id: str) -> None:
    """Cut a batch's file into chunks. Delivered twice, it is cut once."""
    batch_cutting.batch_read(
        organization_id=organization_id, batch_id=UUID(str(batch_id)), holder=holder()
    )


@shared_task(base=TenantTask, ignore_result=True)
def decide_batch_chunk(*, organization_id: UUID, batch_id: str) -> None:
    """Decide one chunk, then stand behind the others in the queue for the next."""
    more = batch_working.batch_work(
        organization_id=organization_id, batch_id=UUID(str(batch_id)), holder=holder()
    )
    if more:
        decide_batch_chunk.delay(organization_id=str(organization_id), batch_id=str(batch_id))


@shared_task(ignore_result=True)
def sweep_batches() -> int:
    """Batches whose worker or message was lost, each inside its own lender."""
    found = work_pending("silent_batches", SWEEP_AT_ONCE)
    for work in found:
        with organization_named(work.organization_id):
            batch_working.batch_recover(organization_id=work.organization_id, batch_id=work.row_id)
    return len(found)


@shared_task(ignore_result=True)
def empty_stale_batches() -> int:
    """Throw away files and rows that nobody took up for a week."""
    batches = work_pending("stale_batches", SWEEP_AT_ONCE)
    for work in batches:
        with organization_named(work.organization_id):
            batch_working.stale_batch_empty(
                organization_id=work.organization_id, batch_id=work.row_id
            )
    files = work_pending("stale_files", SWEEP_AT_ONCE)
    for work in files:
        with organization_named(work.organization_id):
            batch_uploads.stale_file_empty(
                organization_id=work.organization_id, file_id=work.row_id
            )
    return len(batches) + len(files)


def holder() -> str:
    """Which process holds a run."""
    return f"{socket.gethostname()}:{getpid()}"


def _decided(organization_id: UUID, run_id: UUID) -> bool:
    try:
        decision = decisions.application_decide(
            organization_id=organization_id, run_id=run_id, holder=f"sweep:{holder()}"
        )
    except Exception:
        log.exception("sweep.failed", run=str(run_id))
        return False
    return decision is not None


@shared_task(base=TenantTask, ignore_result=True)
def prequalification_make(*, organization_id: UUID, prequalification_id: str) -> None:
    """Ask softly, and say what it came to. Delivered twice, it is said once."""
    prequalifications.prequalification_make(
        organization_id=organization_id, prequalification_id=UUID(str(prequalification_id))
    )


@shared_task(ignore_result=True)
def sweep_prequalifications() -> int:
    """Pending ones whose task was lost, or whose bureau may be asked again."""
    return _handed_out(
        "prequalification", SWEEP_AT_ONCE, prequalification_make, "prequalification_id"
    )


@shared_task(ignore_result=True)
def purge_prequalified_facts() -> int:
    """Empty the facts of prequalifications whose time is over."""
    found = work_pending("prequalification_facts", SWEEP_AT_ONCE)
    for work in found:
        with organization_named(work.organization_id):
            prequalifications.prequalification_empty(
                organization_id=work.organization_id, prequalification_id=work.row_id
            )
    return len(found)


def _handed_out(kind: str, most: int, task: Any, row: str) -> int:
    """A task for each of what waits, inside its own lender; how many there were."""
    found = work_pending(kind, most)
    for work in found:
        task.delay(organization_id=str(work.organization_id), **{row: str(work.row_id)})
    return len(found)
