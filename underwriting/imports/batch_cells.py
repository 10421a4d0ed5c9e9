"""Columns of text made clean: trimmed, numbers in one spelling, and cells nobody could store told.

pyarrow is imported where it is used: web and decision workers do without it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from underwriting.imports.batch_columns import Contract, pointer_of_column
from underwriting.imports.batch_words import words

LONGEST_CELL = 10_000
GROUPED = r"^-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$"
"""A number as it is written where a comma is the decimal mark."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that cannot be handed on, and why; `row` counts from 1."""

    row: int
    pointer: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Cut:
    """Consecutive rows of a file: what can be decided, as columns, and what cannot be read.

    table: pyarrow.Table of text columns and the rows' numbers; first, last: the rows it spans.
    """

    first: int
    last: int
    table: Any
    unread: list[Unread] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cleaner:
    """What is done with every column of a file before anybody reads it."""

    contract: Contract
    decimal_mark: str = "."

    def cleaned(self, table: Any, numbers: Sequence[int]) -> tuple[Any, list[Unread]]:
        """The table without rows that hold what cannot be stored, and these rows."""
        import pyarrow as pa
        import pyarrow.compute as pc

        numeric = set(self.contract.numbers(table.column_names))
        unread: list[Unread] = []
        columns = []
        for name in table.column_names:
            column = pc.utf8_trim_whitespace(table[name].combine_chunks())
            column = pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
            unread += self._unfit(name, column, numbers)
            if self.decimal_mark == "," and name in numeric:
                column, wrong = self._points(name, column, numbers)
                unread += wrong
            columns.append(column)
        made = pa.table([pa.array(numbers, pa.int64()), *columns], ["row", *table.column_names])
        if unread:
            bad = pa.array(sorted({each.row for each in unread}), pa.int64())
            made = made.filter(pc.invert(pc.is_in(made["row"], bad)))
        return made, unread

    def _unfit(self, name: str, column: Any, numbers: Sequence[int]) -> Iterator[Unread]:
        import pyarrow.compute as pc

        long = pc.greater(pc.binary_length(column), LONGEST_CELL)
        yield from self._each(name, long, numbers, "too_long", most=LONGEST_CELL)
        yield from self._each(name, pc.match_substring(column, "\x00"), numbers, "not_text")

    def _points(self, name: str, column: Any, numbers: Sequence[int]) -> tuple[Any, list[Unread]]:
        """`1.234,56` as `1234.56`; what only looks so is told, never guessed."""
        import pyarrow.compute as pc

        held = pc.match_substring_regex(column, GROUPED)
        doubtful = pc.and_(pc.invert(held), pc.match_substring(column, "."))
        plain = pc.replace_substring(pc.replace_substring(column, ".", ""), ",", ".")
        wrong = list(self._each(name, doubtful, numbers, "decimal_mark"))
        return pc.if_else(held, plain, column), wrong

    def _each(
        self, name: str, mask: Any, numbers: Sequence[int], code: str, **values: object
    ) -> Iterator[Unread]:
        import pyarrow.compute as pc

        places = pc.indices_nonzero(pc.fill_null(mask, False)).to_pylist()  # noqa: FBT003
        for place in places:
            text = words(code, self.contract.language, **values)
            yield Unread(numbers[place], pointer_of_column(name), code, text)
