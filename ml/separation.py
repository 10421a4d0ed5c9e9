"""How well one column, or a set of them, tells two kinds of rows apart, by numpy alone.

Used where a question is asked of data and not of a model: does a field give the outcome away, does
it stand in for a protected group. Columns are binned and each row is encoded by rows of other
folds, so that a column with as many values as rows separates nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.columns import Column
from ml.metrics import Floats, Interval, auc_interval

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
FOLDS = 5
MOST_BINS = 20
SHRINKAGE = 20.0
"""Rows at the overall rate that every bin starts with."""
RIDGE = 1.0
NEWTON_STEPS = 6
STEEPEST = 30.0


@dataclass(frozen=True, slots=True)
class Separation:
    """An AUC with its interval, and by what: `order` (the values as they rise or fall), `bins`
    (any shape), `missing` (whether there is a value at all)."""

    auc: Interval
    by: str


def numeric(column: Column) -> bool:
    """Whether the column's values have an order: numbers and dates, not categories or texts."""
    return column.categories is None and column.values.dtype.kind in "iuf"


def values_of(column: Column) -> Floats:
    """A numeric column as floats, NaN where missing."""
    return np.where(column.null, np.nan, column.values.astype(np.float64))


def codes_of(column: Column, most: int = MOST_BINS) -> Ints:
    """The bin of each of n rows, 0 for missing: values themselves where few, else quantiles."""
    if not numeric(column):
        return np.where(column.null, 0, _named(column) + 1).astype(np.int64)
    values = column.values.astype(np.float64)
    known = values[~column.null]
    distinct = np.unique(known)
    if distinct.size <= most:
        edges = distinct
    else:
        edges = np.unique(np.quantile(known, np.linspace(0, 1, most + 1)[1:], method="higher"))
    codes = np.searchsorted(edges, values, side="left") + 1
    return np.where(column.null, 0, codes).astype(np.int64)


def _named(column: Column) -> Ints:
    """A number for each different value of a column without an order."""
    if column.categories is not None or column.values.dtype == bool:
        return column.values.astype(np.int64)
    return np.unique(column.values.astype(str), return_inverse=True)[1].astype(np.int64)


def distinct(column: Column) -> int:
    """How many different values are known."""
    known = column.take(~column.null)
    values = known.values if numeric(known) else _named(known)
    return int(np.unique(values).size)


def folds_of(target: Bools, seed: int, folds: int = FOLDS) -> Ints:
    """A fold for each row, both kinds spread evenly."""
    generator = np.random.default_rng(seed)
    fold = np.empty(target.size, dtype=np.int64)
    for rows in (np.flatnonzero(target), np.flatnonzero(~target)):
        fold[generator.permutation(rows)] = np.arange(rows.size) % folds
    return fold


def encoded(codes: Ints, target: Bools, fold: Ints) -> Floats:
    """Each row's log-odds of its bin, from the other folds' rows, shrunk to the overall rate."""
    bins, folds = int(codes.max()) + 1, int(fold.max()) + 1
    place = codes * folds + fold
    rows = np.bincount(place, minlength=bins * folds).reshape(bins, folds)
    hits = np.bincount(place, weights=target, minlength=bins * folds).reshape(bins, folds)
    base = float(target.mean())
    others = rows.sum(axis=1, keepdims=True) - rows
    rate = (hits.sum(axis=1, keepdims=True) - hits + SHRINKAGE * base) / (others + SHRINKAGE)
    odds = np.log(rate) - np.log1p(-rate)
    return np.asarray(odds[codes, fold], dtype=np.float64)


def alone(column: Column, target: npt.ArrayLike, *, seed: int = 0) -> Separation:
    """The best a single column does, direction aside: its order, its bins, or its gaps.

    Every way is judged by AUC above one half; bins by rows of other folds.
    """
    bad = np.asarray(target).astype(bool)
    ways = {"bins": auc_interval(bad, encoded(codes_of(column), bad, folds_of(bad, seed)))}
    if numeric(column):
        ways["order"] = _ordered(column, bad)
    if column.null.any() and not column.null.all():
        ways["missing"] = _upright(auc_interval(bad, column.null.astype(float)))
    by = max(ways, key=lambda way: ways[way].value)
    return Separation(ways[by], by)


def _ordered(column: Column, bad: Bools) -> Interval:
    """By rank, gaps put at the end that suits them better."""
    values = column.values.astype(np.float64)
    known = values[~column.null]
    low, high = (known.min() - 1, known.max() + 1) if known.size else (0.0, 0.0)
    ends = (low, high) if column.null.any() else (low,)
    found = [_upright(auc_interval(bad, np.where(column.null, end, values))) for end in ends]
    return max(found, key=lambda interval: interval.value)


def _upright(found: Interval) -> Interval:
    """The same separation read the other way round where it falls below one half."""
    if found.value >= 0.5:
        return found
    return Interval(1 - found.value, 1 - found.high, 1 - found.low)


def together(
    columns: Mapping[str, Column], target: npt.ArrayLike, *, seed: int = 0
) -> Interval | None:
    """AUC of all columns together on rows of other folds; None without a column.

    A ridge logistic regression (Newton's method) over the columns' encoded bins: no tuned model,
    but what an honest one can hardly fall short of.
    """
    from threadpoolctl import threadpool_limits

    if not columns:
        return None
    bad = np.asarray(target).astype(bool)
    fold = folds_of(bad, seed)
    matrix = np.column_stack([encoded(codes_of(each), bad, fold) for each in columns.values()])
    matrix = np.column_stack([np.ones(bad.size), matrix - matrix.mean(axis=0)])
    scores = np.empty(bad.size)
    with threadpool_limits(limits=1):  # threads that wait for a busy core cost more than they add
        for each in range(FOLDS):
            held = fold == each
            scores[held] = matrix[held] @ _fitted(matrix[~held], bad[~held])
    return auc_interval(bad, scores)


def _fitted(matrix: Floats, bad: Bools) -> Floats:
    weights = np.zeros(matrix.shape[1])
    penalty = RIDGE * np.eye(matrix.shape[1])
    penalty[0, 0] = 0.0
    for _ in range(NEWTON_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(matrix @ weights, -STEEPEST, STEEPEST)))
        slope = matrix.T @ (bad - chance) - penalty @ weights
        curve = (matrix * np.maximum(chance * (1 - chance), 1e-6)[:, None]).T @ matrix + penalty
        weights = weights + np.linalg.solve(curve, slope)
    return np.asarray(weights, dtype=np.float64)
