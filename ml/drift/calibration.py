"""Do as many loans go bad as the PDs said?"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Expected and observed bads of n loans; `ratio` with its interval, 1 where PDs are right.

    `holds` says whether the expected number lies inside what chance allows.
    """

    n: int
    expected: float
    observed: int
    ratio: float
    low: float
    high: float
    holds: bool


def rate_interval(hits: int, n: int, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """A share with Jeffreys' interval: quantiles of Beta(hits + 1/2, n - hits + 1/2).

    Brown, Cai, DasGupta, *Interval Estimation for a Binomial Proportion*, 2001. The ends are 0
    and 1 where nothing or everything was hit.
    """
    from scipy.special import betaincinv

    if not 0 <= hits <= n or n < 1:
        raise ValueError(f"{hits} of {n} is no share")
    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else float(betaincinv(hits + 0.5, n - hits + 0.5, tail))
    high = 1.0 if hits == n else float(betaincinv(hits + 0.5, n - hits + 0.5, 1 - tail))
    return hits / n, low, high


def calibrated(pd: npt.ArrayLike, bad: npt.ArrayLike, confidence: float = CONFIDENCE) -> Calibrated:
    """Observed over expected bads of n loans with PDs in (0, 1) and outcomes 0 or 1.

    The interval is Jeffreys' on the observed rate; `holds` tests the sum itself, whose variance
    is sum(pd * (1 - pd)) when the PDs are right (Spiegelhalter 1986, for a sum).
    """
    probabilities = np.asarray(pd, dtype=np.float64)
    outcomes = np.asarray(bad, dtype=bool)
    n, observed = outcomes.size, int(outcomes.sum())
    expected = float(probabilities.sum())
    if n == 0 or not expected > 0:
        raise ValueError("calibration needs loans with a PD above zero")
    _, low, high = rate_interval(observed, n, confidence)
    deviation = float((probabilities * (1 - probabilities)).sum()) ** 0.5
    reach = NormalDist().inv_cdf(0.5 + confidence / 2) * deviation
    return Calibrated(
        n,
        expected,
        observed,
        observed / expected,
        low * n / expected,
        high * n / expected,
        abs(observed - expected) <= reach + 0.5,
    )
