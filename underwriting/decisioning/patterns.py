"""Rows that say the same, found once: many columns packed into one whole number per row.

A backtest's rules answer a million applications in a few hundred different ways. What an answer
means (outcome, reasons) is then read once for each way and not once for each application.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
ROOM = 2**62


class Patterns(NamedTuple):
    """`of` is each row's pattern, `first` a row that has it."""

    of: Ints
    first: Ints


def patterns_of(columns: Iterable[npt.NDArray[np.integer]], rows: int) -> Patterns:
    """The distinct rows of whole-number columns, exactly: no hash that two could share.

    The columns are digits of one number whose base is each column's own span; where the number
    would leave 62 bits, the rows found so far are numbered anew.
    """
    packed, size = np.zeros(rows, np.int64), 1
    for column in columns:
        if not rows:
            break
        low = int(column.min())
        span = int(column.max()) - low + 1
        if span == 1:
            continue
        if size * span > ROOM:
            packed, size = _renumbered(packed)
        digits: Ints = np.subtract(column, low, dtype=np.int64)
        if size * span > ROOM:
            digits, span = _renumbered(digits)
        packed = packed * span + digits
        size *= span
    of, count = _renumbered(packed)
    first = np.empty(count, np.int64)
    first[of[::-1]] = np.arange(rows)[::-1]
    return Patterns(of, first)


def _renumbered(packed: Ints) -> tuple[Ints, int]:
    values, again = np.unique(packed, return_inverse=True)
    return again.reshape(-1).astype(np.int64), len(values)
