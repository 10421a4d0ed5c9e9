"""Training: asked for, carried out step by step, cancelled. Each step is a short transaction."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from events.actor import Actor
from events.services import event_record
from scoring.enums import TrainingStatus
from scoring.models import DictionaryVersion, Product, TrainingRun
from scoring.models.training import WHOLE
from scoring.selectors.products import dictionary_latest, product_by_slug
from scoring.services.datasets import dataset_for_training
from scoring.services.learning import (
    Learnt,
    economics_of,
    learnt,
    registered_models,
    requester,
)
from scoring.services.past_loans import loans_to_learn_from
from scoring.services.steps import RunSteps, Say, steps_stopped
from scoring.training.settings import TrainingSettings, training_settings
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, DomainError, FieldError, Invalid, NotFound
from tenancy.tasks import enqueue

TASK = "scoring.tasks.train_model"
SILENT_FOR = timedelta(minutes=15)
"""A run that has not been heard of for so long has lost its worker."""
MOST_ATTEMPTS = 3
"""A run whose worker is lost is taken up again, but not for ever: it may be what kills it."""
TELL_EVERY = 0.5
"""Seconds between two writes of a run's progress."""
WORKER_LOST = "worker_lost"
OVER = (TrainingStatus.FAILED, TrainingStatus.CANCELLED, TrainingStatus.SUCCEEDED)


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

    `settings` are those of `TrainingSettings`; what is left out is its default. Invalid names
    every wrong one. Conflict while another run of the product is under way.
    """
    asked = training_settings(settings or {})
    with _one_at_a_time(), enter(organization_id):
        product = product_by_slug(organization_id, product_slug)
        dictionary = dictionary_latest(organization_id, product.id)
        _refuse_unanswerable(product, asked)
        run = _queued(product, dictionary, actor, asked)
        if background:
            enqueue(TASK, organization_id=organization_id, run_id=run.id)
        return run


def training_retry(
    *, organization_id: UUID, actor: Actor, run_id: UUID, background: bool = True
) -> TrainingRun:
    """Ask for a run again that failed, was cancelled, or had to leave a family out.

    A new run with the same settings and dictionary: what became of the first stays on record,
    and its finished steps are taken over, so that work goes on at the step that failed. Conflict
    while it, or another one of the product, is under way, or when it left nothing to do.
    """
    with _one_at_a_time(), enter(organization_id):
        run = _row(organization_id, run_id)
        failed_families = (run.comparison or {}).get("failed")
        if run.status not in OVER:
            raise Conflict("the training is under way", code="training_active")
        if run.status == TrainingStatus.SUCCEEDED and not failed_families:
            raise Conflict("the training succeeded", code="training_succeeded")
        again = _again(run, actor, attempt=1)
        if background:
            enqueue(TASK, organization_id=organization_id, run_id=again.id)
        return again


def _refuse_unanswerable(product: Product, settings: TrainingSettings) -> None:
    """Some objectives need what only the lender can say."""
    economics = economics_of(product)
    if settings.objective == "profit" and economics is None:
        message = "profit needs the product's economics, which nobody has published yet"
        raise Invalid([FieldError("/objective", "economics_missing", message)])
    accuracy = settings.accuracy_ppm or (economics and economics.accuracy_ppm)
    if settings.objective == "recall_of_bads" and not accuracy:
        message = "recall of bads needs the accuracy that is to be kept"
        raise Invalid([FieldError("/accuracy_ppm", "required", message)])


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """The database lets one run of a product be under way; a second is refused in words."""
    try:
        yield
    except IntegrityError as error:
        if "training_run_one_at_a_time" not in str(error):
            raise
        message = "a training of this product is under way"
        raise Conflict(message, code="training_active") from error


def _again(run: TrainingRun, actor: Actor, attempt: int) -> TrainingRun:
    changed = {"retry_of": str(run.id), "attempt": attempt}
    if run.dataset_id:
        changed["dataset"] = str(run.dataset_id)
    settings = training_settings({**run.settings, **changed})
    return _queued(run.product, run.dictionary_version, actor, settings)


def _queued(
    product: Product, dictionary: DictionaryVersion, actor: Actor, settings: TrainingSettings
) -> TrainingRun:
    organization_id = product.organization_id
    moment = now(organization_id)
    run = TrainingRun.objects.create(
        organization_id=organization_id,
        product=product,
        dictionary_version=dictionary,
        settings=settings.model_dump(),
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


def training_execute(
    *, organization_id: UUID, run_id: UUID, said: Say | None = None
) -> TrainingRun | None:
    """Carry out a queued run; None when someone else has it or it is over. `said` hears its steps.

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
        found = _found(progress, said)
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
    said: Say | None = None,
) -> TrainingRun:
    """Ask for a training and carry it out here and now; for commands, which say its steps."""
    run = training_request(
        organization_id=organization_id,
        actor=actor,
        product_slug=product_slug,
        settings=settings,
        background=False,
    )
    return training_execute(organization_id=organization_id, run_id=run.id, said=said) or run


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
    """Of a run that nobody speaks of: queue it again; if its worker is lost, a new run goes on.

    The lost run ends as failed. Its finished steps are taken over, so that a worker that was
    killed costs the step it was in.
    """
    with enter(organization_id):
        runs = TrainingRun.objects.filter(organization_id=organization_id, id=run_id)
        moment = now(organization_id)
        lost = runs.filter(status=TrainingStatus.RUNNING, seen_at__lt=moment - SILENT_FOR).update(
            status=TrainingStatus.FAILED, error=WORKER_LOST, finished_at=moment
        )
        if lost:
            steps_stopped(organization_id, run_id, WORKER_LOST)
            run = _row(organization_id, run_id)
            attempt = run.settings.get("attempt", 1) + 1
            if attempt > MOST_ATTEMPTS or run.cancel_requested:
                return
            again = _again(run, requester(run), attempt)
            enqueue(TASK, organization_id=organization_id, run_id=again.id)
        elif runs.filter(status=TrainingStatus.QUEUED).update(seen_at=moment):
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


