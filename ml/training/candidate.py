"""One family's way through a tournament: tuned, held out, calibrated, fitted, compiled."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from inspect import signature
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.calibration import Calibration, choose_calibration, fit_calibration
from ml.columns import Frame
from ml.dictionary import Dictionary
from ml.guard import Guarded, guard_of
from ml.model import Model, load_model
from ml.model_inputs import ModelInput
from ml.scaling import PPM, Scaling
from ml.training.families.family import Family
from ml.training.inferred import with_declined
from ml.training.objective import Loans
from ml.training.plan import Plan
from ml.training.progress import Progress
from ml.training.space import Range, Real
from ml.training.split import stratified_folds
from ml.training.steps import Document, Result, Steps, Trial
from ml.training.trained import Trained, fold_metrics, libraries
from ml.training.tuning import BAD_WEIGHT, Params, Tuned, Tuning

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TUNED_ROWS = 20_000
"""Settings are chosen on at most so many loans, drawn by chance: more would rank them alike."""
FEW_FOLDS = 3
TIMED_ROWS = 30
EVEN = 1.2
"""Up to so many goods a bad, classes are even enough that weighing bads is not worth a trial."""


@dataclass(frozen=True, eq=False)
class LearningPart:
    """What every family of a tournament learns from, and the held-out loans it will be judged by.

    `held` goes in as features alone: no outcome of a held-out loan is known here. `segment`
    names the category whose values get prediction sets of their own; `declined` have no outcome.
    """

    frame: Frame
    loans: Loans
    inputs: tuple[ModelInput, ...]
    dictionary: Dictionary
    held: Frame
    groups: Ints | None
    weights: Floats | None
    fingerprint: str
    plan: Plan
    segment: str | None = None
    declined: Frame | None = None

    @property
    def folds(self) -> int:
        """How many outer folds: three say enough of many loans, in half the time."""
        return self.plan.folds if self.frame.rows <= TUNED_ROWS else min(self.plan.folds, FEW_FOLDS)

    @cached_property
    def fold(self) -> Ints:
        """Outer folds: each loan's score comes from a fit that has not seen it."""
        return stratified_folds(
            self.loans.bad, seed=self.plan.seed, folds=self.folds, groups=self.groups
        )

    @cached_property
    def tuning_rows(self) -> Ints:
        """The rows on which settings are tried; goods and bads in their proportion."""
        if self.frame.rows <= TUNED_ROWS:
            return np.arange(self.frame.rows)
        parts = -(-self.frame.rows // TUNED_ROWS)
        drawn = stratified_folds(
            self.loans.bad, seed=self.plan.seed + 1, folds=parts, groups=self.groups
        )
        return np.flatnonzero(drawn == 0)

    @cached_property
    def tuning_fold(self) -> Ints:
        groups = None if self.groups is None else self.groups[self.tuning_rows]
        return stratified_folds(
            self.loans.bad[self.tuning_rows],
            seed=self.plan.seed + 2,
            folds=self.plan.inner_folds,
            groups=groups,
        )

    def weight(self, rows: Ints, bad_weight: float) -> Floats | None:
        """How much each of those rows counts; None where all count alike."""
        if bad_weight == 1 and self.weights is None:
            return None
        own = np.ones(rows.size) if self.weights is None else self.weights[rows]
        return own * np.where(self.loans.bad[rows] == 1, bad_weight, 1.0)


class Candidate:
    """A family in a tournament; `trained` takes its steps one by one."""

    STEPS = ("tune", "folds", "calibrate", "fit")

    def __init__(self, entry: type[Family], part: LearningPart, steps: Steps) -> None:
        self.entry = entry
        self.part = part
        self.plan = part.plan
        self._steps = steps
        self._own = {each.name: each for each in steps.planned if each.family == entry.name}
        self._all_rows = np.arange(part.frame.rows)

    def trained(self) -> Trained:
        """Raises FamilyFailed where the loans cannot carry this family."""
        tuned = self._tuned()
        held_out = self._held_out(tuned.params)
        calibration, table = self._calibrated(held_out, tuned.params)
        fitted = self._fitted(calibration, table["method"], held_out, tuned.params)
        model = _loaded(fitted, self.part.dictionary)
        points, pd_ppm = self._scored(calibration, held_out, model)
        seen, seen_pd = self._seen(fitted, calibration, model)
        measured = fold_metrics(self.part.loans.bad, points, pd_ppm, self.part.folds)
        return Trained(
            model=model,
            fold_points=points,
            fold_pd_ppm=pd_ppm,
            metrics=measured | self._account(fitted, table, tuned),
            log=self._log(tuned, table, fitted),
            family=self.entry.name,
            params=tuned.params,
            features=tuple(each.name for each in self.part.inputs),
            holdout_points=seen,
            holdout_pd_ppm=seen_pd,
            fold_log_odds=held_out,
            holdout_log_odds=fitted.arrays["log_odds"],
        )

    @property
    def space(self) -> Mapping[str, Range]:
        """What is tuned: the family's own settings and, for uneven classes, the bads' weight.

        A family that has nothing of its own to tune (such as a blend of others) is taken as it is.
        """
        if not self.entry.space():
            return {}
        bads = int(self.part.loans.bad.sum())
        uneven = (self.part.frame.rows - bads) / max(bads, 1)
        weight = {BAD_WEIGHT: Real(1.0, uneven, log=True)} if uneven > EVEN else {}
        return {**self.entry.space(), **weight}

    @property
    def first(self) -> Params:
        """The family's own defaults, told for every setting that is tuned."""
        known = signature(self.entry).parameters
        own = {name: known[name].default for name in self.entry.space()}
        return {**own, **self.entry.defaults, BAD_WEIGHT: 1.0}

    def _tuned(self) -> Tuned:
        plan = self.plan
        if plan.trials <= 1 or not self.space:
            self._steps.skip(self._own["tune"])
            return Tuned(dict(self.first), ())
        told: list[int] = []

        def tell(trial: Trial) -> None:
            told.append(trial.number)
            self._steps.watch.tried(self.entry.name, trial)

        depends = {
            **self._depends,
            **plan.terms(),
            "trials": plan.trials,
            "seconds": self._seconds,
            "folds": plan.inner_folds,
        }
        found = self._steps.take(
            self._own["tune"],
            depends,
            lambda progress: Result(self._tuning(tell).run(progress).document()),
        )
        tuned = Tuned.parse(found.document)
        for trial in tuned.trials[len(told) :]:
            tell(trial)
        return tuned

    def _tuning(self, told: Callable[[Trial], None]) -> Tuning:
        """The search over this family's settings, on inner folds of the training part."""
        rows = self.part.tuning_rows

        def scored(params: Params, here: Ints, others: Ints) -> Floats:
            fitted = self._fit(params, rows[others])
            return fitted.decision_function(self.part.frame.take(rows[here]))

        return Tuning(
            plan=self.plan,
            space=self.space,
            first=self.first,
            loans=self.part.loans.take(rows),
            fold=self.part.tuning_fold,
            scored=scored,
            seconds=self._seconds,
            told=told,
        )

    @property
    def _seconds(self) -> float | None:
        """This family's equal part of the time for tuning."""
        return None if self.plan.seconds is None else self.plan.seconds / len(self.plan.families)

    def _held_out(self, params: Params) -> Floats:
        """Log-odds of each loan from a fit without its fold, shape (n,)."""

        def compute(progress: Progress) -> Result:
            scores = np.empty(self.part.frame.rows)
            for number in range(self.part.folds):
                progress("folds", number / self.part.folds)
                here = np.flatnonzero(self.part.fold == number)
                fitted = self._fit(params, np.flatnonzero(self.part.fold != number))
                scores[here] = fitted.decision_function(self.part.frame.take(here))
            return Result(arrays={"log_odds": scores})

        depends = {**self._depends, "params": dict(params), "folds": self.part.folds}
        found: Floats = self._steps.take(self._own["folds"], depends, compute).arrays["log_odds"]
        return found

    def _calibrated(self, held_out: Floats, params: Params) -> tuple[Calibration, Document]:
        def compute(progress: Progress) -> Result:
            calibration, table = choose_calibration(
                held_out, self.part.loans.bad, seed=self.plan.seed
            )
            return Result({"method": calibration.method, "table": table})

        depends = {**self._depends, "params": dict(params), "folds": self.part.folds}
        found = self._steps.take(self._own["calibrate"], depends, compute).document
        return fit_calibration(found["method"], held_out, self.part.loans.bad), found

    def _fitted(
        self, calibration: Calibration, method: str, held_out: Floats, params: Params
    ) -> Result:
        def compute(progress: Progress) -> Result:
            start = time.perf_counter()
            family = self._fit(params, self._all_rows)
            seconds = time.perf_counter() - start
            progress("fit", 0.7)
            log_odds = family.decision_function(self.part.held)
            model = self._compiled(family, calibration, held_out)
            return Result(
                {
                    "account": dict(family.account()),
                    "fit_seconds": round(seconds, 3),
                    "microseconds": None if model else _microseconds(family, self.part.held),
                },
                {"log_odds": np.asarray(log_odds, dtype=np.float64)},
                model.to_bytes() if model else b"",
            )

        depends = {
            **self._depends,
            "params": dict(params),
            "folds": self.part.folds,
            "calibration": method,
            "scaling": self.plan.scaling.document(),
            "segment": self.part.segment,
        }
        return self._steps.take(self._own["fit"], depends, compute)

    def _compiled(
        self, family: Family, calibration: Calibration, held_out: Floats
    ) -> Guarded | None:
        """The model of record with its guard; None for a family that is compared only."""
        part, scaling = self.part, self.plan.scaling
        bad = part.loans.bad
        model = family.compiled(part.frame, bad, calibration, part.dictionary.content_hash, scaling)
        if model is None:
            return None
        points = _points(scaling, calibration, held_out)
        return Guarded(model, guard_of(part.frame, part.inputs, points, bad, segment=part.segment))

    def _fit(self, params: Params, rows: Ints) -> Family:
        frame, bad = self.part.frame.take(rows), self.part.loans.bad[rows]
        bad_weight = float(str(params.get(BAD_WEIGHT, 1.0)))
        weight = self.part.weight(rows, bad_weight)
        method, declined = self.plan.reject_inference, self.part.declined
        if method is None or declined is None:
            return self._made(params).fit(frame, bad, weight)
        known = self._made(params).fit(frame, bad, self.part.weight(rows, 1.0))
        more = with_declined(method, known, frame, bad, declined, self.plan.seed)
        own = np.ones(rows.size) if weight is None else weight
        beyond = np.where(more.bad[rows.size :] == 1, bad_weight, 1.0)
        together = more.weights * np.concatenate([own, beyond])
        return self._made(params).fit(more.frame, more.bad, together)

    def _made(self, params: Params) -> Family:
        """A family with those settings that has learnt nothing yet."""
        own = {name: each for name, each in params.items() if name != BAD_WEIGHT}
        if "engine" in signature(self.entry).parameters:
            own["engine"] = self.plan.engine  # type: ignore[assignment]
        return self.entry(
            inputs=self.part.inputs, seed=self.plan.seed, threads=self.plan.threads, **own
        )

    @property
    def _depends(self) -> dict[str, object]:
        return {
            "data": self.part.fingerprint,
            "features": [each.name for each in self.part.inputs],
            "seed": self.plan.seed,
            "threads": self.plan.threads,
            "engine": self.plan.engine.kind,
            "inference": self.plan.reject_inference,
        }

    def _scored(
        self, calibration: Calibration, log_odds: Floats, model: Model | None
    ) -> tuple[Ints, Ints]:
        """Whole points and PD of log-odds: a model's own table, else the calibration's."""
        points = _points(self.plan.scaling, calibration, log_odds)
        if model is not None:
            return points, model.pd_at_columns(points)
        return points, np.rint(calibration.pd(log_odds) * PPM).astype(np.int64)

    def _seen(
        self, fitted: Result, calibration: Calibration, model: Model | None
    ) -> tuple[Ints, Ints]:
        if model is None:
            return self._scored(calibration, fitted.arrays["log_odds"], None)
        scored = model.score_columns(self.part.held)
        return scored.points, scored.pd_ppm

    def _account(self, fitted: Result, table: Document, tuned: Tuned) -> dict[str, Any]:
        """What a model card says of how the model came about."""
        bad = self.part.loans.bad
        return {
            "rows": int(bad.size),
            "bads": int(bad.sum()),
            "seed": self.plan.seed,
            "params": dict(tuned.params),
            "trials": tuned.done,
            "calibration": {"method": table["method"], "table": table["table"]},
            "account": fitted.document["account"],
            "fit_seconds": fitted.document["fit_seconds"],
            "microseconds": fitted.document["microseconds"],
            "libraries": libraries(),
        }

    def _log(self, tuned: Tuned, table: Document, fitted: Result) -> tuple[str, ...]:
        settings = ", ".join(f"{name} {value}" for name, value in sorted(tuned.params.items()))
        tried = f"{tuned.done} trials" if tuned.done else "not tuned"
        seconds = fitted.document["fit_seconds"]
        return (
            f"{self.entry.name}: {tried}; {settings}",
            f"{self.entry.name}: calibrated by {table['method']}, fitted in {seconds} s",
        )


def _points(scaling: Scaling, calibration: Calibration, log_odds: Floats) -> Ints:
    straight = calibration.straight(log_odds)
    return np.rint(scaling.offset - scaling.factor * straight).astype(np.int64)


def _loaded(fitted: Result, dictionary: Dictionary) -> Model | None:
    if not fitted.blob:
        return None
    return load_model(fitted.blob, dictionary_hash=dictionary.content_hash)


def _microseconds(family: Family, held: Frame) -> float:
    """Time of one row of a family that has no model of record."""
    rows = [held.take(np.array([index])) for index in range(min(held.rows, TIMED_ROWS))]
    start = time.perf_counter()
    for row in rows:
        family.decision_function(row)
    return (time.perf_counter() - start) / len(rows) * 1_000_000
