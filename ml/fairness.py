"""How a cut-off and its PDs treat groups of people, each figure with n and an interval.

Every measure compares a group with the reference: the group that is approved most often among
those large enough to say so (29 CFR 1607.4(D), the four-fifths rule). A measure of fewer than
`LEAST` applications in either group, or of fewer than `LEAST_EVENTS` in a cell that it divides by,
is "insufficient data" and never "passed". None of this enters a decision.

Sources: Katz et al. 1978 for the interval of a ratio (log method); Newcombe 1998, method 10, for
that of a difference of shares; Hedges and Olkin 1985 for the standardised mean difference; Hardt,
Price and Srebro 2016 for equal opportunity; Wilson 1927 for the share observed bad.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.columns import Column
from ml.metrics import Interval, share_interval

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

LEAST = 30
LEAST_EVENTS = 5
FOUR_FIFTHS = 0.8
AGES = (25, 40, 62)
UNKNOWN = "unknown"
INSUFFICIENT = "insufficient data"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure about a group: `estimate` None is insufficient data. `n` is the group's, `of`
    the reference's (0 where there is none)."""

    n: int
    of: int
    estimate: Interval | None

    def document(self) -> dict[str, Any]:
        known = self.estimate
        if known is None:
            gap = dict.fromkeys(("value", "low", "high"))
            return {"n": self.n, "of": self.of, **gap, "note": INSUFFICIENT}
        value = {"value": known.value, "low": known.low, "high": known.high}
        return {"n": self.n, "of": self.of, **value}


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """n applications as one model judged them: points, PD, whether approved, how they ended."""

    points: Ints
    pd: Floats
    approved: Mask
    bad: Mask


def ratio_interval(
    found: int, of: int, found_reference: int, of_reference: int, confidence: float = 0.95
) -> Interval:
    """The ratio of two shares with the log interval of Katz et al. (1978)."""
    if min(found, found_reference) < 1:
        raise ValueError("the logarithm of no approvals does not exist")
    ratio = (found / of) / (found_reference / of_reference)
    spread = math.sqrt(1 / found - 1 / of + 1 / found_reference - 1 / of_reference)
    reach = math.exp(_z(confidence) * spread)
    return Interval(ratio, ratio / reach, ratio * reach)


def difference_interval(
    found: int, of: int, found_reference: int, of_reference: int, confidence: float = 0.95
) -> Interval:
    """The difference of two shares with Newcombe's hybrid score interval (1998, method 10)."""
    one = share_interval(found, of, confidence)
    other = share_interval(found_reference, of_reference, confidence)
    value = one.value - other.value
    below = math.hypot(one.value - one.low, other.high - other.value)
    above = math.hypot(one.high - one.value, other.value - other.low)
    return Interval(value, value - below, value + above)


def adverse_impact_ratio(approved: Mask, group: Mask, reference: Mask) -> Measure:
    """Share approved in the group to that in the reference; below 0.8 is adverse impact."""
    n, of = int(group.sum()), int(reference.sum())
    found, found_reference = int(approved[group].sum()), int(approved[reference].sum())
    if min(n, of) < LEAST or min(found, found_reference) < LEAST_EVENTS:
        return Measure(n, of, None)
    return Measure(n, of, ratio_interval(found, n, found_reference, of))


def standardised_mean_difference(values: Floats, group: Mask, reference: Mask) -> Measure:
    """The gap of mean values in pooled standard deviations, with the interval of Hedges and Olkin.

    Negative: the group has the lower values.
    """
    n, of = int(group.sum()), int(reference.sum())
    if min(n, of) < LEAST:
        return Measure(n, of, None)
    one, other = values[group], values[reference]
    pooled = math.sqrt(
        ((n - 1) * float(one.var(ddof=1)) + (of - 1) * float(other.var(ddof=1))) / (n + of - 2)
    )
    if pooled == 0:
        return Measure(n, of, None)
    gap = (float(one.mean()) - float(other.mean())) / pooled
    reach = _z(0.95) * math.sqrt((n + of) / (n * of) + gap * gap / (2 * (n + of)))
    return Measure(n, of, Interval(gap, gap - reach, gap + reach))


def equal_opportunity_difference(
    approved: Mask, bad: Mask, group: Mask, reference: Mask
) -> Measure:
    """Share approved among those who turned out good, the group's less the reference's."""
    good, good_reference = group & ~bad, reference & ~bad
    n, of = int(good.sum()), int(good_reference.sum())
    if min(n, of) < LEAST:
        return Measure(n, of, None)
    found, found_reference = int(approved[good].sum()), int(approved[good_reference].sum())
    return Measure(n, of, difference_interval(found, n, found_reference, of))


