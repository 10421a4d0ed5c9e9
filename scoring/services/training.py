"""Training: asked for, carried out step by step, cancelled. Each step is a short transaction."""

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from events.actor import Actor
from events.services import event_record
from scoring.enums import TrainingStatus
from scoring.models import TrainingRun
from scoring.models.training import WHOLE
from scoring.selectors.products import dictionary_latest, product_by_slug
from scoring.services.learning import (
    Learnt,
    learnt,
    loans_to_learn_from,
    registered_models,
    requester,
)
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, DomainError, NotFound
from tenancy.tasks import enqueue

TASK = "scoring.tasks.train_model"
SILENT_FOR = timedelta(minutes=15)
"""A run that has not been heard of for so long has lost its worker."""
TELL_EVERY = 0.5
DEFAULTS: Mapping[str, Any] = {
    "seed": 20240607,
    "families": ["woe", "boosting"],
    "holdout_ppm": 300_000,
}


class TrainingCancelled(Exception):
    """Someone asked for the run to stop; raised between its steps."""


def training_request(
    *,
    organization_id: UUID,
    actor: Actor,
    product_slug: str,
    settings: Mapping[str, Any] | None = None,
    background: bool = True,
) -> TrainingRun:
    """Ask for a product's models to be trained; a worker of the training queue does it.

    `settings`: seed, families, holdout_ppm, and `promote`: whether to file a promotion request.
    Conflict while another run of the product is under way.
    """
    try:
        with enter(organization_id):
            run = _queued(organization_id, actor, product_slug, settings or {})
            if background:
                enqueue(TASK, organization_id=organization_id, run_id=run.id)
            return run
    except IntegrityError as error:
        if "training_run_one_at_a_time" not in str(error):
            raise
        message = "a training of this product is under way"
        raise Conflict(message, code="training_active") from error


def _queued(
    organization_id: UUID,
    actor: Actor,
    product_slug: str,
    settings: Mapping[str, Any],
) -> TrainingRun:
    product = product_by_slug(organization_id, product_slug)
    dictionary = dictionary_latest(organization_id, product.id)
    moment = now(organization_id)
    run = TrainingRun.objects.create(
        organization_id=organization_id,
        product=product,
        dictionary_version=dictionary,
        settings={**DEFAULTS, **settings},
        requested_by_kind=actor.kind,
        requested_by_id=actor.id,
        requested_at=moment,
        seen_at=moment,
    )
    event_record(
        organization_id=organization_id,
        actor=actor,
        type="training.requested",
        subject=("training_run", run.id),
        data={"product": str(product.id), "dictionary": dictionary.content_hash},
    )
    return run


def training_execute(*, organization_id: UUID, run_id: UUID) -> TrainingRun | None:
    """Carry out a queued run; None when someone else has it or it is over.

    Claimed by compare-and-set, so a task that is delivered twice trains once. A refusal of the
    data ends the run as failed and says why; anything unforeseen does too, and is raised.
    """
    with enter(organization_id):
        claimed = TrainingRun.objects.filter(
            organization_id=organization_id, id=run_id, status=TrainingStatus.QUEUED
        ).update(status=TrainingStatus.RUNNING, seen_at=now(organization_id))
    if not claimed:
        return None
    progress = RunProgress(organization_id, run_id)
    try:
        found = _found(progress)
        _succeeded(organization_id, run_id, found)
    except TrainingCancelled:
        _ended(organization_id, run_id, TrainingStatus.CANCELLED)
    except (DomainError, ValueError) as error:
        _ended(organization_id, run_id, TrainingStatus.FAILED, _why(error))
    except Exception as error:
        _ended(organization_id, run_id, TrainingStatus.FAILED, type(error).__name__)
        raise
    return _run(organization_id, run_id)


def model_train(
    *,
    organization_id: UUID,
    actor: Actor,
    product_slug: str,
    settings: Mapping[str, Any] | None = None,
) -> TrainingRun:
    """Ask for a training and carry it out here and now; for commands."""
    run = training_request(
        organization_id=organization_id,
        actor=actor,
        product_slug=product_slug,
        settings=settings,
        background=False,
    )
    return training_execute(organization_id=organization_id, run_id=run.id) or run


