"""What the accepted loans say about applicants who were declined and have no outcome.

A model is trained on whoever was accepted and then judges everybody. Two customary ways to put a
number on the declined, and the limits of what can be known at all:

- fuzzy augmentation: each declined applicant counts as a bad with the weight of the PD and as a
  good with the rest; the odds may be raised by a factor for what the old policy saw;
- parcelling: each band of points is given the accepted loans' bad rate of that band, raised by
  the same factor, and outcomes by lot in that share;
- bounds: without any assumption the bad rate lies between 0 and 1 (Manski 1989). That PD falls
  with points bounds it below by the accepted loans just above. That the odds of a declined
  applicant are at most `times_odds` the line fitted to the accepted bounds it above.

Neither of the first two adds information (Crook and Banasik 2004): that is why all are reported
side by side. Sources beside these: Hsia 1978 for augmentation, Siddiqi 2017 for parcelling,
Rosenbaum 2002 for bounds on odds.
"""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ml.calibration import probability
from ml.columns import Column, Frame

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

TIMES_ODDS: Final = 2.0
BANDS: Final = 10
LEAST_WINDOW: Final = 50
CONFIDENCE: Final = 0.95
NEWTON_STEPS: Final = 30


@dataclass(frozen=True, slots=True)
class Line:
    """logit(PD) = intercept + slope * points, with the covariance of the two estimates."""

    intercept: float
    slope: float
    covariance: tuple[tuple[float, float], tuple[float, float]]

    def log_odds(self, points: npt.ArrayLike) -> Floats:
        return self.intercept + self.slope * np.asarray(points, np.float64)

    def spread(self, points: npt.ArrayLike) -> Floats:
        """The standard error of the log-odds at these points."""
        values = np.asarray(points, np.float64)
        (one, both), (_, two) = self.covariance
        return np.sqrt(np.maximum(one + 2 * both * values + two * values**2, 0.0))


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between what the bad rate of the declined must lie: under falling PD alone, and with the
    odds bounded above as well."""

    low: float
    high: float
    high_of_odds: float

    def document(self) -> dict[str, Any]:
        return {
            "nothing_assumed": [0.0, 1.0],
            "pd_falls": [self.low, self.high],
            "odds_bounded": [min(self.low, self.high_of_odds), self.high_of_odds],
        }


@dataclass(frozen=True, slots=True, eq=False)
class Augmented:
    """Accepted and declined rows to learn from; `weights` say how much each counts."""

    frame: Frame
    bad: Ints
    weights: Floats


def line_of(points: Ints, bad: npt.ArrayLike, weights: Floats | None = None) -> Line:
    """The logistic line of n outcomes over their points, by Newton's method."""
    outcome = np.asarray(bad, np.float64)
    weight = np.ones(outcome.size) if weights is None else weights
    centre, scale = float(points.mean()), float(points.std()) or 1.0
    design = np.stack([np.ones(points.size), (points - centre) / scale], axis=1)
    found = np.zeros(2)
    information = np.eye(2)
    for _ in range(NEWTON_STEPS):
        chance = probability(design @ found)
        information = (design * (weight * chance * (1 - chance))[:, None]).T @ design
        information += 1e-9 * np.eye(2)
        step = np.linalg.solve(information, design.T @ (weight * (outcome - chance)))
        found = found + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9:
            break
    back = np.array([[1.0, -centre / scale], [0.0, 1 / scale]])
    (intercept, slope), around = back @ found, back @ np.linalg.inv(information) @ back.T
    pairs = ((float(around[0, 0]), float(around[0, 1])), (float(around[1, 0]), float(around[1, 1])))
    return Line(float(intercept), float(slope), pairs)


def bounds(
    points: Ints,
    bad: npt.ArrayLike,
    declined_points: Ints,
    *,
    times_odds: float = TIMES_ODDS,
    confidence: float = CONFIDENCE,
) -> Bounds:
    """Bounds of the share of the declined that would have gone bad, of n accepted loans.

    `points` and `bad` are of shape (n,), `declined_points` of shape (m,), on one scale where more
    is safer. Sampling error of the accepted, and chance among m declined, are inside.
    """
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    low = float(_least_rates(points, np.asarray(bad).astype(bool), declined_points, z).mean())
    line = line_of(points, bad)
    reach = z * line.spread(declined_points) + np.log(times_odds)
    high = float(probability(line.log_odds(declined_points) + reach).mean())
    chance = z / 2 / declined_points.size**0.5
    return Bounds(
        max(0.0, low - chance * 2 * (low * (1 - low)) ** 0.5),
        1.0,
        min(1.0, high + chance * 2 * (high * (1 - high)) ** 0.5),
    )


