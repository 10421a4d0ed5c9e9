"""Choosing a family's settings by Optuna, inside the folds of the training part alone.

The sampler is TPE (Bergstra 2011) with a fixed seed, and a trial that ranks worse after some
folds than half of the earlier ones did is given up. Both depend on values alone, so the same
loans and the same number of trials give the same settings; only how many trials a time budget
allows may differ, and that number is kept.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import optuna

from ml import metrics
from ml.training.objective import Loans, fold_values
from ml.training.plan import Plan
from ml.training.progress import Progress, part
from ml.training.space import Choice, Range, Real, Setting, Whole
from ml.training.steps import FAMILY_ERRORS, Trial
from ml.training.trained import TrainingRefused

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Params = Mapping[str, Setting]
Scored = Callable[[Params, Ints, Ints], Floats]
"""Fit on the second rows with those settings and score the first: log-odds of being bad."""

BAD_WEIGHT = "bad_weight"
"""How often a bad loan counts while a family learns; 1 takes the loans as they are."""
STARTING_TRIALS = 6
"""So many are drawn at random, and none is given up, before the sampler learns from them."""


Status = Literal["complete", "pruned", "failed"]
STATES: Mapping[Status, optuna.trial.TrialState] = {
    "complete": optuna.trial.TrialState.COMPLETE,
    "pruned": optuna.trial.TrialState.PRUNED,
    "failed": optuna.trial.TrialState.FAIL,
}


TIME_IS_UP = "the time for tuning was up"


class OutOfTimeError(Exception):
    """The budget ended between two folds of a trial, which therefore says nothing."""


class GivenUp(Exception):
    """A trial that is not worth its remaining folds; holds the AUC of those it had."""

    def __init__(self, ranks: list[float]) -> None:
        super().__init__("ranks worse than half of the earlier trials")
        self.ranks = ranks


@dataclass(frozen=True, slots=True)
class Tuned:
    """The settings chosen, and every trial on the way."""

    params: dict[str, Setting]
    trials: tuple[Trial, ...]

    @property
    def done(self) -> int:
        """How many trials were finished: so many again give the same settings."""
        return sum(trial.error != TIME_IS_UP for trial in self.trials)

    def document(self) -> dict[str, Any]:
        best = max((each.value for each in self.trials if each.value is not None), default=None)
        trials = [asdict(trial) for trial in self.trials]
        return {"params": self.params, "value": best, "trials": trials}

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> "Tuned":
        return cls(document["params"], tuple(Trial(**each) for each in document["trials"]))


@dataclass(slots=True, eq=False)
class Tuning:
    """One family's search; the first trial has the settings `first`."""

    plan: Plan
    space: Mapping[str, Range]
    first: Params
    loans: Loans
    fold: Ints
    scored: Scored
    seconds: float | None
    told: Callable[[Trial], None]
    deadline: float = math.inf

    def run(self, progress: Progress) -> Tuned:
        """Try until trials or seconds are spent; the first settings stay where time allowed none.

        TrainingRefused when every trial failed.
        """
        study = _study(self.plan.seed)
        study.enqueue_trial({name: each for name, each in self.first.items() if name in self.space})
        self.deadline = time.monotonic() + (math.inf if self.seconds is None else self.seconds)
        trials: list[Trial] = []
        for number in range(self.plan.trials):
            trials.append(self._tried(study, number, progress, self.plan.trials))
            self.told(trials[-1])
            if time.monotonic() >= self.deadline:
                break
        complete = [trial for trial in trials if trial.value is not None]
        if not complete and trials[0].error != TIME_IS_UP:
            raise TrainingRefused(trials[0].error)
        if not complete:
            return Tuned(dict(self.first), tuple(trials))
        best = max(complete, key=lambda trial: (trial.value or 0.0, -trial.number))
        return Tuned(dict(best.params), tuple(trials))

    def _tried(self, study: optuna.Study, number: int, progress: Progress, asked: int) -> Trial:
        drawn = study.ask()
        own = {name: suggested(drawn, name, each) for name, each in self.space.items()}
        params = {**self.first, **own}
        start = time.perf_counter()

        def told(status: Status, folds: list[float], error: str = "") -> Trial:
            value = float(np.mean(folds)) if status == "complete" else None
            study.tell(drawn, value, state=STATES[status])
            seconds = round(time.perf_counter() - start, 3)
            return Trial(number, params, value, folds, seconds, status, error)

        try:
            within = part(progress, number / asked, (number + 1) / asked)
            folds = fold_values(
                self.plan, self.loans, self._scores(drawn, params, within), self.fold
            )
        except GivenUp as early:
            return told("pruned", early.ranks)
        except OutOfTimeError:
            return told("pruned", [], TIME_IS_UP)
        except FAMILY_ERRORS as error:
            return told("failed", [], str(error) or type(error).__name__)
        return told("complete", folds)

    def _scores(self, drawn: optuna.Trial, params: Params, progress: Progress) -> Floats:
        """Each loan's score from a fit without its fold; GivenUp where the first rank badly."""
        folds = int(self.fold.max()) + 1
        scores = np.empty(self.fold.size)
        ranks: list[float] = []
        for number in range(folds):
            progress("tuning", number / folds)
            here = np.flatnonzero(self.fold == number)
            scores[here] = self.scored(params, here, np.flatnonzero(self.fold != number))
            ranks.append(metrics.auc(self.loans.bad[here], scores[here]))
            drawn.report(float(np.mean(ranks)), number)
            if number + 1 < folds and time.monotonic() >= self.deadline:
                raise OutOfTimeError
            if number + 1 < folds and drawn.should_prune():
                raise GivenUp(ranks)
        return scores


def suggested(trial: optuna.Trial, name: str, where: Range) -> Setting:
    """What the sampler draws from a range."""
    match where:
        case Choice(options):
            drawn: Setting = trial.suggest_categorical(name, options)
            return drawn
        case Whole(low, high, log):
            return trial.suggest_int(name, low, high, log=log)
        case Real(low, high, log):
            return trial.suggest_float(name, low, high, log=log)


def _study(seed: int) -> optuna.Study:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna.create_study(
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=STARTING_TRIALS),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=STARTING_TRIALS),
    )
