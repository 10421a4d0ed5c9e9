"""One training as its page shows it: steps in a grid, candidates in a table, trials. In `enter`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy

from scoring.desk.family_words import family_words
from scoring.enums import ACTIVE_TRAINING, StepStatus, TrainingStatus, TrialStatus
from scoring.models import ModelVersion, TrainingRun, TrainingStep, TrainingTrial
from scoring.selectors.trainings import models_of, steps_of, trials_of

PPM = 1_000_000
TAGS: Mapping[str, str] = {
    StepStatus.DONE: "good", StepStatus.CACHED: "info", StepStatus.RUNNING: "warn",
    StepStatus.FAILED: "bad",
    TrainingStatus.SUCCEEDED: "good", TrainingStatus.QUEUED: "info",
}  # fmt: skip
TRIAL_TAGS: Mapping[str, str] = {
    TrialStatus.COMPLETE: "good", TrialStatus.PRUNED: "", TrialStatus.FAILED: "bad",
}  # fmt: skip
STEP_NAMES: Mapping[str, str | Promise] = {
    "load": gettext_lazy("Load"),
    "split": gettext_lazy("Split"),
    "tune": gettext_lazy("Tune"),
    "folds": gettext_lazy("Held-out folds"),
    "calibrate": gettext_lazy("Calibrate"),
    "fit": gettext_lazy("Fit and compile"),
    "judge": gettext_lazy("Judge"),
    "evidence": gettext_lazy("Look closer"),
    "compare": gettext_lazy("Compare"),
}
EXPLAINED: Mapping[str, str | Promise] = {
    "table": gettext_lazy("table of points"),
    "exact": gettext_lazy("exact contributions"),
    "none": gettext_lazy("compared only"),
}
OBJECTIVE_NAMES: Mapping[str, str | Promise] = {
    "auc": gettext_lazy("AUC"),
    "recall_of_bads": gettext_lazy("recall of bads at the accuracy asked for"),
    "cost": gettext_lazy("cost per loan"),
    "profit": gettext_lazy("profit per application"),
}
LESS_IS_BETTER = frozenset({"brier", "log_loss", "ece", "cost_per_loan"})


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of the comparison: its key, heading and decimals."""

    key: str
    heading: str | Promise
    places: int


COLUMNS = (
    Column("auc", gettext_lazy("AUC"), 3),
    Column("gini", gettext_lazy("Gini"), 3),
    Column("ks", gettext_lazy("KS"), 3),
    Column("pr_auc", gettext_lazy("PR-AUC"), 3),
    Column("f1", gettext_lazy("F1"), 3),
    Column("accuracy", gettext_lazy("Accuracy"), 3),
    Column("recall_bads", gettext_lazy("Recall of bads"), 3),
    Column("brier", gettext_lazy("Brier"), 4),
    Column("log_loss", gettext_lazy("Log-loss"), 4),
    Column("ece", gettext_lazy("ECE"), 4),
    Column("cost_per_loan", gettext_lazy("Cost per loan"), 3),
)
EXTRA = {
    "asked": Column("asked", gettext_lazy("Recall at the accuracy asked for"), 3),
    "profit": Column("profit", gettext_lazy("Profit per application"), 0),
}
TIMES = (
    Column("fit_seconds", gettext_lazy("Fit, seconds"), 2),
    Column("microseconds_per_row", gettext_lazy("Microseconds a row"), 0),
)


@dataclass(frozen=True, slots=True)
class Heading:
    words: str
    url: str
    sorted: str


