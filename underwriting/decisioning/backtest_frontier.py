"""Cut-off frontiers: what approving from ever more points upwards would do, other rules kept.

Only applications that no rule but the score's objects to take part. Where the policies stand is
marked by their own figures, not by a cut-off, since theirs differ by more than one number.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.economics import Economics
from ml.fairness import LEAST, LEAST_EVENTS
from underwriting.decisioning.backtest_money import Ends, Lending, ppm, worth_of
from underwriting.decisioning.backtest_past import Past
from underwriting.decisioning.decided import APPROVE, NO_TERM, Decided

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
MOST_CUTS = 40


def eligible(candidate: Decided, past: Past) -> Mask:
    """Whom the score alone decides on."""
    free: Mask = candidate.without_score == APPROVE
    return free & candidate.scored & (past.amount > 0)


def cuts_of(candidate: Decided, past: Past) -> Ints:
    """At most forty cut-offs, at equal shares of the eligible."""
    points = candidate.points[eligible(candidate, past)]
    if not points.size:
        return np.zeros(0, np.int64)
    places = np.quantile(points, np.linspace(0, 1, MOST_CUTS), method="inverted_cdf")
    cuts: Ints = np.unique(places).astype(np.int64)
    return cuts


def frontier(
    candidate: Decided, past: Past, ends: Ends, economics: Economics
) -> list[dict[str, Any]]:
    """For each cut-off approval rate, loss rate, bad rate (ppm) and profit (minor units)."""
    rows = np.flatnonzero(eligible(candidate, past))
    rates = candidate.quoted_ppm[rows]
    dearest = int(candidate.quoted_ppm.max(initial=0))
    asked = Lending(
        np.ones(len(rows), bool),
        past.amount[rows],
        np.where(past.term[rows] > 0, past.term[rows], NO_TERM),
        np.where(rates > 0, rates, dearest),
    )
    worth, bad = worth_of(asked, economics), ends.bad[rows]
    each = np.vstack(
        [
            np.ones(len(rows)),
            bad,
            bad * worth.lost,
            asked.amount,
            bad * worth.if_bad + (1 - bad) * worth.if_good,
        ]
    )
    cuts = cuts_of(candidate, past)
    sums = _from_above(candidate.points[rows], each, cuts)
    cases = economics.cost_per_case * past.rows
    return [
        {
            "points": cut,
            "approved": round(count),
            "approval_rate_ppm": ppm(count, past.rows),
            "bad_rate_ppm": ppm(bads, count),
            "loss_rate_ppm": ppm(lost, lent),
            "profit": round(profit - cases),
        }
        for cut, (count, bads, lost, lent, profit) in zip(cuts.tolist(), sums.T, strict=True)
    ]


def fairness_frontier(
    candidate: Decided, past: Past, attributes: Mapping[str, Mapping[str, Mask]]
) -> list[dict[str, Any]]:
    """For each cut-off the lowest adverse impact ratio of any attribute's groups (ppm), or None."""
    allowed, cuts = eligible(candidate, past), cuts_of(candidate, past)
    lowest = np.full(len(cuts), np.inf)
    for groups in attributes.values():
        sized = [rows for rows in groups.values() if int(rows.sum()) >= LEAST]
        if len(sized) < 2:
            continue
        found = np.vstack([_counts(candidate.points[rows & allowed], cuts) for rows in sized])
        rates = found / np.array([[rows.sum()] for rows in sized])
        best = rates.max(axis=0)
        told = (found >= LEAST_EVENTS) & (best > 0)
        ratios = np.where(told, rates / np.where(best > 0, best, 1), np.inf)
        lowest = np.minimum(lowest, ratios.min(axis=0))
    return [
        {"points": cut, "ratio_ppm": None if np.isinf(low) else round(low * 1_000_000)}
        for cut, low in zip(cuts.tolist(), lowest.tolist(), strict=True)
    ]


def _from_above(points: Ints, each: Floats, cuts: Ints) -> Floats:
    """Sums of every quantity over the rows at or above each cut-off: shape (quantities, cuts)."""
    order = np.argsort(points, kind="stable")
    totals = np.concatenate(
        [np.cumsum(each[:, order][:, ::-1], axis=1)[:, ::-1], np.zeros((len(each), 1))], axis=1
    )
    return np.asarray(totals[:, np.searchsorted(points[order], cuts, side="left")])


def _counts(points: Ints, cuts: Ints) -> Ints:
    counts: Ints = points.size - np.searchsorted(np.sort(points), cuts, side="left")
    return counts


def marks(sides: Mapping[str, Mapping[str, Any]], rows: int) -> Sequence[dict[str, Any]]:
    """Where both policies stand: the same figures, of what they really offer."""
    return [
        {
            "name": name,
            "approval_rate_ppm": ppm(money["loans"], rows),
            "loss_rate_ppm": money["loss_rate_ppm"],
            "profit": money["profit"],
        }
        for name, money in sides.items()
    ]
