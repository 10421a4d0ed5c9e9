"""Tests that may be looked at every day: evidence that stays honest however often one looks.

An e-process E_1, E_2, ... is worth at most 1 on average under the null hypothesis whenever one
stops, so it reaches 1/alpha with probability at most alpha (Ville 1939; Ramdas, Grünwald, Vovk,
Shafer, *Game-theoretic Statistics and Safe Anytime-valid Inference*, 2023).

**Drift** of one input's or the score's bins. Under the null today's rows fall into the bins with
probabilities p that the reference, a sample of m rows itself, is a sample of too. p is unknown,
so the denominator is the best p inside the reference's likelihood region {p: m KL(q|p) <= rho}:

    E = integral of L(p) dPrior(p)  /  max over the region of L(p)

which is an e-process whenever the true p lies in the region. Drift begins at an unknown day, so
the e-processes of all start days are added up to an e-detector (Shin, Ramdas, Rinaldo,
*E-detectors*, 2023): the sum of s of them is at most s on average, so with K inputs together, a
new one started every `EVERY_DAYS` days and a threshold of K * starts a year / budget, the
expected number of false alerts a year over all inputs is at most `budget`, however often one
looks. What the region leaves out (REGION_MISSES over all inputs, once for a model) comes on top.

**A challenger against the champion:** a bet on the mean of differences of loss, loan by loan,
each in [-1, 1] (Waudby-Smith, Ramdas, *Estimating Means of Bounded Random Variables by
Betting*, 2023).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtri, gammaln, logsumexp, xlogy

Floats = npt.NDArray[np.float64]

FALSE_ALERTS_A_YEAR = 0.5
"""Expected over all inputs of a product together; at most one is the promise."""
REGION_MISSES = 0.05
EVERY_DAYS = 7
STARTS_A_YEAR = 365 / EVERY_DAYS
CONCENTRATIONS = np.array([6.0, 25.0, 100.0, 400.0])
"""How far from the reference an alternative lies: PSI about (B - 1) / (concentration + 1)."""
MULTIPLIERS = np.concatenate([[0.0], 2.0 ** np.arange(-6, 5.01, 0.5)])


@dataclass(frozen=True, slots=True)
class DriftEvidence:
    """What the looks so far say of one input: the log of the e-detector and of its threshold."""

    log_e: float
    log_threshold: float

    @property
    def certain(self) -> bool:
        """Whether it is beyond chance at the promised rate of false alerts."""
        return self.log_e >= self.log_threshold


def log_threshold(inputs: int, budget: float = FALSE_ALERTS_A_YEAR) -> float:
    """ln of what the e-detector of each of `inputs` inputs must reach."""
    return float(np.log(inputs * STARTS_A_YEAR / budget))


def region_radius(bins: int, inputs: int) -> float:
    """rho: half the chi-square quantile of the likelihood region (Wilks 1938) for one input."""
    return float(chdtri(max(bins - 1, 1), REGION_MISSES / inputs)) / 2


def drift_evidence(
    reference: npt.ArrayLike,
    daily: npt.ArrayLike,
    inputs: int = 1,
    days: Sequence[int] | None = None,
) -> DriftEvidence:
    """Evidence against "nothing has drifted" after D days of counts.

    reference: (B,) counts of the model's baseline. daily: (D, B) counts since monitoring began
    or the last alert closed, oldest first. inputs: how many are watched together. days: a number
    for each day, 0 to D - 1 unless some are missing; a new e-process starts with each week of
    them, so whoever cuts old days off cuts at a week's beginning.
    """
    was = np.asarray(reference, dtype=np.float64)
    counted = np.asarray(daily, dtype=np.float64)
    weeks = np.asarray(days if days is not None else range(len(counted))) // EVERY_DAYS
    starts = np.flatnonzero(np.diff(weeks, prepend=weeks[0] - 1))
    since = np.cumsum(counted[::-1], axis=0)[::-1][starts]
    filled = (was > 0) | (since.sum(axis=0) > 0)
    found = log_evidence(was[filled], since[:, filled], inputs)
    return DriftEvidence(float(logsumexp(found)), log_threshold(inputs))


def log_evidence(reference: Floats, counts: Floats, inputs: int = 1) -> Floats:
    """ln E of counts (..., B) in one go, of shape (...)."""
    radius = region_radius(reference.size, inputs)
    return _log_mixture(reference, counts) - _log_best_null(reference, counts, radius)


def _log_mixture(reference: Floats, counts: Floats) -> Floats:
    """ln of the likelihood averaged over Dirichlet priors around the reference."""
    centre = (reference + 0.5) / (reference + 0.5).sum()
    total = CONCENTRATIONS.reshape(-1, *[1] * (counts.ndim - 1))
    prior = CONCENTRATIONS.reshape(-1, *[1] * counts.ndim) * centre
    gained = (gammaln(counts + prior) - gammaln(prior)).sum(axis=-1)
    found = gained + gammaln(total) - gammaln(total + counts.sum(axis=-1))
    return np.asarray(logsumexp(found, axis=0) - np.log(CONCENTRATIONS.size), dtype=np.float64)


def _log_best_null(reference: Floats, counts: Floats, radius: float) -> Floats:
    """An upper bound on the best log-likelihood inside the reference's region.

    Lagrange's dual: for every multiplier v >= 0 the best p is (counts + v reference) scaled to
    one, and its value bounds the maximum from above; the least over a grid is close to it, and
    a bound that is not tight only makes the evidence smaller.
    """
    m = reference.sum()
    floor = float(_xlogx(reference).sum() - m * np.log(m)) - radius
    weight = MULTIPLIERS.reshape(-1, *[1] * (counts.ndim - 1)) * counts.sum(axis=-1) / m
    mixed = counts + weight[..., None] * reference
    value = _xlogx(mixed).sum(axis=-1) - _xlogx(mixed.sum(axis=-1)) - weight * floor
    return np.asarray(value.min(axis=0), dtype=np.float64)


def _xlogx(x: Floats) -> Floats:
    return np.asarray(xlogy(x, x), dtype=np.float64)


BETS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
"""Shares of the wealth that are bet; the mixture is within ln 6 of the best of them."""


def log_wealth(differences: npt.ArrayLike, null: float = 0.0) -> Floats:
    """ln E after each of n differences in [-1, 1], against "their mean is at most `null`".

    A difference is the champion's loss less the challenger's on one loan (Brier loss, or pairs
    ranked wrongly): E grows while the challenger does better. Raises ValueError outside [-1, 1].
    """
    values = np.asarray(differences, dtype=np.float64)
    if values.size and np.abs(values).max() > 1:
        raise ValueError("differences lie in [-1, 1]")
    bets = np.array(BETS) / (1 + max(null, 0.0))
    grown = np.cumsum(np.log1p(bets[:, None] * (values - null)), axis=1)
    return np.asarray(logsumexp(grown, axis=0) - np.log(bets.size), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A challenger against the champion after n loans whose outcome is known.

    `mean` is the mean gain with a confidence interval that holds at every look; `better` and
    `worse` say whether the evidence has ever crossed 1/alpha.
    """

    n: int
    mean: float
    low: float
    high: float
    log_e: float
    better: bool
    worse: bool


