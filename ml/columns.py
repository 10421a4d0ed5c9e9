"""Columns: the same typed values as a row holds, many rows at a time.

A `Frame` is n rows of named columns. A `Batch` is applications with their parties: party rows
are sorted by application, and `party_application[i]` is the application row of party row i.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.values import Value

Array = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]

MISSING_CODE = -1
"""The code of a missing category."""
_NO, _YES = np.zeros(1, bool), np.ones(1, bool)


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """n values. int64 for numbers and dates, bool for booleans, int32 codes into `categories` for
    categories, objects for text. What stands under a null is arbitrary."""

    values: Array
    null: Mask
    categories: tuple[str, ...] | None = None

    @classmethod
    def of(cls, items: Sequence[Value], *, kind: str) -> "Column":
        """A column of typed values; `kind` is number, boolean, category, date or text."""
        null = np.fromiter((item is None for item in items), bool, len(items))
        if kind == "category":
            return cls._of_categories(items, null)
        if kind == "text":
            return cls(np.array(list(items), dtype=object), null)
        if kind == "boolean":
            return cls(np.fromiter((bool(item) for item in items), bool, len(items)), null)
        numbers = (0 if item is None else int(item) for item in items)
        return cls(np.fromiter(numbers, np.int64, len(items)), null)

    @classmethod
    def _of_categories(cls, items: Sequence[Value], null: Mask) -> "Column":
        names = tuple(sorted({str(item) for item in items if item is not None}))
        codes = {name: code for code, name in enumerate(names)}
        found = (MISSING_CODE if item is None else codes[str(item)] for item in items)
        return cls(np.fromiter(found, np.int32, len(items)), null, names)

    @classmethod
    def missing(cls, rows: int) -> "Column":
        """A column in which nothing is known."""
        return cls(np.zeros(rows, np.int64), np.ones(rows, bool))

    @property
    def same(self) -> bool:
        """Whether all rows share one value's memory, as `repeated` makes them."""
        return self.values.strides == (0,)

    def take(self, rows: Array) -> "Column":
        """The rows of the index array (or mask), in its order."""
        return Column(self.values[rows], self.null[rows], self.categories)

    def items(self) -> list[Value]:
        """Every value as a row holds it."""
        found: list[Value] = self.values.tolist()
        if self.categories is not None:
            names = self.categories
            found = [None if code == MISSING_CODE else names[code] for code in self.values.tolist()]
        for index in np.flatnonzero(self.null).tolist():
            found[index] = None
        return found

    def item(self, row: int) -> Value:
        """One value as a row holds it."""
        if self.null[row]:
            return None
        value = self.values[row]
        if self.categories is not None:
            return self.categories[int(value)]
        plain: Value = value.item() if isinstance(value, np.generic) else value
        return plain


def repeated(values: Mapping[str, tuple[Value, str]], rows: int) -> dict[str, Column]:
    """Columns that say the same in every row, from each one's value and kind; nobody writes to
    them, for they take one row's memory."""
    known, missing = (np.ndarray((rows,), bool, each, strides=(0,)) for each in (_NO, _YES))
    found = {}
    for name, (value, kind) in values.items():
        null = missing if value is None else known
        if kind == "category":
            code = np.array([MISSING_CODE if value is None else 0], np.int32)
            names = () if value is None else (str(value),)
            found[name] = Column(np.ndarray((rows,), np.int32, code, strides=(0,)), null, names)
        elif kind == "text":
            found[name] = Column(np.full(rows, value, dtype=object), null)
        else:
            one = np.array([value or 0], bool if kind == "boolean" else np.int64)
            found[name] = Column(np.ndarray((rows,), one.dtype, one, strides=(0,)), null)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """`rows` rows of named columns."""

    columns: Mapping[str, Column]
    rows: int

    def take(self, rows: Array) -> "Frame":
        """The rows of the index array (or mask), in its order."""
        taken = {name: column.take(rows) for name, column in self.columns.items()}
        count = int(rows.sum()) if rows.dtype == bool else len(rows)
        return Frame(taken, count)

    def row(self, index: int) -> dict[str, Value]:
        """One row as the row path takes it."""
        return {name: column.item(index) for name, column in self.columns.items()}

    def rows_as_values(self) -> list[dict[str, Value]]:
        """Every row as the row path takes it."""
        names = list(self.columns)
        if not names:
            return [{} for _ in range(self.rows)]
        items = [column.items() for column in self.columns.values()]
        return [dict(zip(names, row, strict=True)) for row in zip(*items, strict=True)]

    def joined(self, other: Mapping[str, Column]) -> "Frame":
        """This frame with further columns beside its own."""
        return Frame({**self.columns, **other}, self.rows)

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Value]], kinds: Mapping[str, str]) -> "Frame":
        """A frame of row values; `kinds` names the columns and what they hold."""
        columns = {
            name: Column.of([row.get(name) for row in rows], kind=kind)
            for name, kind in kinds.items()
        }
        return cls(columns, len(rows))


@dataclass(frozen=True, slots=True, eq=False)
class GroupRows:
    """Rows of a repeated group (transactions, tradelines); `row_party[i]` is a party row."""

    frame: Frame
    row_party: Indices


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Applications and their parties as columns."""

    applications: Frame
    parties: Frame
    party_application: Indices
    party_position: Indices
    groups: Mapping[str, GroupRows] = field(default_factory=dict)