def _least_rates(points: Ints, bad: Mask, declined: Ints, z: float) -> Floats:
    """For each declined applicant the least bad rate (Wilson's lower limit) of the accepted loans
    next above in points, at least LEAST_WINDOW of them or a tenth."""
    order = np.argsort(points, kind="stable")
    bads = np.concatenate([[0], np.cumsum(bad[order])])
    wide = min(max(LEAST_WINDOW, points.size // BANDS), points.size)
    start = np.searchsorted(points[order], declined, side="left")
    start = np.minimum(start, points.size - wide)
    rate = (bads[start + wide] - bads[start]) / wide
    spread = z * z / wide
    middle = (rate + spread / 2) / (1 + spread)
    reach = z * np.sqrt(rate * (1 - rate) / wide + spread / (4 * wide)) / (1 + spread)
    return np.asarray(np.maximum(middle - reach, 0.0), dtype=np.float64)


def fuzzy_rates(pd: Floats, times_odds: float = 1.0) -> Floats:
    """The weight of each declined applicant as a bad: PD with its odds raised."""
    odds = np.clip(pd, 1e-6, 1 - 1e-6) / (1 - np.clip(pd, 1e-6, 1 - 1e-6)) * times_odds
    return np.asarray(odds / (1 + odds), dtype=np.float64)


def parcel_rates(
    points: Ints, bad: npt.ArrayLike, declined_points: Ints, times_odds: float = 1.0
) -> Floats:
    """The bad rate of each declined applicant's band of points among the accepted, odds raised.

    Bands hold a tenth of the accepted each; below the lowest, the lowest band's rate stands.
    """
    edges = np.unique(np.quantile(points, np.arange(1, BANDS) / BANDS))
    own = np.searchsorted(edges, points, side="right")
    loans = np.bincount(own, minlength=edges.size + 1)
    bads = np.bincount(own, weights=np.asarray(bad, np.float64), minlength=edges.size + 1)
    rates = (bads + 0.5) / (loans + 1)
    return fuzzy_rates(rates[np.searchsorted(edges, declined_points, side="right")], times_odds)


def fuzzy_augmented(
    frame: Frame, bad: Ints, declined: Frame, pd: Floats, times_odds: float = 1.0
) -> Augmented:
    """n accepted rows, and each of m declined ones twice: as a bad and as a good, by weight."""
    rates = fuzzy_rates(pd, times_odds)
    outcomes = np.concatenate([bad, np.ones(declined.rows, int), np.zeros(declined.rows, int)])
    weights = np.concatenate([np.ones(frame.rows), rates, 1 - rates])
    return Augmented(_stacked([frame, declined, declined]), outcomes.astype(np.int64), weights)


def parcelled(frame: Frame, bad: Ints, declined: Frame, rates: Floats, seed: int) -> Augmented:
    """n accepted rows, and m declined ones with outcomes drawn by lot in their bands' rates."""
    drawn = np.random.default_rng(seed).random(declined.rows) < rates
    outcomes = np.concatenate([bad, drawn.astype(np.int64)])
    return Augmented(_stacked([frame, declined]), outcomes, np.ones(outcomes.size))


def _stacked(frames: list[Frame]) -> Frame:
    """Rows of several frames one after the other; a column that one lacks is missing there."""
    names = frames[0].columns
    columns = {
        name: _joined([frame.columns.get(name) or Column.missing(frame.rows) for frame in frames])
        for name in names
    }
    return Frame(columns, sum(frame.rows for frame in frames))


def _joined(columns: list[Column]) -> Column:
    null = np.concatenate([column.null for column in columns])
    first = columns[0]
    if first.categories is None:
        return Column(
            np.concatenate([each.values.astype(first.values.dtype) for each in columns]), null
        )
    names = tuple(sorted({name for each in columns for name in each.categories or ()}))
    codes = {name: code for code, name in enumerate(names)}
    values = [
        np.array([*(codes[name] for name in each.categories or ()), -1], np.int32)[
            np.where(each.null, -1, each.values)
        ]
        for each in columns
    ]
    return Column(np.concatenate(values), null, names)