def calibration_in_group(pd: Floats, bad: Mask, group: Mask) -> Measure:
    """Share observed bad less mean PD: above 0, the group is riskier than the model says."""
    n, bads = int(group.sum()), int(bad[group].sum())
    if n < LEAST or min(bads, n - bads) < LEAST_EVENTS:
        return Measure(n, 0, None)
    observed, expected = share_interval(bads, n), float(pd[group].mean())
    ends = (observed.value - expected, observed.low - expected, observed.high - expected)
    return Measure(n, 0, Interval(*ends))


def groups_of(column: Column, *, basis: str = "", digits: int = 0) -> dict[str, Mask]:
    """A protected column as named groups of rows; rows without a value are left out.

    Ages are cut at 25, 40 and 62 (Regulation B calls 62 elderly), other numbers at quartiles.
    """
    known = ~column.null
    if column.categories is not None:
        named = enumerate(column.categories)
        return _present((name, known & (column.values == code)) for code, name in named)
    if column.values.dtype == bool:
        return _present(
            [("yes", known & column.values), ("no", known & ~column.values)],
        )
    if not known.any():
        return {}
    scale = 10**digits
    cuts: Sequence[float] = [age * scale for age in AGES]
    if basis != "age":
        cuts = sorted(set(np.quantile(column.values[known], (0.25, 0.5, 0.75)).tolist()))
    place = np.searchsorted(np.array(cuts, dtype=np.float64), column.values, side="right")
    names = _range_names([f"{cut / scale:g}" for cut in cuts])
    return _present((name, known & (place == at)) for at, name in enumerate(names))


def reference_of(groups: Mapping[str, Mask], approved: Mask) -> str | None:
    """The group approved most often among those of at least `LEAST`; None where there is none."""
    shares = {
        name: float(approved[rows].mean()) for name, rows in groups.items() if rows.sum() >= LEAST
    }
    return max(shares, key=lambda name: (shares[name], name)) if shares else None


def attribute_report(judged: Judged, groups: Mapping[str, Mask]) -> dict[str, Any]:
    """All measures of every group of one attribute, JSON-able."""
    reference = reference_of(groups, judged.approved)
    least = lowest_ratio(judged.approved, groups)
    return {
        "reference": reference,
        "lowest_ratio": None if least is None else least.document(),
        "groups": [
            _group_report(judged, name, rows)
            | ({} if name == reference else _gaps(judged, rows, groups.get(reference or "")))
            for name, rows in groups.items()
        ],
    }


def lowest_ratio(approved: Mask, groups: Mapping[str, Mask]) -> Measure | None:
    """The smallest adverse impact ratio that the data can tell; None where they tell none."""
    reference = reference_of(groups, approved)
    if reference is None:
        return None
    others = [
        adverse_impact_ratio(approved, rows, groups[reference])
        for name, rows in groups.items()
        if name != reference
    ]
    told = [(each.estimate.value, each) for each in others if each.estimate is not None]
    return min(told, key=lambda pair: pair[0])[1] if told else None


def _group_report(judged: Judged, name: str, rows: Mask) -> dict[str, Any]:
    return {
        "name": name,
        "n": int(rows.sum()),
        "approved": int(judged.approved[rows].sum()),
        "bad": int(judged.bad[rows].sum()),
        "calibration": calibration_in_group(judged.pd, judged.bad, rows).document(),
    }


def _gaps(judged: Judged, rows: Mask, reference: Mask | None) -> dict[str, Any]:
    """What sets a group apart from the reference."""
    if reference is None:
        return {}
    approved, bad, points = judged.approved, judged.bad, judged.points.astype(np.float64)
    opportunity = equal_opportunity_difference(approved, bad, rows, reference)
    return {
        "adverse_impact_ratio": adverse_impact_ratio(approved, rows, reference).document(),
        "standardised_mean_difference": standardised_mean_difference(
            points, rows, reference
        ).document(),
        "equal_opportunity_difference": opportunity.document(),
    }


def _present(named: Iterator[tuple[str, Mask]] | list[tuple[str, Mask]]) -> dict[str, Mask]:
    return {name: rows for name, rows in named if rows.any()}


def _range_names(cuts: Sequence[str]) -> list[str]:
    if not cuts:
        return ["all"]
    inner = [f"{low} to below {high}" for low, high in pairwise(cuts)]
    return [f"below {cuts[0]}", *inner, f"{cuts[-1]} and above"]


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf(0.5 + confidence / 2)
