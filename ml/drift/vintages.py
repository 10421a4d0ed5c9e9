"""How well a model ranked, vintage by vintage."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.metrics import auc_interval, ks

FEWEST_OF_EACH = 10
"""Below so many goods or bads a vintage says nothing about ranking."""


@dataclass(frozen=True, slots=True)
class Vintage:
    """Loans of one period; figures of ranking are None where there are too few of a kind."""

    name: str
    n: int
    bads: int
    expected: float
    gini: float | None = None
    gini_low: float | None = None
    gini_high: float | None = None
    ks: float | None = None


def vintages(names: Sequence[str], pd: npt.ArrayLike, bad: npt.ArrayLike) -> tuple[Vintage, ...]:
    """One figure per vintage, in the order of their names; n names, PDs and outcomes."""
    labels = np.array(names, dtype=object)
    probabilities = np.asarray(pd, dtype=np.float64)
    outcomes = np.asarray(bad, dtype=bool)
    return tuple(
        _vintage(name, probabilities[labels == name], outcomes[labels == name])
        for name in sorted(set(names))
    )


def _vintage(name: str, pd: npt.NDArray[np.float64], bad: npt.NDArray[np.bool_]) -> Vintage:
    bads = int(bad.sum())
    if min(bads, bad.size - bads) < FEWEST_OF_EACH:
        return Vintage(name, bad.size, bads, float(pd.sum()))
    found = auc_interval(bad, pd)
    return Vintage(
        name,
        bad.size,
        bads,
        float(pd.sum()),
        2 * found.value - 1,
        2 * found.low - 1,
        2 * found.high - 1,
        ks(bad, pd),
    )
