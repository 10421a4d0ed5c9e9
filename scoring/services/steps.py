"""A training's steps as rows: what became of each, and its result for a later run to take over."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet

from scoring.enums import StepStatus
from scoring.models import TrainingStep, TrainingTrial
from tenancy.clock import now
from tenancy.enter import enter

if TYPE_CHECKING:
    from ml.training.steps import Result, Step, Trial

Say = Callable[[str], object]
LOAD = 0
"""The number of the step in which the loans are read; a tournament counts from one."""
TOLD = (
    "rows", "bads", "left_out", "method", "train", "holdout", "cut", "apart", "trials", "value",
    "params", "fit_seconds", "auc", "objective", "recommended", "kinds", "seconds",
)  # fmt: skip
"""What of a step's result its row says in the open; lists are counted."""


class RunSteps:
    """Watches a run's steps and keeps their results, each in a short transaction of its own.

    What a tournament's `Watch` and `StepStore` ask for.
    """

    def __init__(self, organization_id: UUID, run_id: UUID, said: Say | None = None) -> None:
        self.organization_id = organization_id
        self.run_id = run_id
        self._say = said or _unsaid
        self._running: int | None = None

    def planned(self, steps: Sequence["Step"]) -> None:
        """Rows for all of them, so that whoever looks sees what is to come."""
        with enter(self.organization_id):
            TrainingStep.objects.bulk_create(
                self._row(step.number, step.name, step.family) for step in steps
            )

    def started(self, step: "Step", key: str) -> None:
        self._running = step.number
        self._write(step.number, status=StepStatus.RUNNING, key=key, started_at=self._now)

    def ended(self, step: "Step", result: "Result", *, cached: bool) -> None:
        status = StepStatus.CACHED if cached else StepStatus.DONE
        summary = _told(result.document)
        self._write(step.number, status=status, finished_at=self._now, summary=summary)
        self._say(f"  {step.code}: {status.label}{_in_words(summary)}")

    def failed(self, step: "Step", error: str) -> None:
        self._write(step.number, status=StepStatus.FAILED, finished_at=self._now, error=error)
        self._say(f"  {step.code}: {StepStatus.FAILED.label}, {error}")

    def skipped(self, step: "Step") -> None:
        self._write(step.number, status=StepStatus.SKIPPED)

    def tried(self, family: str, trial: "Trial") -> None:
        """No trial is thrown away."""
        with enter(self.organization_id):
            TrainingTrial.objects.create(
                organization_id=self.organization_id,
                run_id=self.run_id,
                family=family,
                number=trial.number,
                parameters=dict(trial.params),
                value=trial.value,
                folds=list(trial.folds),
                seconds=trial.seconds,
                status=trial.status,
                error=trial.error,
            )

    def get(self, key: str) -> bytes | None:
        """The result of that key, from whichever run of the lender's computed it."""
        with enter(self.organization_id, read_only=True):
            body = (
                TrainingStep.objects.filter(
                    organization_id=self.organization_id,
                    key=key,
                    status=StepStatus.DONE,
                    body__isnull=False,
                )
                .values_list("body", flat=True)
                .first()
            )
        return None if body is None else bytes(body)

    def put(self, key: str, body: bytes) -> None:
        """Into the row of the step that runs now."""
        if self._running is not None:
            self._write(self._running, key=key, body=body)

    def loaded(self, summary: Mapping[str, Any]) -> None:
        """The loans are read: the first step's row, which depends on nothing earlier."""
        with enter(self.organization_id):
            moment = now(self.organization_id)
            TrainingStep.objects.create(
                organization_id=self.organization_id,
                run_id=self.run_id,
                number=LOAD,
                name="load",
                key=_key(self.run_id, LOAD),
                status=StepStatus.DONE,
                started_at=moment,
                finished_at=moment,
                summary=dict(summary),
            )
        self._say(f"  load: {StepStatus.DONE.label}{_in_words(summary)}")

    def _row(self, number: int, name: str, family: str) -> TrainingStep:
        return TrainingStep(
            organization_id=self.organization_id,
            run_id=self.run_id,
            number=number,
            name=name,
            family=family,
            key=_key(self.run_id, number),
        )

    def _now(self) -> Any:
        return now(self.organization_id)

    def _write(self, number: int, **values: Any) -> None:
        """Callables are asked inside the lender's transaction."""
        with enter(self.organization_id):
            found = {name: each() if callable(each) else each for name, each in values.items()}
            _steps(self.organization_id, self.run_id).filter(number=number).update(**found)


def steps_stopped(organization_id: UUID, run_id: UUID, why: str) -> None:
    """What was under way has failed and what was to come is skipped; inside an `enter`."""
    steps = _steps(organization_id, run_id)
    steps.filter(status=StepStatus.RUNNING).update(
        status=StepStatus.FAILED, error=why, finished_at=now(organization_id)
    )
    steps.filter(status=StepStatus.WAITING).update(status=StepStatus.SKIPPED)


def _steps(organization_id: UUID, run_id: UUID) -> QuerySet[TrainingStep]:
    return TrainingStep.objects.filter(organization_id=organization_id, run_id=run_id)


def _told(document: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: document[name] for name in TOLD if document.get(name) is not None}
    return {
        name: len(value) if name == "trials" and isinstance(value, list) else value
        for name, value in found.items()
    }


def _in_words(summary: Mapping[str, Any]) -> str:
    """The plain figures of a summary, for whoever watches a command."""
    told = [
        f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in summary.items()
        if isinstance(value, int | float) or name == "method"
    ]
    return f" ({', '.join(told)})" if told else ""


def _unsaid(words: str) -> None:
    """Nobody listens."""


def _key(run_id: UUID, number: int) -> str:
    """The key of a step whose own is not known yet."""
    return f"sha256:{hashlib.sha256(f'{run_id} {number}'.encode()).hexdigest()}"
