"""Blocks as a reader gives them become chunks of an even size."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from underwriting.imports.batch_cells import Cleaner, Cut, Unread

MOST_BYTES = 64 << 20
"""A chunk is cut before its text grows beyond this, however few rows that are."""


@dataclass(slots=True)
class Gathered:
    """Rows that wait until they are a chunk: so many that can be read, or so many that cannot."""

    cleaner: Cleaner
    rows: int
    _tables: list[Any] = field(default_factory=list)
    _numbers: list[int] = field(default_factory=list)
    _unread: list[Unread] = field(default_factory=list)
    _first: int = 1

    def add(self, table: Any, numbers: list[int], unread: list[Unread]) -> Iterator[Cut]:
        """Take a block in; give the chunks that are full by now."""
        if numbers:
            self._tables.append(table)
            self._numbers += numbers
        self._unread = sorted([*self._unread, *unread], key=lambda each: each.row)
        while (last := self._full()) is not None:
            yield self._cut(last)

    def rest(self, unread: list[Unread]) -> Iterator[Cut]:
        """What is left at the end of the file."""
        self._unread = sorted([*self._unread, *unread], key=lambda each: each.row)
        while (last := self._full()) is not None:
            yield self._cut(last)
        last = max([*self._numbers[-1:], *(each.row for each in self._unread[-1:])], default=0)
        if last >= self._first:
            yield self._cut(last)

    def _full(self) -> int | None:
        """The row that a full chunk ends with; None while there is room."""
        ends = []
        held = sum(table.nbytes for table in self._tables)
        fitting = self.rows
        if held > MOST_BYTES:
            fitting = max(1, min(self.rows, MOST_BYTES * len(self._numbers) // held))
        if len(self._numbers) >= fitting:
            ends.append(self._numbers[fitting - 1])
        if len(self._unread) >= self.rows:
            ends.append(self._unread[self.rows - 1].row)
        return min(ends, default=None)

    def _cut(self, last: int) -> Cut:
        """Rows up to this one; those that could not be read are of the chunk they stand in."""
        import pyarrow as pa

        here = [each for each in self._unread if each.row <= last]
        self._unread = self._unread[len(here) :]
        count = bisect_right(self._numbers, last)
        table: Any = None
        unfit: list[Unread] = []
        if count:
            whole = pa.concat_tables(self._tables)
            numbers, self._numbers = self._numbers[:count], self._numbers[count:]
            table, unfit = self.cleaner.cleaned(whole.slice(0, count), numbers)
            self._tables = [whole.slice(count)] if self._numbers else []
        unread = sorted([*here, *unfit], key=lambda each: (each.row, each.pointer))
        made = Cut(self._first, last, table, unread)
        self._first = last + 1
        return made
