"""Blocks as a reader gives them become chunks of an even size."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from underwriting.imports.batch_cells import Cleaner, Cut, Unread

MOST_BYTES = 64 << 20
"""A chunk is cut before its text grows beyond this, however few rows that are."""


@dataclass(slots=True)
class Gathered:
    """Rows that wait until they are a chunk."""

    cleaner: Cleaner
    rows: int
    _tables: list[Any] = field(default_factory=list)
    _numbers: list[int] = field(default_factory=list)
    _unread: list[Unread] = field(default_factory=list)
    _first: int = 1
    _bytes: int = 0

    def add(self, table: Any, numbers: list[int], unread: list[Unread]) -> Iterator[Cut]:
        """Take a block in; give the chunks that are full by now."""
        self._unread += unread
        start = 0
        while start < len(numbers):
            room = max(1, self.rows - len(self._numbers))
            part = table.slice(start, room)
            self._tables.append(part)
            self._numbers += numbers[start : start + part.num_rows]
            self._bytes += part.nbytes
            start += part.num_rows
            if len(self._numbers) >= self.rows or self._bytes >= MOST_BYTES:
                yield self._cut(self._numbers[-1])
        if len(self._unread) >= self.rows:
            yield from self.rest([])

    def rest(self, unread: list[Unread]) -> Iterator[Cut]:
        """What is left at the end of the file."""
        self._unread += unread
        last = max([*self._numbers[-1:], *(each.row for each in self._unread)], default=0)
        if last >= self._first:
            yield self._cut(last)

    def _cut(self, last: int) -> Cut:
        """Rows up to this one; those that could not be read are of the chunk they stand in."""
        import pyarrow as pa

        here = [each for each in self._unread if each.row <= last]
        table: Any = None
        unfit: list[Unread] = []
        if self._tables:
            table, unfit = self.cleaner.cleaned(pa.concat_tables(self._tables), self._numbers)
        unread = sorted([*here, *unfit], key=lambda each: (each.row, each.pointer))
        made = Cut(self._first, last, table, unread)
        self._unread = [each for each in self._unread if each.row > last]
        self._tables, self._numbers, self._bytes = [], [], 0
        self._first = last + 1
        return made