def compared(differences: npt.ArrayLike, alpha: float = 0.05) -> Comparison:
    """The always-valid comparison; looked at daily, it errs with probability `alpha` in all."""
    values = np.asarray(differences, dtype=np.float64)
    if not values.size:
        return Comparison(0, 0.0, -1.0, 1.0, 0.0, better=False, worse=False)
    wealth, against = log_wealth(values), log_wealth(-values)
    low, high = confidence_sequence(values, alpha)
    line = np.log(1 / alpha)
    return Comparison(
        n=values.size,
        mean=float(values.mean()),
        low=low,
        high=high,
        log_e=float(wealth[-1]),
        better=bool(wealth.max() >= line),
        worse=bool(against.max() >= line),
    )


def confidence_sequence(differences: npt.ArrayLike, alpha: float = 0.05) -> tuple[float, float]:
    """An interval for the mean that holds at every look at once (1 - alpha), by inverting bets."""
    values = np.asarray(differences, dtype=np.float64)
    return -_upper(-values, alpha / 2), _upper(values, alpha / 2)


def _upper(values: Floats, alpha: float) -> float:
    """The least mean that bets on falling short of it have refuted, within 1/1000.

    Bisection: the wealth of betting below a mean rises with that mean.
    """
    low, high = -1.0, 1.0
    for _ in range(11):
        middle = (low + high) / 2
        if _refuted(values, middle, alpha):
            high = middle
        else:
            low = middle
    return high


def _refuted(values: Floats, mean: float, alpha: float) -> bool:
    bets = np.array(BETS) / 2
    grown = np.cumsum(np.log1p(bets[:, None] * (mean - values)), axis=1)
    wealth = logsumexp(grown, axis=0) - np.log(bets.size)
    return bool(wealth.max() >= np.log(1 / alpha))


SHIFTS = (-1.6, -0.8, -0.4, -0.2, 0.2, 0.4, 0.8, 1.6)
"""Of the log-odds; 0.4 is half as many bads again."""


def calibration_evidence(pd: npt.ArrayLike, bad: npt.ArrayLike, tolerance: float = 0.1) -> Floats:
    """ln E after each of n outcomes, against "the log-odds of the PDs are off by at most
    `tolerance`".

    The alternative is a mixture of constant shifts of the log-odds. Outcomes in the order in
    which they became known.
    """
    log_odds = np.log(np.asarray(pd, np.float64)) - np.log1p(-np.asarray(pd, np.float64))
    outcomes = np.asarray(bad, dtype=bool)
    shifts = np.array(SHIFTS)
    grown = np.cumsum(_log_likelihood(log_odds, outcomes, shifts), axis=1)
    near = np.linspace(-tolerance, tolerance, 9)
    null = np.cumsum(_log_likelihood(log_odds, outcomes, near), axis=1).max(axis=0)
    mixed = logsumexp(grown, axis=0) - np.log(shifts.size)
    return np.asarray(mixed - null, dtype=np.float64)


def _log_likelihood(log_odds: Floats, bad: npt.NDArray[np.bool_], shifts: Floats) -> Floats:
    shifted = log_odds[None, :] + shifts[:, None]
    return np.asarray(np.where(bad, -np.logaddexp(0, -shifted), -np.logaddexp(0, shifted)))