def training_cancel(*, organization_id: UUID, actor: Actor, run_id: UUID) -> None:
    """Stop a run: at once while it is queued, between two steps while it works."""
    with enter(organization_id):
        moment = now(organization_id)
        runs = TrainingRun.objects.filter(organization_id=organization_id, id=run_id)
        stopped = runs.filter(status=TrainingStatus.QUEUED).update(
            status=TrainingStatus.CANCELLED, cancel_requested=True, finished_at=moment
        )
        asked = runs.filter(status=TrainingStatus.RUNNING).update(cancel_requested=True)
        if not stopped and not asked:
            raise Conflict("the training is over", code="training_over")
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="training.cancelled",
            subject=("training_run", run_id),
            data={},
        )


def training_recover(*, organization_id: UUID, run_id: UUID) -> None:
    """Of a run that nobody speaks of: queue it again, or end it if its worker is lost."""
    with enter(organization_id):
        runs = TrainingRun.objects.filter(organization_id=organization_id, id=run_id)
        moment = now(organization_id)
        lost = runs.filter(status=TrainingStatus.RUNNING, seen_at__lt=moment - SILENT_FOR).update(
            status=TrainingStatus.FAILED, error="worker_lost", finished_at=moment
        )
        if not lost and runs.filter(status=TrainingStatus.QUEUED).update(seen_at=moment):
            enqueue(TASK, organization_id=organization_id, run_id=run_id)


class RunProgress:
    """Writes a run's progress to its row, at most twice a second, and stops it when asked to."""

    def __init__(self, organization_id: UUID, run_id: UUID) -> None:
        self.organization_id = organization_id
        self.run_id = run_id
        self._step = ""
        self._told_at = 0.0

    def __call__(self, step: str, fraction: float) -> None:
        """Raises TrainingCancelled when someone has asked for that."""
        moment = time.monotonic()
        if step == self._step and moment - self._told_at < TELL_EVERY:
            return
        self._step, self._told_at = step, moment
        with enter(self.organization_id):
            alive = TrainingRun.objects.filter(
                organization_id=self.organization_id,
                id=self.run_id,
                status=TrainingStatus.RUNNING,
                cancel_requested=False,
            ).update(
                step=step,
                progress_ppm=round(min(max(fraction, 0.0), 1.0) * WHOLE),
                seen_at=now(self.organization_id),
            )
        if not alive:
            raise TrainingCancelled


def _found(progress: RunProgress) -> Learnt:
    progress("loading", 0.0)
    with enter(progress.organization_id, read_only=True):
        run = _row(progress.organization_id, progress.run_id)
        loans = loans_to_learn_from(run)
    return learnt(loans, run.settings, progress)


def _succeeded(organization_id: UUID, run_id: UUID, found: Learnt) -> None:
    with enter(organization_id):
        run = _row(organization_id, run_id)
        run.dataset = found.dataset(run)
        versions = registered_models(run, found)
        run.comparison = found.comparison
        run.log = "\n".join(found.log)
        run.status = TrainingStatus.SUCCEEDED
        run.step, run.progress_ppm = "done", WHOLE
        run.seen_at = run.finished_at = now(organization_id)
        run.save(
            update_fields=[
                "dataset", "comparison", "log", "status", "step", "progress_ppm", "seen_at",
                "finished_at",
            ]
        )  # fmt: skip
        event_record(
            organization_id=organization_id,
            actor=requester(run),
            type="training.succeeded",
            subject=("training_run", run_id),
            data={"models": [version.artifact_hash for version in versions]},
        )


def _ended(organization_id: UUID, run_id: UUID, status: str, error: str = "") -> None:
    with enter(organization_id):
        run = _row(organization_id, run_id)
        TrainingRun.objects.filter(
            organization_id=organization_id, id=run_id, status=TrainingStatus.RUNNING
        ).update(status=status, error=error, finished_at=now(organization_id))
        event_record(
            organization_id=organization_id,
            actor=requester(run),
            type=f"training.{status}",
            subject=("training_run", run_id),
            data={},
        )


def _run(organization_id: UUID, run_id: UUID) -> TrainingRun:
    with enter(organization_id, read_only=True):
        return _row(organization_id, run_id)


def _row(organization_id: UUID, run_id: UUID) -> TrainingRun:
    found = (
        TrainingRun.objects.filter(organization_id=organization_id, id=run_id)
        .select_related("product", "dictionary_version")
        .first()
    )
    if found is None:
        raise NotFound("no such training")
    return found


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__