def _found(progress: RunProgress, said: Say | None) -> Learnt:
    organization_id, run_id = progress.organization_id, progress.run_id
    progress("load", 0.0)
    run = _run(organization_id, run_id)
    settings = training_settings(run.settings)
    dataset = dataset_for_training(
        organization_id=organization_id,
        actor=requester(run),
        product_slug=run.product.slug,
        dataset_id=UUID(settings.dataset) if settings.dataset else None,
    )
    with enter(organization_id):
        TrainingRun.objects.filter(organization_id=organization_id, id=run_id).update(
            dataset=dataset
        )
    with enter(organization_id, read_only=True):
        loans = loans_to_learn_from(run, dataset, settings.leave_out)
        economics = economics_of(run.product)
    steps = RunSteps(organization_id, run_id, said)
    bads = int(loans.data.bad.sum())
    steps.loaded({"rows": loans.data.frame.rows, "bads": bads, "left_out": loans.left_out})
    return learnt(loans, settings, economics, steps, progress)


def _succeeded(organization_id: UUID, run_id: UUID, found: Learnt) -> None:
    with enter(organization_id):
        run = _row(organization_id, run_id)
        versions = registered_models(run, found)
        run.comparison = found.comparison
        run.log = "\n".join(found.log)
        run.status = TrainingStatus.SUCCEEDED
        run.step, run.progress_ppm = "done", WHOLE
        run.seen_at = run.finished_at = now(organization_id)
        run.save(
            update_fields=[
                "comparison", "log", "status", "step", "progress_ppm", "seen_at",
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
        steps_stopped(organization_id, run_id, error or status)
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
        .select_related("product", "dictionary_version", "dataset")
        .first()
    )
    if found is None:
        raise NotFound("no such training")
    return found


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__
