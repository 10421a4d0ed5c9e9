"""Categories of many values: city, borough, postcode, trade.

Most of their values are seen a few times, so each counts by its evidence shrunken towards none
(empirical Bayes as in Micci-Barreca 2001, the strength of the prior by moments, so that a field
whose values hardly differ is shrunken most). A learner gets each loan's evidence from folds
without that loan: from all loans it would be told its own outcome.

A value never seen, or with next to no evidence, counts as "other".
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ml.columns import MISSING_CODE, Column
from ml.model_inputs import ModelInput
from ml.scorecard import FeatureBins
from ml.training.split import stratified_folds

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MANY = 25
"""From so many values upwards a category is a place: too many to group by testing them."""
STEP = 0.05
"""Values of like evidence share a bin; with 20 points to double the odds a point is 0.035."""
FOLDS = 5
WEAKEST, STRONGEST = 20.0, 20_000.0
"""Bounds of the prior, in loans at the overall bad rate."""


def is_place(source: ModelInput, column: Column) -> bool:
    """Whether a feature is a category of many values in these n rows."""
    if source.kind != "category":
        return False
    return np.unique(column.values[~column.null]).size >= MANY


def place_evidence(column: Column, bad: npt.ArrayLike, weight: Floats) -> Floats:
    """Shrunken log-odds of bad by category less the overall, shape (categories,)."""
    levels = len(column.categories or ())
    known = ~column.null & (column.values != MISSING_CODE)
    outcome = np.asarray(bad, dtype=np.float64)
    overall = float(np.average(outcome, weights=weight))
    codes, heavy = column.values[known], weight[known]
    counts: Floats = np.bincount(codes, heavy, levels).astype(np.float64)
    bads: Floats = np.bincount(codes, heavy * outcome[known], levels).astype(np.float64)
    prior = _prior(counts, bads, overall)
    rate: Floats = (bads + prior * overall) / (counts + prior)
    shrunken: Floats = np.log(rate / (1 - rate)) - np.log(overall / (1 - overall))
    return shrunken


def _prior(counts: Floats, bads: Floats, overall: float) -> float:
    """Strength of a beta prior from how much more the rates differ than chance makes them."""
    seen = counts > 0
    total = counts.sum()
    rates = bads[seen] / counts[seen]
    spread = float(counts[seen] @ (rates - overall) ** 2)
    chance = overall * (1 - overall)
    between = (spread - chance * (seen.sum() - 1)) / max(total - counts @ counts / total, 1.0)
    if between <= 0:
        return STRONGEST
    return float(np.clip(chance / between - 1, WEAKEST, STRONGEST))


def place_bins(source: ModelInput, column: Column, evidence: Floats) -> tuple[FeatureBins, Floats]:
    """Categories grouped by like evidence, and each bin's evidence, shape (bins.size,)."""
    names: Sequence[str] = column.categories or ()
    steps = np.rint(evidence / STEP).astype(np.int64)
    groups: dict[int, list[str]] = {}
    for name, step in zip(names, steps.tolist(), strict=True):
        if step:
            groups.setdefault(step, []).append(name)
    ordered = sorted(groups)
    bins = FeatureBins(source, groups=tuple(tuple(sorted(groups[step])) for step in ordered))
    by_bin = np.zeros(bins.size)
    by_bin[: len(ordered)] = np.array(ordered, dtype=np.float64) * STEP
    return bins, by_bin


def held_out_evidence(column: Column, bad: Ints, weight: Floats, seed: int) -> Floats:
    """Each row's evidence from folds without it, shape (n,); a gap and a new value have none."""
    fold = stratified_folds(bad, seed=seed, folds=FOLDS)
    found = np.zeros(bad.size)
    for number in range(FOLDS):
        here, others = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        by_code = place_evidence(column.take(others), bad[others], weight[others])
        found[here] = np.append(by_code, 0.0)[column.values[here]]
    return np.where(column.null, 0.0, found)
