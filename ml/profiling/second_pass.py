"""The second pass: every row read as it was understood. Exact counts of what would be refused,
exact ends of the ranges, and whether what looks like a reference is one."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ml.columns import Array
from ml.profiling import tally as shapes
from ml.profiling.amounts import OLDEST, nice_up, written
from ml.profiling.column import ColumnProfile
from ml.profiling.spelling import Spelling
from ml.profiling.table import Block
from ml.profiling.tally import Tally


class Checks:
    """Takes the blocks of the file again; `put` writes what was found into the columns."""

    def __init__(self, columns: Sequence[ColumnProfile], tallies: Sequence[Tally]) -> None:
        self.rows = 0
        self._columns = [
            _Exact(column) for column, tally in zip(columns, tallies, strict=True)
            if column.numeric and tally.present and column.role != "ignore"
        ]  # fmt: skip
        self._references = [_Unique(column) for column in columns if column.role == "reference"]

    def take(self, block: Block) -> None:
        self.rows += block.rows
        for each in self._all():
            each.take(block.columns[each.column.source])

    def _all(self) -> Sequence["_Exact | _Unique"]:
        return [*self._columns, *self._references]

    def put(self) -> None:
        for each in self._all():
            each.put()


class _Exact:
    """The least and greatest number, and how many lie outside the proposed range."""

    def __init__(self, column: ColumnProfile) -> None:
        self.column = column
        self.number = Spelling(
            "number", decimal=column.spelling.decimal, thousands=column.spelling.thousands,
            signs=column.spelling.signs,
        ).number  # fmt: skip
        self.low, self.high = np.inf, -np.inf
        self.least = -np.inf if column.low is None else float(column.low)
        self.most = np.inf if column.high is None else float(column.high)
        self.codes = np.array([float(code) for code in column.special], float)
        self.below = self.above = 0
        self.known: dict[str | None, float] = {None: np.nan}

    def take(self, cells: Sequence[str | None]) -> None:
        values = np.fromiter(map(self._value, cells), float, len(cells))
        values = values[~np.isnan(values)]
        if len(self.codes):
            values = values[~np.isin(values, self.codes)]
        if not len(values):
            return
        self.low = min(self.low, float(values.min()))
        self.high = max(self.high, float(values.max()))
        self.below += int((values < self.least).sum())
        self.above += int((values > self.most).sum())

    def _value(self, text: str | None) -> float:
        found = self.known.get(text)
        if found is None:
            number = self.number(text or "")
            found = np.nan if number is None else number
            if len(self.known) < shapes.MOST_SPELLINGS:
                self.known[text] = found
        return found

    def put(self) -> None:
        column = self.column
        if self.low > self.high:
            return
        column.seen_low, column.seen_high = written(self.low), written(self.high)
        self._widen()
        column.refused = self.below + self.above
        if not column.refused:
            return
        if column.basis == "age" and column.high == str(OLDEST):
            column.say("impossible_age", "warn", rows=column.refused, low=column.seen_low,
                       high=column.seen_high)  # fmt: skip
            column.refused = 0
            return
        if self.above:
            column.say("beyond_range", "warn", rows=self.above, example=f"up to {column.seen_high}",
                       bulk=column.high)  # fmt: skip
        if self.below:
            column.say("below_range", "warn", rows=self.below, example=f"down to {column.seen_low}")

    def _widen(self) -> None:
        """What the sample missed and is plausible belongs to the range."""
        column = self.column
        limit = np.inf if column.limit is None else column.limit
        if column.basis == "age" or column.low is None:
            return
        if self.most < self.high <= limit:
            column.high, self.above = nice_up(self.high), 0
        if column.type == "decimal" and self.low < self.least:
            column.low, self.below = "-" + nice_up(-self.low), 0


class _Unique:
    """Whether every value is different: 64-bit hashes, eight bytes a row."""

    def __init__(self, column: ColumnProfile) -> None:
        self.column = column
        self._parts: list[Array] = []
        self._missing = 0

    def take(self, cells: Sequence[str | None]) -> None:
        there = [cell.strip() for cell in cells if cell and cell.strip()]
        self._missing += len(cells) - len(there)
        self._parts.append(np.fromiter(map(hash, there), np.int64, len(there)))

    def put(self) -> None:
        """A value that repeats, or a gap, ends its being a reference."""
        values: Any = np.concatenate(self._parts) if self._parts else np.array([], np.int64)
        repeats = len(values) - len(np.unique(values))
        if not repeats and not self._missing:
            return
        self.column.role = "ignore"
        kept = [f for f in self.column.findings if f.code not in ("identifier", "reference")]
        self.column.findings = kept
        self.column.say("identifier_repeats", "warn", repeats=repeats + self._missing)
