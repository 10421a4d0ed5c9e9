"""A sample of a table's rows, drawn evenly while they pass by, the same for every run.

A row is kept when a mixing of its number falls below a threshold that is halved whenever the
sample has grown too large, so no order of the file is favoured.
"""

from typing import Any

import numpy as np
import pyarrow as pa

from ml.columns import Array, Mask

MOST_ROWS = 40_000
MOST_CELLS = 6_000_000
_WHOLE = 1 << 32


class RowSample:
    """At most `most` rows of all columns, as Arrow text; `numbers` are their rows in the file."""

    def __init__(self, columns: int) -> None:
        self.most = max(2_000, min(MOST_ROWS, MOST_CELLS // max(1, columns)))
        self._below = _WHOLE
        self._numbers: list[Array] = []
        self._parts: list[list[Any]] = []
        self._rows = 0

    def keeps(self, numbers: Array) -> Mask:
        """Which of these rows fall into the sample as it stands."""
        return _mixed(numbers) < self._below

    def add(self, numbers: Array, columns: list[Any]) -> None:
        """Take rows that `keeps` has chosen; `columns` are Arrow arrays of their texts."""
        self._numbers.append(numbers)
        self._parts.append(columns)
        self._rows += len(numbers)
        while self._rows > self.most:
            self._halve()

    def _halve(self) -> None:
        self._below //= 2
        masks = [self.keeps(part) for part in self._numbers]
        self._parts = [
            [column.filter(pa.array(mask)) for column in part]
            for part, mask in zip(self._parts, masks, strict=True)
        ]
        self._numbers = [part[mask] for part, mask in zip(self._numbers, masks, strict=True)]
        self._rows = sum(len(part) for part in self._numbers)

    @property
    def rows(self) -> int:
        return self._rows

    def texts(self, place: int) -> list[str | None]:
        """The sampled cells of one column."""
        return [text for part in self._parts for text in part[place].to_pylist()]


def _mixed(numbers: Array) -> Array:
    """Row numbers spread over 32 bits (the finaliser of MurmurHash3)."""
    found = numbers.astype(np.uint64)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        found = ((found ^ (found >> np.uint64(shift))) * np.uint64(factor)) % np.uint64(_WHOLE)
    return found ^ (found >> np.uint64(16))
