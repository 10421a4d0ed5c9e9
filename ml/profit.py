"""What a cut-off earns: expected by the PDs, realised by the outcomes, on the same applications.

Money is in minor units, per application where it says so. Approved is who has at least as many
points as the cut-off. The cost of a case is spent on everyone, approved or not. Choose a cut-off
on loans that the model has not learnt from and judge it on others: `best` on training folds,
`simulated` on the held-out part.

Source: Verbraken, Bravo, Weber and Baesens 2014, "Development and application of consumer credit
scoring models using profit-based classification measures"; for the frontier Oliver and Wells 2001,
"Efficient frontier cutoff policies in credit portfolios".
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.columns import Frame
from ml.economics import PPM, Economics
from ml.fairness import LEAST, LEAST_EVENTS, Mask
from ml.metrics import mean_interval

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Attributes = Sequence[Mapping[str, Mask]]
"""Of each protected attribute its groups of applications."""

LIMITS = ("approval_floor", "loss_cap", "fairness_floor")


@dataclass(frozen=True, slots=True, eq=False)
class Portfolio:
    """n applications whose end is known, with what each would earn and lose. All shape (n,)."""

    points: Ints
    pd: Floats
    bad: Mask
    if_good: Floats
    if_bad: Floats
    lent: Floats
    losses: Floats
    cost_per_case: int = 0

    @property
    def realised(self) -> Floats:
        """What accepting each brought over refusing it."""
        return np.where(self.bad, self.if_bad, self.if_good)

    @property
    def expected(self) -> Floats:
        """What accepting each was expected to bring, by its PD."""
        return self.pd * self.if_bad + (1 - self.pd) * self.if_good


@dataclass(frozen=True, slots=True)
class CutOff:
    """What approving from `points` upwards does; `profit` and `expected` are per application.

    `loss_rate` is lost to lent, `ratio` the lowest adverse impact ratio (None: cannot be told).
    """

    points: int
    approved: int
    approval_rate: float
    bad_rate: float | None
    loss_rate: float | None
    profit: float
    expected: float
    ratio: float | None = None
    efficient: bool = False

    def document(self) -> dict[str, Any]:
        return asdict(self)


def portfolio(
    economics: Economics,
    *,
    points: Ints,
    pd_ppm: Ints,
    bad: npt.ArrayLike,
    frame: Frame,
    amounts: Ints | None = None,
) -> Portfolio:
    """n scored applications with the lender's economics; `bad` is n outcomes, 1 = bad."""
    lent = economics.amounts(frame, amounts)
    return Portfolio(
        points=np.asarray(points, np.int64),
        pd=np.asarray(pd_ppm, np.float64) / PPM,
        bad=np.asarray(bad).astype(bool),
        if_good=economics.if_good(frame, amounts),
        if_bad=economics.if_bad(frame, amounts),
        lent=lent.astype(np.float64),
        losses=economics.losses(lent),
        cost_per_case=economics.cost_per_case,
    )


def frontier(found: Portfolio, attributes: Attributes = ()) -> list[CutOff]:
    """Every cut-off that makes a difference, from approving all to approving the safest alone.

    `efficient` are those for which no other earns as much and approves more.
    """
    cuts, rank = np.unique(found.points, return_inverse=True)
    size = cuts.size
    approved = _from_above(np.ones(found.points.size), rank, size)
    bads = _from_above(found.bad, rank, size)
    profit = _from_above(found.realised, rank, size) / rank.size - found.cost_per_case
    expected = _from_above(found.expected, rank, size) / rank.size - found.cost_per_case
    lost = _from_above(np.where(found.bad, found.losses, 0.0), rank, size)
    lent = _from_above(found.lent, rank, size)
    ratios = lowest_ratios(found.points, attributes, cuts)
    best_above = np.maximum.accumulate(np.concatenate([[-np.inf], profit]))[:-1]
    return [
        CutOff(
            points=int(cuts[at]),
            approved=int(approved[at]),
            approval_rate=float(approved[at] / rank.size),
            bad_rate=float(bads[at] / approved[at]),
            loss_rate=float(lost[at] / lent[at]) if lent[at] else None,
            profit=float(profit[at]),
            expected=float(expected[at]),
            ratio=None if np.isnan(ratios[at]) else float(ratios[at]),
            efficient=bool(profit[at] > best_above[at]),
        )
        for at in range(size)
    ]