@dataclass(frozen=True, slots=True)
class Line:
    """One candidate in the comparison."""

    name: str
    recommended: bool
    best: bool
    in_charge: bool
    version: ModelVersion | None
    explained: str
    servable: bool
    interval: str
    confusion: Mapping[str, int]
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepCell:
    """One step, with how long it took."""

    words: str
    status: str
    status_words: str
    tag: str
    seconds: str
    error: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """All steps of a family, or those done once for all."""

    name: str
    cells: tuple[StepCell | None, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """One trial, its figures in the reader's language."""

    family: str
    number: int
    value: str
    folds: str
    seconds: str
    state: str
    tag: str
    error: str
    settings: str


@dataclass(frozen=True)
class Shown:
    """A run with everything about it, read once."""

    run: TrainingRun
    sort: str = ""

    @cached_property
    def steps(self) -> Sequence[TrainingStep]:
        return steps_of(self.run)

    @cached_property
    def trials(self) -> Sequence[TrainingTrial]:
        return trials_of(self.run)

    @cached_property
    def tried(self) -> list[Tried]:
        return [_tried(trial) for trial in self.trials]

    @property
    def active(self) -> bool:
        return self.run.status in ACTIVE_TRAINING

    @property
    def tag(self) -> str:
        bad = self.run.status in (TrainingStatus.FAILED, TrainingStatus.CANCELLED)
        return "bad" if bad else TAGS.get(self.run.status, "warn")

    @property
    def percent(self) -> int:
        return self.run.progress_ppm // 10_000

    @property
    def step_words(self) -> str:
        name, _, family = self.run.step.partition(":")
        words = str(STEP_NAMES.get(name, name))
        return f"{words}: {family_words(family)}" if family else words

    @property
    def can_retry(self) -> bool:
        if self.run.status == TrainingStatus.SUCCEEDED:
            return bool((self.run.comparison or {}).get("failed"))
        return not self.active

    @property
    def objective(self) -> str:
        return str(OBJECTIVE_NAMES[self.run.settings.get("objective", "auc")])

    @cached_property
    def step_names(self) -> list[str]:
        """Of the steps every family takes."""
        names = dict.fromkeys(step.name for step in self.steps if step.family)
        return [str(STEP_NAMES.get(name, name)) for name in names]

    @cached_property
    def common(self) -> list[StepCell]:
        return [_cell(step) for step in self.steps if not step.family]

    @cached_property
    def families(self) -> list[StepRow]:
        names = list(dict.fromkeys(step.name for step in self.steps if step.family))
        rows: dict[str, dict[str, StepCell]] = {}
        for step in self.steps:
            if step.family:
                rows.setdefault(step.family, {})[step.name] = _cell(step)
        return [
            StepRow(family_words(family), tuple(cells.get(name) for name in names))
            for family, cells in rows.items()
        ]

    @cached_property
    def evaluations(self) -> list[Mapping[str, Any]]:
        return list((self.run.comparison or {}).get("evaluations", []))

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        extra = [EXTRA[name] for name in EXTRA if any(e.get(name) for e in self.evaluations)]
        return (*COLUMNS, *extra, *TIMES)

    @property
    def headings(self) -> list[Heading]:
        return [_heading(column, self.sort) for column in self.columns]

    @cached_property
    def lines(self) -> list[Line]:
        """In the order asked for; the model in charge stands last, it takes no part."""
        versions = models_of(self.run)
        comparison = self.run.comparison or {}
        indexed = list(enumerate(self.evaluations))
        key, down = self.sort.removeprefix("-") or "auc", self.sort.startswith("-") or not self.sort
        indexed.sort(key=lambda each: _number(each[1], key), reverse=down)
        lines = [
            self._line(
                evaluation,
                versions,
                recommended=index == comparison["recommended"],
                best=index == comparison.get("best"),
            )
            for index, evaluation in indexed
        ]
        if present := comparison.get("in_charge"):
            lines.append(self._line(present, versions, in_charge=True))
        return lines

    def _line(
        self,
        evaluation: Mapping[str, Any],
        versions: Mapping[str, ModelVersion],
        *,
        recommended: bool = False,
        best: bool = False,
        in_charge: bool = False,
    ) -> Line:
        low, high = (number_format(evaluation[name], 3) for name in ("auc_low", "auc_high"))
        return Line(
            name=family_words(evaluation["family"]),
            recommended=recommended,
            best=best,
            in_charge=in_charge,
            version=versions.get(evaluation["content_hash"]),
            explained=explained_words(evaluation),
            servable=evaluation.get("servable", True),
            interval=f"{low} – {high}",
            confusion=evaluation.get("confusion", {}),
            cells=tuple(_figure(evaluation, column) for column in self.columns),
        )

    @property
    def recommendation(self) -> str:
        """In the reader's language, else in English."""
        words: Mapping[str, str] = (self.run.comparison or {}).get("words", {})
        return words.get((get_language() or "en")[:2], words.get("en", ""))

    @property
    def failed(self) -> list[tuple[str, str]]:
        failed: Mapping[str, str] = (self.run.comparison or {}).get("failed", {})
        return [(family_words(name), why) for name, why in failed.items()]

    @cached_property
    def claim(self) -> "Claim | None":
        """What this run says where the lender asked for an accuracy."""
        asked = [each for each in self.evaluations if each.get("asked")]
        return Claim(tuple(asked)) if asked else None

    @property
    def duration(self) -> str:
        return _duration(self.run.requested_at, self.run.finished_at)


@dataclass(frozen=True, slots=True)
class Claim:
    """The accuracy a lender asked for, and what the candidates made of it."""

    evaluations: tuple[Mapping[str, Any], ...]

    @property
    def accuracy(self) -> str:
        return number_format(self.evaluations[0]["asked"]["accuracy"], 3)

    @property
    def reached(self) -> list[str]:
        """Who kept it on the folds on which the thresholds were chosen."""
        return [family_words(e["family"]) for e in self.evaluations if e["asked"]["reached"]]

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """Name, folds' recall and accuracy, held-out recall with interval and accuracy, cost."""
        return [_claimed(each) for each in self.evaluations]

    @property
    def is_statlog(self) -> bool:
        """Whether costs are the customary five to one, so that the known figures compare."""
        costs = self.evaluations[0]["costs"]
        return (costs["bad_accepted"], costs["good_refused"]) == (5, 1) and not (
            costs["good_accepted"] or costs["bad_refused"]
        )


def explained_words(evaluation: Mapping[str, Any]) -> str:
    """How a candidate's scores are explained; the oldest trainings do not tell."""
    return str(EXPLAINED.get(evaluation.get("explained", ""), "–"))


def _claimed(evaluation: Mapping[str, Any]) -> tuple[str, ...]:
    asked = evaluation["asked"]
    names = ("fold_recall", "fold_accuracy", "recall", "recall_low", "recall_high", "accuracy_held")
    fold, fold_accuracy, recall, low, high, held = (number_format(asked[n], 3) for n in names)
    return (
        family_words(evaluation["family"]),
        fold,
        fold_accuracy,
        f"{recall} ({low} – {high})",
        held,
        number_format(evaluation["fold_cost"], 3),
        number_format(evaluation["cost_per_loan"], 3),
    )


def _heading(column: Column, sort: str) -> Heading:
    """A click sorts by it, best first; another one turns the order round."""
    now = sort or "-auc"
    first = column.key if column.key in LESS_IS_BETTER or column in TIMES else f"-{column.key}"
    turned = first.removeprefix("-") if first.startswith("-") else f"-{first}"
    state = "descending" if now == f"-{column.key}" else "ascending" if now == column.key else ""
    order = turned if now == first else first
    return Heading(str(column.heading), f"?{urlencode({'sort': order})}", state or "none")


def _number(evaluation: Mapping[str, Any], key: str) -> float:
    value = evaluation.get(key)
    if isinstance(value, dict):
        value = value.get("recall", value.get("per_application"))
    return value if isinstance(value, int | float) else float("-inf")


def _figure(evaluation: Mapping[str, Any], column: Column) -> str:
    value = _number(evaluation, column.key)
    return "–" if value == float("-inf") else number_format(value, column.places)


def _tried(trial: TrainingTrial) -> Tried:
    settings = sorted(trial.parameters.items())
    return Tried(
        family=family_words(trial.family),
        number=trial.number + 1,
        value="–" if trial.value is None else number_format(trial.value, 4),
        folds="; ".join(number_format(each, 3) for each in trial.folds),
        seconds=number_format(trial.seconds, 1),
        state=str(TrialStatus(trial.status).label),
        tag=TRIAL_TAGS[trial.status],
        error=trial.error,
        settings=", ".join(f"{name} {_short(value)}" for name, value in settings),
    )


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _cell(step: TrainingStep) -> StepCell:
    return StepCell(
        words=str(STEP_NAMES.get(step.name, step.name)),
        status=step.status,
        status_words=str(StepStatus(step.status).label),
        tag=TAGS.get(step.status, ""),
        seconds=_seconds(step),
        error=step.error,
    )


def _seconds(step: TrainingStep) -> str:
    """How long it took when it was computed, which may have been in an earlier run."""
    told = (step.summary or {}).get("seconds")
    return "" if told is None else gettext("%(n)s s") % {"n": number_format(told, 1)}


def _duration(start: datetime, end: datetime | None) -> str:
    if end is None:
        return ""
    seconds = round((end - start).total_seconds())
    return f"{seconds // 60}:{seconds % 60:02d}"
