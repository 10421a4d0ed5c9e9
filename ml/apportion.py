"""Sharing out a whole number of points so that the parts are whole and add up exactly.

Every part is rounded half to even; what is then left over goes, a point each, to the parts that
were rounded furthest the other way (Hamilton's largest remainders, ties to the earlier feature).
A part of exactly nothing stays nothing: a feature that could not have mattered is never given a
point that another one lost in rounding.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def apportioned(parts: Floats, totals: Ints) -> Ints:
    """Whole parts (n, k) near `parts` (n, k) that add up to `totals` (n,).

    A row whose parts are all nothing keeps them, whatever its total. No part moves by more than
    a point, unless its row's total is further from the sum of its parts than it has parts.
    """
    whole = np.rint(parts)
    left = totals - whole.sum(axis=1).astype(np.int64)
    short = np.flatnonzero(left)
    if short.size:
        whole[short] += _shares(parts[short], whole[short], left[short])
    return whole.astype(np.int64)


def apportioned_row(parts: Sequence[float], total: int) -> list[int]:
    """The same for one row, without arrays: they cost more than the row."""
    whole = [round(part) for part in parts]
    left = total - sum(whole)
    if not left:
        return whole
    sign = 1 if left > 0 else -1
    real = [index for index, part in enumerate(parts) if part != 0]
    each, more = divmod(abs(left), max(len(real), 1))
    real.sort(key=lambda index: (whole[index] - parts[index]) * sign)
    for rank, index in enumerate(real):
        whole[index] += sign * (each + (rank < more))
    return whole


def _shares(parts: Floats, whole: Floats, left: Ints) -> Floats:
    """What each part is given of the points left over, shape (n, k)."""
    sign = np.sign(left)[:, None]
    real = parts != 0
    need = np.where(real, (parts - whole) * sign, -np.inf)
    rank = np.empty(parts.shape, dtype=np.int64)
    order = np.argsort(-need, axis=1, kind="stable")
    np.put_along_axis(rank, order, np.arange(parts.shape[1])[None, :], axis=1)
    each, more = np.divmod(np.abs(left), np.maximum(real.sum(axis=1), 1))
    return np.where(real, sign * (each[:, None] + (rank < more[:, None])), 0)