def lowest_ratios(points: Ints, attributes: Attributes, cuts: Ints) -> Floats:
    """The lowest adverse impact ratio of any attribute's groups at each cut-off; NaN: too few.

    The same rule as `ml.fairness.lowest_ratio`, for all cut-offs at once: shape (c,).
    """
    lowest = np.full(cuts.size, np.nan)
    for groups in attributes:
        sized = [rows for rows in groups.values() if rows.sum() >= LEAST]
        if len(sized) < 2:
            continue
        found = np.array([_approved_at(points[rows], cuts) for rows in sized], np.float64)
        rates = found / np.array([[rows.sum()] for rows in sized])
        reference = rates.argmax(axis=0)
        at = np.arange(cuts.size)
        told = (found >= LEAST_EVENTS) & (found[reference, at] >= LEAST_EVENTS)
        told[reference, at] = False
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = np.where(told, rates / rates[reference, at], np.inf).min(axis=0)
        lowest = np.fmin(lowest, np.where(np.isinf(ratios), np.nan, ratios))
    return lowest


def with_ratios(cuts: Sequence[CutOff], ratios: Floats) -> list[CutOff]:
    """The same cut-offs with adverse impact ratios measured elsewhere, (c,), NaN where unknown."""
    pairs = zip(cuts, ratios.tolist(), strict=True)
    return [replace(cut, ratio=None if np.isnan(ratio) else ratio) for cut, ratio in pairs]


def broken_limits(cut: CutOff, economics: Economics) -> tuple[str, ...]:
    """Which of the lender's limits a cut-off breaks. A ratio that cannot be told keeps no floor."""
    floor, cap, fair = (
        economics.approval_floor_ppm, economics.loss_cap_ppm, economics.fairness_floor_ppm,
    )  # fmt: skip
    broken = (
        floor is not None and cut.approval_rate < floor / PPM,
        cap is not None and (cut.loss_rate or 0) > cap / PPM,
        fair is not None and (cut.ratio is None or cut.ratio < fair / PPM),
    )
    return tuple(name for name, is_broken in zip(LIMITS, broken, strict=True) if is_broken)


def best(cuts: Sequence[CutOff], economics: Economics) -> CutOff | None:
    """The cut-off that earns most within the limits, the lower of two; None where none keeps them.

    Where no ratio can be told at any cut-off, the fairness floor cannot be asked for: whoever
    reports must say so. None also where every loan loses money and nothing obliges the lender to
    lend: then the most profitable is to refuse everyone.
    """
    asked = economics
    if all(cut.ratio is None for cut in cuts):
        asked = economics.model_copy(update={"fairness_floor_ppm": None})
    kept = [cut for cut in cuts if not broken_limits(cut, asked)]
    if not kept:
        return None
    found = max(kept, key=lambda cut: (cut.profit, cut.approved))
    lends_at_a_loss = found.profit < -economics.cost_per_case
    return None if lends_at_a_loss and economics.approval_floor_ppm is None else found


def at_cut_off(cuts: Sequence[CutOff], points: int) -> CutOff | None:
    """What a cut-off chosen elsewhere does here; None where it approves nobody."""
    return next((cut for cut in cuts if cut.points >= points), None)


def simulated(found: Portfolio, strategies: Mapping[str, Mask]) -> list[dict[str, Any]]:
    """Whether the lender would have made or lost money with each way to decide, JSON-able."""
    return [_strategy(found, name, approved) for name, approved in strategies.items()]


def earned_by_rank(found: Portfolio, most: int = 60) -> list[tuple[float, float]]:
    """(share approved, profit in total) as ever riskier applications are approved, `most` points.

    Starts with nobody: then the cases alone cost.
    """
    order = np.argsort(-found.points, kind="stable")
    total = np.concatenate([[0.0], np.cumsum(found.realised[order])])
    total -= found.cost_per_case * order.size
    places = np.unique(np.linspace(0, order.size, most).round().astype(int))
    return [(float(at / order.size), float(total[at])) for at in places]


def _strategy(found: Portfolio, name: str, approved: Mask) -> dict[str, Any]:
    each = np.where(approved, found.realised, 0.0) - found.cost_per_case
    mean = mean_interval(each)
    lent = float(found.lent[approved].sum())
    lost = float(found.losses[approved & found.bad].sum())
    return {
        "name": name,
        "applications": int(approved.size),
        "approved": int(approved.sum()),
        "bad_approved": int((approved & found.bad).sum()),
        "good_refused": int((~approved & ~found.bad).sum()),
        "lent": lent,
        "lost": lost,
        "loss_rate": lost / lent if lent else None,
        "profit": float(each.sum()),
        "per_application": mean.value,
        "low": mean.low,
        "high": mean.high,
    }


def _from_above(values: npt.ArrayLike, rank: Ints, size: int) -> Floats:
    """Sums of all rows at or above each distinct number of points."""
    each = np.bincount(rank, weights=np.asarray(values, np.float64), minlength=size)
    return np.asarray(np.cumsum(each[::-1])[::-1], dtype=np.float64)


def _approved_at(points: Ints, cuts: Ints) -> Ints:
    below: Ints = np.searchsorted(np.sort(points), cuts, side="left").astype(np.int64)
    return points.size - below
