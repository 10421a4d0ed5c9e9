"""Ratios, differences, products and sums of two fields that know the outcome where neither does.

All pairs are tried on a sample of rows, those that stand out on all rows. A field divided by one
that leaks comes to light as a product with that one, so nothing is hidden by a derivation of two.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.columns import Column
from ml.metrics import Floats, Interval, auc_interval
from ml.separation import Bools, numeric, values_of

SAMPLE_OF_EACH = 1_000
"""Goods and bads in the sample: an AUC of one half has a standard error of 0.013 there."""
SLACK = 0.04
"""So much less than the threshold is looked at on all rows: three standard errors."""
MOST_FIELDS = 150
OPERATIONS = ("ratio", "difference", "product", "sum")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two fields, what was done with them, and how well that separates on all rows."""

    first: str
    second: str
    operation: str
    auc: Interval


def combined(first: Floats, second: Floats, operation: str) -> Floats:
    """The pair's values; NaN where either is missing or the ratio has no meaning."""
    if operation == "difference":
        return first - second
    if operation == "sum":
        return first + second
    if operation == "product":
        return first * second
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = first / second
    return np.where(np.isfinite(ratio), ratio, np.nan)


def standing_out(
    columns: Mapping[str, Column],
    target: Bools,
    threshold: float,
    *,
    digits: Mapping[str, int],
    seed: int,
) -> tuple[list[Pair], int]:
    """Pairs whose AUC on all rows reaches the threshold, best first, and how many were tried.

    `digits` are the decimals of scaled numbers, so that they are combined as people write them.
    """
    names = [name for name, column in columns.items() if numeric(column)][:MOST_FIELDS]
    values = {name: values_of(columns[name]) / 10.0 ** digits.get(name, 0) for name in names}
    rows = _sample(target, seed)
    sampled = np.column_stack([values[name][rows] for name in names]) if names else np.empty((0, 0))
    hopeful = _hopeful(sampled, target[rows], threshold - SLACK)
    found = []
    for first, second, operation in hopeful:
        one, other = names[first], names[second]
        auc = _judged(combined(values[one], values[other], operation), target)
        if auc.value >= threshold:
            found.append(Pair(one, other, operation, auc))
    tried = len(OPERATIONS) * len(names) * (len(names) - 1) // 2
    return sorted(found, key=lambda pair: -pair.auc.value), tried


def _sample(target: Bools, seed: int) -> npt.NDArray[np.int64]:
    """So many of each kind, in an order that means nothing, so that ties fall by chance."""
    generator = np.random.default_rng(seed)
    kinds = (np.flatnonzero(target), np.flatnonzero(~target))
    return generator.permutation(
        np.concatenate([generator.permutation(rows)[:SAMPLE_OF_EACH] for rows in kinds])
    )


def _hopeful(sampled: Floats, bad: Bools, threshold: float) -> Iterator[tuple[int, int, str]]:
    width = sampled.shape[1]
    for first in range(width - 1):
        for operation in OPERATIONS:
            block = combined(sampled[:, [first]], sampled[:, first + 1 :], operation)
            for offset in np.flatnonzero(_quick_aucs(block, bad) >= threshold).tolist():
                yield first, first + 1 + offset, operation


def _quick_aucs(block: Floats, bad: Bools) -> Floats:
    """AUC of each column, direction aside, NaN as the lowest; ties in the sample's order."""
    filled = np.where(np.isnan(block), -np.inf, block)
    order = np.argsort(filled, axis=0, kind="stable")
    ranked = bad[order]
    positions = np.arange(1, bad.size + 1)[:, None]
    bads, goods = int(bad.sum()), int((~bad).sum())
    area = ((ranked * positions).sum(axis=0) - bads * (bads + 1) / 2) / (bads * goods)
    return np.asarray(np.maximum(area, 1 - area), dtype=np.float64)


def _judged(values: Floats, target: Bools) -> Interval:
    """Exactly, on all rows."""
    filled = np.where(np.isnan(values), -np.inf, values)
    ranks = np.unique(filled, return_inverse=True)[1]
    found = auc_interval(target, ranks)
    if found.value >= 0.5:
        return found
    return Interval(1 - found.value, 1 - found.high, 1 - found.low)
