"""How far one input has moved: CSI and its companions, from counts in the baseline's bins."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.drift.bins import MISSING, NEW, Bins
from ml.drift.calibration import rate_interval
from ml.drift.js import jensen_shannon
from ml.drift.psi import psi, psi_levels, psi_quantile

FEWEST = 30
"""Below so many rows the figures say "insufficient data"."""


@dataclass(frozen=True, slots=True)
class FieldDrift:
    """n rows of one input against m of the reference.

    `csi` is the characteristic stability index, PSI over the input's own bins; without drift it
    stays below `chance` in 95 of 100 cases. `ks` is the Kolmogorov-Smirnov distance over a
    number's ranges, a lower bound of that over its values. `missing_was`, `missing` and `new`
    are shares.
    """

    csi: float
    chance: float
    warn: float
    alarm: float
    js: float
    ks: float | None
    missing_was: float
    missing: float
    missing_low: float
    missing_high: float
    new: float
    n: int
    m: int

    @property
    def sufficient(self) -> bool:
        return self.n >= FEWEST and self.m >= FEWEST


def field_drift(bins: Bins, reference: npt.ArrayLike, current: npt.ArrayLike) -> FieldDrift:
    """Compare counts in one input's bins; both of shape (B,), each with at least one row."""
    was, now = np.asarray(reference, dtype=np.int64), np.asarray(current, dtype=np.int64)
    m, n = int(was.sum()), int(now.sum())
    filled = max(int(((was + now) > 0).sum()), 2)
    levels = psi_levels(n, m, filled)
    at = bins.labels.index(MISSING)
    share, low, high = rate_interval(int(now[at]), n)
    return FieldDrift(
        csi=psi(was, now),
        chance=psi_quantile(0.95, n, m, filled),
        warn=levels.warn,
        alarm=levels.alarm,
        js=jensen_shannon(was, now),
        ks=_ks(was[: len(bins.cuts) + 1], now[: len(bins.cuts) + 1]) if bins.cuts else None,
        missing_was=float(was[at]) / m,
        missing=share,
        missing_low=low,
        missing_high=high,
        new=float(now[bins.labels.index(NEW)]) / n if NEW in bins.labels else 0.0,
        n=n,
        m=m,
    )


def _ks(was: npt.NDArray[np.int64], now: npt.NDArray[np.int64]) -> float | None:
    """The widest gap between the cumulative shares over ranges; None where one side is empty."""
    if not was.sum() or not now.sum():
        return None
    gaps = np.cumsum(was) / was.sum() - np.cumsum(now) / now.sum()
    return float(np.abs(gaps).max())
