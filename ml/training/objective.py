"""What a tournament is played for, measured on scores of loans that no fit has seen.

Every value is better when higher. Thresholds come from other loans than the ones they are
judged on: from the other folds while settings are tuned, from all folds at the end.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml import metrics
from ml.metrics import Interval
from ml.training.plan import Plan

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MEASURES: Mapping[str, Mapping[str, str]] = {
    "auc": {"en": "AUC", "de": "AUC", "es": "AUC", "pt": "AUC"},
    "recall_of_bads": {
        "en": "recall of bads",
        "de": "Anteil erkannter Ausfälle",
        "es": "proporción de impagos detectados",
        "pt": "proporção de inadimplentes detectados",
    },
    "cost": {
        "en": "cost per loan",
        "de": "Kosten je Kredit",
        "es": "costo por préstamo",
        "pt": "custo por empréstimo",
    },
    "profit": {
        "en": "profit per application",
        "de": "Gewinn je Antrag",
        "es": "ganancia por solicitud",
        "pt": "lucro por pedido",
    },
}


@dataclass(frozen=True, slots=True, eq=False)
class Loans:
    """n outcomes (1 = bad) and, where economics are known, what accepting each is worth."""

    bad: Ints
    worth: Floats | None = None

    def take(self, rows: npt.NDArray[np.generic]) -> "Loans":
        worth = None if self.worth is None else self.worth[rows]
        return Loans(self.bad[rows], worth)


def threshold(plan: Plan, loans: Loans, scores: npt.ArrayLike) -> float:
    """The score from which to refuse, for the plan's objective. For AUC the cheapest one."""
    if plan.objective == "recall_of_bads":
        return metrics.accuracy_threshold(loans.bad, scores, asked(plan))
    if plan.objective == "profit":
        return metrics.most_worth_threshold(scores, worth(loans))
    return metrics.best_threshold(loans.bad, scores, plan.costs)


def measured(plan: Plan, loans: Loans, scores: npt.ArrayLike, cut: float) -> Interval:
    """The objective on these loans with its interval; cost counts as what is saved, so negative.

    Recall of bads is worth nothing without the accuracy it was asked at: what the accuracy falls
    short by is taken off.
    """
    values = np.asarray(scores, dtype=np.float64)
    if plan.objective == "auc":
        return metrics.auc_interval(loans.bad, values)
    if plan.objective == "recall_of_bads":
        return _recall(loans.bad, values, cut, asked(plan))
    if plan.objective == "profit":
        return metrics.mean_interval(np.where(values < cut, worth(loans), 0.0))
    return _negative(metrics.cost_interval(loans.bad, values, cut, plan.costs))


def fold_values(plan: Plan, loans: Loans, scores: Floats, fold: Ints) -> list[float]:
    """The objective on each fold, its threshold chosen on all the others."""
    values = []
    for number in range(int(fold.max()) + 1):
        here, others = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        cut = 0.0
        if plan.objective != "auc":
            cut = threshold(plan, loans.take(others), scores[others])
        values.append(measured(plan, loans.take(here), scores[here], cut).value)
    return values


def asked(plan: Plan) -> float:
    """The accuracy to keep; ValueError where the plan asks for recall without one."""
    if plan.accuracy is None:
        raise ValueError("recall of bads needs the accuracy that is asked for")
    return plan.accuracy


def worth(loans: Loans) -> Floats:
    """What accepting each is worth; ValueError where nobody said what a loan earns."""
    if loans.worth is None:
        raise ValueError("profit needs the product's economics")
    return loans.worth


def _recall(bad: Ints, scores: Floats, cut: float, accuracy: float) -> Interval:
    found = metrics.confusion(bad, scores, cut)
    share = metrics.share_interval(found.bad_refused, found.bad_refused + found.bad_accepted)
    short = max(0.0, accuracy - metrics.accuracy(bad, scores, cut))
    return Interval(share.value - short, share.low - short, share.high - short)


def _negative(interval: Interval) -> Interval:
    return Interval(-interval.value, -interval.high, -interval.low)
