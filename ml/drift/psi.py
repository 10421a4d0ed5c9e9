"""Population stability index, with levels that know the sample size.

    PSI = sum over bins of (q - p) * ln(q / p)

with p the reference's and q today's shares. The customary 0.10 and 0.25 (Siddiqi, *Credit Risk
Scorecards*, 2006) ignore chance: with n rows against m, no drift and B bins, PSI is distributed
about as chi-square with B - 1 degrees of freedom times (1/n + 1/m) (Yurdakul, *Statistical
Properties of Population Stability Index*, 2018), so 100 rows against 100 exceed 0.33 one time
in twenty by chance alone.
"""

import numpy as np
import numpy.typing as npt

from ml.drift.alarms import Levels

Floats = npt.NDArray[np.float64]

WARN_FROM = 0.10
ALARM_FROM = 0.25
"""Shifts too small to matter are no alarm, however sure one is of them."""
WARNS_BY_CHANCE = 0.05
ALARMS_BY_CHANCE = 0.001
"""How often one figure reaches its level without drift; an alert asks for more, see
`ml/sequential.py`."""
HALF = 0.5


def shares(counts: npt.ArrayLike) -> Floats:
    """Shares of B counts, half a row added to each so that an empty bin stays finite."""
    counted = np.asarray(counts, dtype=np.float64) + HALF
    return np.asarray(counted / counted.sum(), dtype=np.float64)


def psi_parts(reference: npt.ArrayLike, current: npt.ArrayLike) -> Floats:
    """What each of the B bins adds to PSI; `reference` and `current` are counts."""
    p, q = shares(reference), shares(current)
    return np.asarray((q - p) * np.log(q / p), dtype=np.float64)


def psi(reference: npt.ArrayLike, current: npt.ArrayLike) -> float:
    """PSI of two sets of B counts."""
    return float(psi_parts(reference, current).sum())


def psi_quantile(probability: float, n: int, m: int, bins: int) -> float:
    """What PSI stays below with this probability though nothing has drifted."""
    from scipy.special import chdtri  # half a second that no request worker need pay for

    if min(n, m) < 1 or bins < 2:
        return float("inf")
    return float(chdtri(bins - 1, 1 - probability)) * (1 / n + 1 / m)


def psi_levels(n: int, m: int, bins: int) -> Levels:
    """From where a PSI of n rows against m is worth a look, and from where it is serious."""
    return Levels(
        max(WARN_FROM, psi_quantile(1 - WARNS_BY_CHANCE, n, m, bins)),
        max(ALARM_FROM, psi_quantile(1 - ALARMS_BY_CHANCE, n, m, bins)),
    )
