"""How a column goes with the outcome: does it rank it on its own, and in which direction.

`ranking` is the area under the ROC curve of the column alone. `direction` cuts the values into up
to ten intervals of like size and looks at the bad rate from one to the next. It proposes one only
if the Cochran-Armitage trend is clear (|z| of 3 or more), a sign test over the steps agrees
(probability under no trend at most 0.10; with fewer than four steps all must agree), and no single
step runs clearly against it. Otherwise there is none: a wrong constraint harms more than none.
"""

import math
from dataclasses import dataclass

import numpy as np

from ml.columns import Array

INTERVALS = 10
LEAST_ROWS = 30
CLEAR_Z = 3.0
AGAINST_Z = 2.0
MOST_CHANCE = 0.10


@dataclass(frozen=True, slots=True)
class Direction:
    """`higher`: a higher value raises risk. `steps` of `all_steps` go that way."""

    way: str
    steps: int
    all_steps: int
    first: float
    last: float


def ranking(values: Array, bad: Array) -> float:
    """AUC of n values against n outcomes (bool), ties counting half; 0.5 where it cannot be."""
    bads = int(bad.sum())
    goods = len(bad) - bads
    if not bads or not goods:
        return 0.5
    _, codes, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2.0
    total = float(ranks[codes][bad].sum())
    return (total - bads * (bads + 1) / 2.0) / (bads * goods)


def category_ranking(codes: Array, bad: Array) -> float:
    """AUC of categories ordered by their bad rate, each rate learnt on the other half of the rows.

    Rates are drawn to the mean by 20 rows; learnt on the same rows, rare categories would rank
    themselves.
    """
    size = int(codes.max()) + 1 if len(codes) else 1
    even = np.arange(len(codes)) % 2 == 0
    score = np.empty(len(codes), float)
    for learnt, judged in ((even, ~even), (~even, even)):
        rows = np.bincount(codes[learnt], minlength=size)
        bads = np.bincount(codes[learnt], weights=bad[learnt], minlength=size)
        mean = float(bad[learnt].mean()) if learnt.any() else 0.0
        score[judged] = ((bads + 20 * mean) / (rows + 20))[codes[judged]]
    return ranking(score, bad)


def direction(values: Array, bad: Array) -> Direction | None:
    """The direction of risk over n values and outcomes, None where it is not clear."""
    rows, bads = _by_interval(values, bad)
    if len(rows) < 3:
        return None
    rates = bads / rows
    z = trend(rows, bads)
    if abs(z) < CLEAR_Z:
        return None
    sign = 1 if z > 0 else -1
    steps = np.sign(np.diff(rates)) * sign
    going, all_steps = int((steps > 0).sum()), int((steps != 0).sum())
    if not _agreed(going, all_steps) or _against(rows, bads, sign):
        return None
    way = "higher" if sign > 0 else "lower"
    return Direction(way, going, all_steps, float(rates[0]), float(rates[-1]))


def _by_interval(values: Array, bad: Array) -> tuple[Array, Array]:
    """Rows and bads per interval, from the lowest; equal values stay together."""
    most = max(2, min(INTERVALS, len(values) // LEAST_ROWS))
    edges = np.unique(np.quantile(values, np.linspace(0, 1, most + 1)[1:-1]))
    places = np.searchsorted(edges, values, side="left")
    rows = np.bincount(places, minlength=len(edges) + 1)
    bads = np.bincount(places, weights=bad, minlength=len(edges) + 1)
    kept = rows > 0
    return rows[kept].astype(float), bads[kept]


def trend(rows: Array, bads: Array) -> float:
    """The Cochran-Armitage trend's z over intervals scored 0, 1, 2, ..."""
    total, share = rows.sum(), bads.sum() / rows.sum()
    score = np.arange(len(rows), dtype=float)
    mean = (rows * score).sum() / total
    variance = share * (1 - share) * (rows * (score - mean) ** 2).sum()
    if variance <= 0:
        return 0.0
    return float((score * (bads - rows * share)).sum() / math.sqrt(variance))


def _agreed(going: int, steps: int) -> bool:
    if steps < 4:
        return going == steps > 0
    chance = sum(math.comb(steps, k) for k in range(going, steps + 1)) / 2.0**steps
    return chance <= MOST_CHANCE


def _against(rows: Array, bads: Array, sign: int) -> bool:
    """Whether some step runs clearly against the direction."""
    rates = bads / rows
    pooled = (bads[1:] + bads[:-1]) / (rows[1:] + rows[:-1])
    error = np.sqrt(np.maximum(pooled * (1 - pooled), 1e-12) * (1 / rows[1:] + 1 / rows[:-1]))
    return bool((np.diff(rates) * sign / error < -AGAINST_Z).any())
