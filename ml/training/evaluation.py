"""One candidate on loans it has never seen, its thresholds chosen on training folds."""

import math
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ml import metrics
from ml.columns import Frame
from ml.model import Model, ScoreColumns
from ml.scaling import PPM
from ml.training.families.family import Family
from ml.training.objective import Loans, measured, threshold
from ml.training.plan import Plan
from ml.training.trained import Trained, TrainingRefused

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TIMED_ROWS = 200
EXPERT_LABEL = {
    "en": "expert scorecard",
    "de": "Experten-Scorecard",
    "es": "scorecard experta",
    "pt": "scorecard especialista",
}
GIVEN: Mapping[str, tuple[Mapping[str, str], int]] = {"expert": (EXPERT_LABEL, 0)}
"""Label and simplicity of models that no family of this package has trained."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How many bads are found at the accuracy the lender asked to keep.

    The threshold is the folds'; `fold_recall` and `fold_accuracy` say what it did there,
    `reached` whether any threshold kept that accuracy there.
    """

    accuracy: float
    threshold_pd_ppm: int
    recall: float
    recall_low: float
    recall_high: float
    accuracy_held: float
    fold_recall: float
    fold_accuracy: float
    reached: bool


@dataclass(frozen=True, slots=True)
class Earned:
    """Mean profit of an application when those at or above the threshold are refused.

    `all_approved` is the same for a lender who refuses nobody; both after the cost of a case.
    """

    threshold_pd_ppm: int
    per_application: float
    low: float
    high: float
    all_approved: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures of one candidate; money in minor units, times of one thread.

    `objective` is the plan's, better when higher, with its interval. `confusion`, `f1`,
    `recall_bads` and `accuracy` are at the threshold that is best for the objective on the folds
    (for AUC the cheapest). `reliability` is mean PD and share of bads of ten groups. `explained`
    says whether exact reasons exist: table, exact or none.
    """

    family: str
    label: Mapping[str, str]
    simplicity: int
    explained: str
    servable: bool
    content_hash: str
    auc: float
    auc_low: float
    auc_high: float
    gini: float
    ks: float
    pr_auc: float
    f1: float
    brier: float
    log_loss: float
    ece: float
    accuracy: float
    recall_bads: float
    confusion: dict[str, int]
    threshold_pd_ppm: int
    costs: dict[str, float]
    cost_per_loan: float
    cost_low: float
    cost_high: float
    objective: float
    objective_low: float
    objective_high: float
    fold_auc: float
    fold_cost: float
    trials: int
    fit_seconds: float | None
    microseconds_per_row: float
    reliability: dict[str, list[float]]
    asked: Asked | None = None
    profit: Earned | None = None

    def document(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> "Evaluation":
        """An evaluation as it was stored."""
        asked, profit = document["asked"], document["profit"]
        known = {name: document[name] for name in cls.__dataclass_fields__}
        known["asked"] = Asked(**asked) if asked else None
        known["profit"] = Earned(**profit) if profit else None
        return cls(**known)


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """PDs of the learning part's folds and of the held-out loans, and how the latter rank."""

    fold_pd: Floats
    held_pd: Floats
    held_rank: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """Measures candidates of one tournament, all on the same loans and terms."""

    plan: Plan
    learnt: Frame
    learnt_loans: Loans
    held: Frame
    held_loans: Loans

    def of_trained(self, candidate: Trained, entry: type[Family]) -> Evaluation:
        """A candidate of this tournament: its thresholds come from its held-out folds."""
        points, pd_ppm = candidate.holdout_points, candidate.holdout_pd_ppm
        if points is None or pd_ppm is None or candidate.holdout_log_odds is None:
            raise TrainingRefused(f"{candidate.family}: the held-out loans are not scored")
        model = candidate.model
        rank = candidate.holdout_log_odds if model is None else -points.astype(np.float64)
        scores = Scores(candidate.fold_pd_ppm / PPM, pd_ppm / PPM, rank)
        known = candidate.metrics
        return self._evaluation(
            scores,
            family=entry.name,
            label=dict(entry.label),
            simplicity=entry.simplicity,
            explained=entry.explained,
            servable=model is not None,
            content_hash=model.content_hash if model else "",
            trials=known["trials"],
            fit_seconds=known["fit_seconds"],
            microseconds_per_row=self._microseconds(model) if model else known["microseconds"],
        )

    def of_model(self, model: Model) -> Evaluation:
        """A model that has not learnt from these loans, such as an expert's."""
        seen = model.score_columns(self.held)
        fold_pd = model.score_columns(self.learnt).pd_ppm / PPM
        label, simplicity = GIVEN.get(model.family, ({"en": model.family}, 50))
        return self._evaluation(
            Scores(fold_pd, seen.pd_ppm / PPM, -seen.points.astype(np.float64)),
            family=model.family,
            label=dict(label),
            simplicity=simplicity,
            explained="table",
            servable=True,
            content_hash=model.content_hash,
            trials=0,
            fit_seconds=None,
            microseconds_per_row=self._microseconds(model),
        )

    def _evaluation(self, scores: Scores, **known: Any) -> Evaluation:
        plan, bad = self.plan, self.held_loans.bad
        cheapest = metrics.best_threshold(self.learnt_loans.bad, scores.fold_pd, plan.costs)
        cut = threshold(plan, self.learnt_loans, scores.fold_pd)
        interval = metrics.auc_interval(bad, scores.held_rank)
        costs = metrics.cost_interval(bad, scores.held_pd, cheapest, plan.costs)
        reached = measured(plan, self.held_loans, scores.held_pd, cut)
        best = interval if plan.objective == "auc" else reached
        return Evaluation(
            auc=interval.value,
            auc_low=interval.low,
            auc_high=interval.high,
            gini=2 * interval.value - 1,
            ks=metrics.ks(bad, scores.held_rank),
            pr_auc=metrics.average_precision(bad, scores.held_rank),
            f1=metrics.f1(bad, scores.held_pd, cut),
            brier=metrics.brier(bad, scores.held_pd),
            log_loss=metrics.log_loss(bad, scores.held_pd),
            ece=metrics.ece(bad, scores.held_pd),
            accuracy=metrics.accuracy(bad, scores.held_pd, cut),
            recall_bads=metrics.recall(bad, scores.held_pd, cut),
            confusion=asdict(metrics.confusion(bad, scores.held_pd, cut)),
            threshold_pd_ppm=_ppm(cut),
            costs=plan.costs.document(),
            cost_per_loan=costs.value,
            cost_low=costs.low,
            cost_high=costs.high,
            objective=best.value,
            objective_low=best.low,
            objective_high=best.high,
            fold_auc=metrics.auc(self.learnt_loans.bad, scores.fold_pd),
            fold_cost=metrics.cost(self.learnt_loans.bad, scores.fold_pd, cheapest, plan.costs),
            reliability=metrics.reliability(bad, scores.held_pd),
            asked=self._asked(scores),
            profit=self._profit(scores),
            **known,
        )

    def _asked(self, scores: Scores) -> Asked | None:
        asked = self.plan.accuracy
        if asked is None:
            return None
        learnt, held = self.learnt_loans.bad, self.held_loans.bad
        cut = metrics.accuracy_threshold(learnt, scores.fold_pd, asked)
        kept = metrics.accuracy(learnt, scores.fold_pd, cut)
        found = metrics.confusion(held, scores.held_pd, cut)
        share = metrics.share_interval(found.bad_refused, found.bad_refused + found.bad_accepted)
        return Asked(
            accuracy=asked,
            threshold_pd_ppm=_ppm(cut),
            recall=share.value,
            recall_low=share.low,
            recall_high=share.high,
            accuracy_held=metrics.accuracy(held, scores.held_pd, cut),
            fold_recall=metrics.recall(learnt, scores.fold_pd, cut),
            fold_accuracy=kept,
            reached=kept >= asked - 1e-9,
        )

    def _profit(self, scores: Scores) -> Earned | None:
        learnt, held = self.learnt_loans.worth, self.held_loans.worth
        if learnt is None or held is None:
            return None
        cut = metrics.most_worth_threshold(scores.fold_pd, learnt)
        case = self.plan.economics.cost_per_case if self.plan.economics else 0
        mean = metrics.mean_interval(np.where(scores.held_pd < cut, held, 0.0) - case)
        return Earned(_ppm(cut), mean.value, mean.low, mean.high, float(held.mean()) - case)

    def _microseconds(self, model: Model) -> float:
        """Time of one row; the rows' scores must be those of the columns, or it is unfit."""
        timed = self.held.take(np.arange(min(self.held.rows, TIMED_ROWS)))
        scored = model.score_columns(timed)
        rows = [timed.row(index) for index in range(timed.rows)]
        start = time.perf_counter()
        scores = [model.score_row(row) for row in rows]
        elapsed = time.perf_counter() - start
        _refuse_if_different(model.family, scored, scores)
        return elapsed / len(rows) * 1_000_000


def _refuse_if_different(family: str, columns: ScoreColumns, rows: list[Any]) -> None:
    if any(score != columns.row(index) for index, score in enumerate(rows)):
        raise TrainingRefused(f"{family}: rows and columns score differently")


def _ppm(cut: float) -> int:
    return math.ceil(round(cut * PPM, 3))
