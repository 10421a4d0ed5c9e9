"""Boosted trees that add up: each looks at one feature, or at one of a few pairs.

XGBoost with interaction constraints, so that the sum of the trees is a sum of functions of one
feature or two (the GA2M of Lou, Caruana, Gehrke, Hooker 2013). Pairs are sought as their FAST
does, one after the other: the pair whose cells of coarse bins leave most unexplained is taken,
its cells are explained, and the next is sought in what is left.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import xgboost

from ml.calibration import probability
from ml.training.additive_design import Design

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Pair = tuple[int, int]
Learnt = tuple[Floats, Ints, Floats]
"""n rows: the matrix (n, k), outcomes (1 = bad) and weights."""

COARSE = 8
"""Pairs are sought on at most so many groups of a feature's bins."""
HOPEFUL = 60
"""Pairs that are looked at again once the first has been taken."""
CELL_PRIOR = 20.0
"""What a cell of a pair is shrunken by, in loans."""
MAX_ROUNDS = 3_000
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Growth:
    """How trees grow; `min_loans` is the least weight of a leaf in loans at the overall rate."""

    eta: float
    depth: int
    min_loans: float
    shrink: float
    seed: int
    threads: int


class AdditiveTrees:
    """Fits on matrices of one design; `pairs` are the features that may count together."""

    def __init__(self, design: Design, growth: Growth, pairs: Sequence[Pair] = ()) -> None:
        self._design = design
        self._growth = growth
        alone = [design.columns_of([feature]) for feature in range(len(design.bins))]
        together = [design.columns_of(pair) for pair in pairs]
        self._settings: dict[str, object] = {
            "objective": "binary:logistic",
            "eval_metric": "logloss",
            "tree_method": "hist",
            "eta": growth.eta,
            "max_depth": growth.depth,
            "reg_lambda": growth.shrink,
            "subsample": 0.7,
            "colsample_bynode": 0.5,
            "nthread": growth.threads,
            "interaction_constraints": json.dumps(alone + together),
            "monotone_constraints": tuple(column.sign for column in design.columns),
        }

    def rounds(
        self,
        learnt: Learnt,
        judged: Learnt,
    ) -> tuple[int, Floats]:
        """Rounds that are best for held-out rows, and those rows' log-odds after them."""
        booster = xgboost.train(
            self._with(learnt, 0),
            self._rows(*learnt),
            MAX_ROUNDS,
            evals=[(self._rows(*judged), "held_out")],
            early_stopping_rounds=PATIENCE,
            verbose_eval=False,
        )
        best = booster.best_iteration + 1
        return best, self._margin(booster[:best], judged[0])

    def grown(self, learnt: Learnt, rounds: int, bag: int) -> xgboost.Booster:
        """Trees of so many rounds; each bag draws its own rows and columns."""
        return xgboost.train(self._with(learnt, bag), self._rows(*learnt), rounds)

    def log_odds(self, boosters: Sequence[xgboost.Booster], matrix: Floats) -> Floats:
        """Mean log-odds of bad over the bags, shape (n,)."""
        total = sum((self._margin(booster, matrix) for booster in boosters), np.zeros(len(matrix)))
        return total / len(boosters)

    def _with(self, learnt: Learnt, bag: int) -> dict[str, object]:
        rate = float(np.average(learnt[1], weights=learnt[2]))
        hessian = self._growth.min_loans * rate * (1 - rate)
        seed = 1_000 * self._growth.seed + bag
        return {**self._settings, "min_child_weight": hessian, "seed": seed, "base_score": rate}

    def _margin(self, booster: xgboost.Booster, matrix: Floats) -> Floats:
        rows = self._rows(matrix)
        return np.asarray(booster.predict(rows, output_margin=True), dtype=np.float64)

    def _rows(
        self, matrix: Floats, bad: Ints | None = None, weight: Floats | None = None
    ) -> xgboost.DMatrix:
        return xgboost.DMatrix(
            matrix,
            bad,
            weight=weight,
            feature_types=["c" if c.sort == "named" else "q" for c in self._design.columns],
            enable_categorical=True,
            nthread=self._growth.threads,
        )


def strongest_pairs(
    design: Design, index: Sequence[Ints], bad: Ints, weight: Floats, log_odds: Floats, most: int
) -> tuple[Pair, ...]:
    """At most so many pairs of features, by what they explain beyond log-odds without pairs.

    A feature with a direction of risk is in one pair at most, so that rounding can be mended.
    """
    groups = [_coarse(design, feature, rows) for feature, rows in enumerate(index)]
    found: list[Pair] = []
    left, hopeful = log_odds, list(combinations(range(len(index)), 2))
    for _ in range(most):
        pd = probability(left)
        short, curved = weight * (bad - pd), weight * pd * (1 - pd)
        gains = {
            pair: _gain(groups, pair, short, curved)
            for pair in hopeful
            if pair not in found and _allowed(design, pair, found)
        }
        hopeful = sorted(gains, key=lambda pair: -gains[pair])[:HOPEFUL]
        if not hopeful or gains[hopeful[0]] <= 0:
            break
        found.append(hopeful[0])
        left = left + _cells(groups, hopeful[0], short, curved)[2]
    return tuple(found)


def _coarse(design: Design, feature: int, rows: Ints) -> Ints:
    """Groups of about equal weight of neighbouring bins; what is apart stays apart."""
    bins, weights = design.bins[feature], design.weights[feature]
    if bins.source.kind == "category" and feature not in design.places:
        return rows
    before = np.cumsum(weights[: bins.main]) - weights[: bins.main] / 2
    group = np.arange(bins.size)
    group[: bins.main] = before / max(weights[: bins.main].sum(), 1.0) * COARSE
    group[bins.main :] = COARSE + np.arange(bins.size - bins.main)
    return group[rows]


def _allowed(design: Design, pair: Pair, found: Sequence[Pair]) -> bool:
    taken = {feature for one in found for feature in one}
    directed = {f for f in pair if design.bins[f].source.risk is not None}
    return not directed & taken


def _gain(groups: Sequence[Ints], pair: Pair, short: Floats, curved: Floats) -> float:
    """How much the cells explain, less what as many cells of chance would."""
    gain, cells, _ = _cells(groups, pair, short, curved)
    return gain - cells


def _cells(
    groups: Sequence[Ints], pair: Pair, short: Floats, curved: Floats
) -> tuple[float, int, Floats]:
    first, second = groups[pair[0]], groups[pair[1]]
    cell = first * (int(second.max()) + 1) + second
    slope, bend = np.bincount(cell, short), np.bincount(cell, curved)
    prior = CELL_PRIOR * float(curved.mean())
    gain = float((slope**2 / (bend + prior)).sum())
    return gain, int((bend > 0).sum()), (slope / (bend + prior))[cell]
