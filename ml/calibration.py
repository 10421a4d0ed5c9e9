"""Making log-odds mean what they say.

A model's raw log-odds are stretched or squeezed by regularisation and by overfitting. A
calibration is fitted on held-out folds, never on the rows the model has learnt from. Which one is
chosen by cross-validation among four:

- none: the log-odds are taken at their word;
- platt (Platt 1999): `logit(PD) = intercept + slope * log_odds`;
- beta (Kull, Silva Filho, Flach 2017): `logit(PD) = c + a ln p - b ln(1 - p)`, where p is the
  probability before calibration; a and b may differ, so each end bends on its own;
- isotonic (Zadrozny, Elkan 2002): the closest PD that never falls; it overfits small data.

Points are always scaled by the straight part, so that points to double the odds mean the same
whatever the method; what a bend adds stands in the PD table by points.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from ml.scaling import PPM, PdSteps, Scaling, merged_steps

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Method = Literal["none", "platt", "beta", "isotonic"]
METHODS: tuple[Method, ...] = get_args(Method)
"""Simplest first: the first of equals is chosen."""
CHOOSING_FOLDS = 5
ISOTONIC_NEEDS = 500
"""With fewer goods or bads isotonic regression follows noise and is not tried."""


@dataclass(frozen=True, slots=True)
class Straight:
    """logit(PD) = intercept + slope * log_odds, with log_odds of being bad."""

    intercept: float
    slope: float

    def __call__(self, log_odds: npt.ArrayLike) -> Floats:
        return self.intercept + self.slope * np.asarray(log_odds, dtype=np.float64)

    def back(self, calibrated: npt.ArrayLike) -> Floats:
        """The log-odds before, of log-odds after."""
        return (np.asarray(calibrated, dtype=np.float64) - self.intercept) / self.slope


@dataclass(frozen=True, slots=True)
class Beta:
    """logit(PD) = c + a ln p - b ln(1 - p), a and b not negative."""

    a: float
    b: float
    c: float

    def __call__(self, log_odds: Floats) -> Floats:
        """PD of n log-odds."""
        return probability(_logarithms(log_odds) @ np.array([self.c, self.a, self.b]))


@dataclass(frozen=True, slots=True)
class Isotonic:
    """PD by knots of log-odds, straight between them and flat beyond; neither ever falls."""

    log_odds: tuple[float, ...]
    pd: tuple[float, ...]

    def __call__(self, log_odds: Floats) -> Floats:
        """PD of n log-odds."""
        found: Floats = np.interp(log_odds, self.log_odds, self.pd)
        return found


@dataclass(frozen=True, slots=True)
class Calibration:
    """From raw log-odds of being bad to a PD. Without a bend the straight part is all."""

    method: Method
    straight: Straight
    bend: Beta | Isotonic | None = None

    def pd(self, log_odds: npt.ArrayLike) -> Floats:
        """Probability of being bad, shape (n,), of n log-odds before calibration."""
        values = np.asarray(log_odds, dtype=np.float64)
        return probability(self.straight(values)) if self.bend is None else self.bend(values)

    def pd_steps(self, scaling: Scaling, lowest: int, highest: int) -> PdSteps:
        """PD (ppm) by points from `lowest` to `highest`, both included; it never rises.

        Without a bend it is the scale's own, in decimal arithmetic.
        """
        if self.bend is None:
            return scaling.pd_steps(lowest, highest)
        points = np.arange(lowest, highest + 1)
        raw = self.straight.back((scaling.offset - points) / scaling.factor)
        pd_ppm = np.clip(np.rint(self.bend(raw) * PPM), 1, PPM - 1).astype(np.int64)
        falling = np.minimum.accumulate(pd_ppm)
        return merged_steps(list(zip(points.tolist(), falling.tolist(), strict=True)))


def probability(log_odds: npt.ArrayLike) -> Floats:
    """Probability of being bad from log-odds, without overflow."""
    values = np.asarray(log_odds, dtype=np.float64)
    tail = np.exp(-np.abs(values))
    return np.where(values >= 0, 1 / (1 + tail), tail / (1 + tail))


def fit_platt(
    log_odds: npt.ArrayLike,
    target: npt.ArrayLike,
    sample_weight: npt.ArrayLike | None = None,
    steps: int = 50,
) -> Straight:
    """Maximum likelihood by Newton's method on n log-odds and n outcomes (1 = bad).

    Outcomes are softened as Platt proposes, so that separable data stays finite. Raises
    ValueError where higher log-odds do not go with more bads: such a model has learnt nothing.
    """
    scores = np.asarray(log_odds, dtype=np.float64)
    inputs = np.column_stack([np.ones_like(scores), scores])
    weights = _likeliest(inputs, target, sample_weight, steps)
    if not weights[1] > 0:
        raise ValueError("the scores do not rise with the bad rate on held-out folds")
    return Straight(float(weights[0]), float(weights[1]))


def fit_calibration(
    method: Method,
    log_odds: npt.ArrayLike,
    bad: npt.ArrayLike,
    sample_weight: npt.ArrayLike | None = None,
) -> Calibration:
    """Fit one method on n held-out log-odds and n outcomes (1 = bad).

    Raises ValueError as `fit_platt` does, but for `none`, which looks at nothing.
    """
    if method == "none":
        return Calibration(method, Straight(0.0, 1.0))
    values = np.asarray(log_odds, dtype=np.float64)
    straight = fit_platt(values, bad, sample_weight)
    bends: dict[Method, Callable[..., Beta | Isotonic]] = {"beta": _beta, "isotonic": _isotonic}
    bend = bends[method](values, bad, sample_weight) if method in bends else None
    return Calibration(method, straight, bend)


def choose_calibration(
    log_odds: npt.ArrayLike, bad: npt.ArrayLike, *, seed: int
) -> tuple[Calibration, dict[str, dict[str, float | str]]]:
    """The method with the smallest cross-validated log-loss, fitted on all n rows, and the table.

    The table gives log-loss and Brier score by method, or why it was not tried. Raises
    ValueError where higher log-odds do not go with more bads.
    """
    values, outcome = np.asarray(log_odds, dtype=np.float64), np.asarray(bad).astype(np.int64)
    fit_platt(values, outcome)
    fold = _folds(outcome, seed)
    table: dict[str, dict[str, float | str]] = {}
    losses: dict[Method, float] = {}
    for method in METHODS:
        if method == "isotonic" and min(outcome.sum(), (1 - outcome).sum()) < ISOTONIC_NEEDS:
            table[method] = {"refused": f"fewer than {ISOTONIC_NEEDS} goods or bads"}
            continue
        try:
            pd = _held_out_pd(method, values, outcome, fold)
        except ValueError as error:
            table[method] = {"refused": str(error)}
            continue
        losses[method] = _log_loss(outcome, pd)
        table[method] = {"log_loss": losses[method], "brier": float(((pd - outcome) ** 2).mean())}
    chosen = min(losses, key=lambda method: round(losses[method], 6))
    return fit_calibration(chosen, values, outcome), table


def _held_out_pd(method: Method, log_odds: Floats, bad: Ints, fold: Ints) -> Floats:
    pd = np.empty(bad.size)
    for number in range(CHOOSING_FOLDS):
        here = fold == number
        pd[here] = fit_calibration(method, log_odds[~here], bad[~here]).pd(log_odds[here])
    return pd


def _folds(bad: Ints, seed: int) -> Ints:
    """The fold of each row, goods and bads spread evenly."""
    chance = np.random.default_rng(seed)
    fold = np.empty(bad.size, dtype=np.int64)
    for outcome in (0, 1):
        rows = chance.permutation(np.flatnonzero(bad == outcome))
        fold[rows] = np.arange(rows.size) % CHOOSING_FOLDS
    return fold


def _log_loss(bad: Ints, pd: Floats) -> float:
    likely = np.clip(np.where(bad == 1, pd, 1 - pd), 1e-15, 1)
    return float(-np.log(likely).mean())


def _beta(log_odds: Floats, bad: npt.ArrayLike, sample_weight: npt.ArrayLike | None) -> Beta:
    """As its authors fit it: what would come out negative is held at nought."""
    inputs = _logarithms(log_odds)
    free = [0, 1, 2]
    weights = _likeliest(inputs, bad, sample_weight)
    if weights[1:].min() < 0:
        free.remove(1 + int(weights[1:].argmin()))
        weights = np.zeros(3)
        weights[free] = _likeliest(inputs[:, free], bad, sample_weight)
    return Beta(a=float(weights[1]), b=float(weights[2]), c=float(weights[0]))


def _logarithms(log_odds: Floats) -> Floats:
    """1, ln p and -ln(1 - p) of n log-odds, shape (n, 3), without overflow."""
    values = np.asarray(log_odds, dtype=np.float64)
    ones = np.ones_like(values)
    return np.stack([ones, -np.logaddexp(0, -values), np.logaddexp(0, values)], axis=-1)


def _isotonic(
    log_odds: Floats, bad: npt.ArrayLike, sample_weight: npt.ArrayLike | None
) -> Isotonic:
    """Pooled adjacent violators; no PD is nearer to 0 or 1 than one loan more would put it."""
    from sklearn.isotonic import isotonic_regression  # what serves never fits

    outcome, weight = np.asarray(bad, dtype=np.float64), _weights(sample_weight, log_odds.size)
    knots, where = np.unique(log_odds, return_inverse=True)
    heavy = np.bincount(where, weights=weight)
    rates = np.bincount(where, weights=weight * outcome) / heavy
    least = 1 / (log_odds.size + 2)
    pd = np.clip(isotonic_regression(rates, sample_weight=heavy), least, 1 - least)
    edge = np.flatnonzero(np.diff(pd))
    kept = np.unique(np.concatenate([[0], edge, edge + 1, [knots.size - 1]]))
    return Isotonic(tuple(knots[kept].tolist()), tuple(pd[kept].tolist()))


def _likeliest(
    inputs: Floats, target: npt.ArrayLike, sample_weight: npt.ArrayLike | None, steps: int = 50
) -> Floats:
    """Weights of a logistic regression on (n, k) inputs, by Newton's method with halved steps."""
    weight = _weights(sample_weight, inputs.shape[0])
    softened = _softened(np.asarray(target), weight)

    def loss(weights: Floats) -> float:
        log_odds = inputs @ weights
        return float(weight @ (np.logaddexp(0, log_odds) - softened * log_odds))

    found = np.zeros(inputs.shape[1])
    for _ in range(steps):
        pd = probability(inputs @ found)
        gradient = inputs.T @ (weight * (pd - softened))
        curved = (inputs * (weight * pd * (1 - pd))[:, None]).T @ inputs
        step = np.linalg.solve(curved + 1e-9 * np.eye(found.size), gradient)
        while loss(found - step) > loss(found) and np.abs(step).max() > 1e-10:
            step = step / 2
        found = found - step
        if np.abs(step).max() < 1e-10:
            break
    return found


def _softened(target: npt.NDArray[np.generic], weight: Floats) -> Floats:
    bad = target.astype(bool)
    bads, goods = math.fsum(weight[bad]), math.fsum(weight[~bad])
    return np.where(bad, (bads + 1) / (bads + 2), 1 / (goods + 2))


def _weights(sample_weight: npt.ArrayLike | None, rows: int) -> Floats:
    if sample_weight is None:
        return np.ones(rows)
    return np.asarray(sample_weight, dtype=np.float64)
