"""Kolmogorov-Smirnov distance between what was and what comes in."""

import numpy as np
import numpy.typing as npt

GRID = 201


def quantile_grid(values: npt.NDArray[np.int64]) -> list[int]:
    """GRID quantiles of the reference, lowest and highest included; [] of nothing."""
    if not values.size:
        return []
    found = np.quantile(values, np.linspace(0, 1, GRID), method="inverted_cdf")
    return [int(value) for value in found]


def ks_two_sample(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[float, float]:
    """The widest gap between two empirical distributions, and its asymptotic p-value.

    Values with ties are allowed; the p-value is then conservative.
    """
    left, right = np.sort(np.asarray(first)), np.sort(np.asarray(second))
    if not left.size or not right.size:
        raise ValueError("Kolmogorov-Smirnov needs values on both sides")
    every = np.concatenate([left, right])
    gaps = _cumulative(left, every) - _cumulative(right, every)
    distance = float(np.abs(gaps).max())
    return distance, p_value(distance, left.size, right.size)


def ks_from_quantiles(grid: npt.ArrayLike, m: int, current: npt.ArrayLike) -> tuple[float, float]:
    """The same against a reference of m values known by its quantile grid.

    The distance is right to within 1 / (GRID - 1), which a baseline of 200 steps in place of
    every value costs.
    """
    steps = np.asarray(grid)
    distance, _ = ks_two_sample(steps, current)
    return distance, p_value(distance, m, int(np.asarray(current).size))


def p_value(distance: float, n: int, m: int) -> float:
    """How often chance alone goes as far (Kolmogorov 1933, Smirnov 1939)."""
    from scipy.special import kolmogorov

    return float(kolmogorov(distance * (n * m / (n + m)) ** 0.5))


def _cumulative(
    values: npt.NDArray[np.generic], at: npt.NDArray[np.generic]
) -> npt.NDArray[np.float64]:
    return np.asarray(np.searchsorted(values, at, side="right") / values.size, dtype=np.float64)
