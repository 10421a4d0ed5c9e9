"""Price and limit tables, compiled: rate and limits of a band at a value, by row and by column.

Each table becomes a grid of bands by segments, a segment being a stretch of values between two
neighbouring bounds (or one category). A missing value lies in a segment of its own that no line
covers; the rules refer it (`rules.risk_set`).
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ml.columns import Column, Frame
from ml.dictionary import Dictionary
from ml.values import LIMIT, Value
from underwriting.decisioning.product import Product
from underwriting.decisioning.rules import rule_inputs
from underwriting.policy.document import Policy
from underwriting.policy.findings import PolicyRefused
from underwriting.policy.inputs import Input
from underwriting.policy.table_compiler import ORDERED, TypedLine, TypedTable, typed_tables

Ints = npt.NDArray[np.int64]
UNSET = np.iinfo(np.int64).max


class Priced(NamedTuple):
    """What tables set for one application; None where none of them does."""

    rate_ppm: int | None
    max_amount: int | None
    max_term_months: int | None


class PricedColumns(NamedTuple):
    """The same for many, UNSET where nothing is set."""

    rate_ppm: Ints
    max_amount: Ints
    max_term_months: Ints


class PriceTables:
    """All tables of a policy over its bands, which come in the order of their PDs."""

    def __init__(self, tables: Sequence[TypedTable], bands: Sequence[str]) -> None:
        self._grids = tuple(_Grid(table, bands) for table in tables)
        self.reads = frozenset(table.by.name for table in tables)
        lines = [line for table in tables for line in table.lines]
        self.limits_amount = any(line.max_amount is not None for line in lines)
        self.limits_term = any(line.max_term_months is not None for line in lines)

    def row(self, band: int, values: Mapping[str, Value]) -> Priced:
        """What the tables set for these values in that band (its position)."""
        each = [grid.row(band, values) for grid in self._grids]
        rates = [found[0] for found in each if found[0] != UNSET]
        amount = min((found[1] for found in each), default=UNSET)
        term = min((found[2] for found in each), default=UNSET)
        return Priced(rates[0] if rates else None, _set(amount), _set(term))

    def columns(self, band: Ints, frame: Frame) -> PricedColumns:
        """The same for every row; `band` is its band's position."""
        rate, amount, term = (np.full(frame.rows, UNSET) for _ in Priced._fields)
        for grid in self._grids:
            found = grid.columns(band, frame)
            rate = np.where(rate == UNSET, found[0], rate)
            amount, term = np.minimum(amount, found[1]), np.minimum(term, found[2])
        return PricedColumns(rate, amount, term)


def price_tables(policy: Policy, dictionary: Dictionary, product: Product) -> PriceTables | None:
    """The policy's tables, None where it has none; PolicyRefused names what is wrong in them."""
    if not policy.tables:
        return None
    inputs = rule_inputs(policy, dictionary, product)
    tables, findings = typed_tables(policy, inputs, product.minor_units)
    if findings:
        raise PolicyRefused.of(findings)
    bands = sorted(policy.bands, key=lambda band: band.max_pd_ppm)
    return PriceTables(tables, [band.name for band in bands])


class _Grid:
    """One table: for each of the three things it may set, a value by band and segment."""

    def __init__(self, table: TypedTable, bands: Sequence[str]) -> None:
        self._item = table.by
        self._ordered = table.by.kind in ORDERED
        bounds = {bound for line in table.lines for bound in (line.low, line.high + 1)}
        self._bounds = sorted(bounds) if self._ordered else []
        listed = {value for line in table.lines for value in line.values or ()}
        self._listed: dict[Value, int] = {
            value: number for number, value in enumerate(sorted(listed, key=repr))
        }
        self._missing = max(len(self._bounds), len(self._listed)) + 1
        self._cells = np.full((3, len(bands), self._missing + 1), UNSET, np.int64)
        for line in reversed(table.lines):
            self._fill(line, bands)

    def _fill(self, line: TypedLine, bands: Sequence[str]) -> None:
        rows = slice(None) if line.band is None else bands.index(line.band)
        segments = self._covered(line)
        for layer, value in enumerate((line.rate_ppm, line.max_amount, line.max_term_months)):
            if value is not None:
                self._cells[layer, rows, segments] = value

    def _covered(self, line: TypedLine) -> slice | list[int]:
        if self._ordered:
            first = bisect_right(self._bounds, line.low)
            return slice(first, bisect_right(self._bounds, line.high) + 1)
        if line.values is None:
            return slice(0, self._missing)
        return [self._listed[value] for value in line.values]

    def row(self, band: int, values: Mapping[str, Value]) -> list[int]:
        """Rate, amount and term at these values."""
        found: list[int] = self._cells[:, band, self._segment(values.get(self._item.name))].tolist()
        return found

    def columns(self, band: Ints, frame: Frame) -> Ints:
        """Three rows: rate, amount and term of every application."""
        column = frame.columns.get(self._item.name)
        if column is None or (column.categories is not None) != (self._item.kind == "category"):
            segments = np.full(frame.rows, self._missing)
        else:
            segments = np.where(_unknown(self._item, column), self._missing, self._segments(column))
        found: Ints = self._cells[:, band, segments]
        return found

    def _segment(self, value: Value) -> int:
        if type(value) is not self._item.exact:
            return self._missing
        if not self._ordered:
            if self._item.categories is not None and value not in self._item.categories:
                return self._missing
            return self._listed.get(value, len(self._listed))
        number = int(value or 0)
        known = -LIMIT <= number <= LIMIT and number not in self._item.specials
        return bisect_right(self._bounds, number) if known else self._missing

    def _segments(self, column: Column) -> Ints:
        if self._ordered:
            return np.searchsorted(np.array(self._bounds, np.int64), column.values, side="right")
        other = len(self._listed)
        if column.categories is None:
            no, yes = (self._listed.get(value, other) for value in (False, True))
            return np.where(column.values, yes, no)
        by_code = [self._listed.get(name, other) for name in column.categories]
        found: Ints = np.array([*by_code, other], np.int64)[column.values]
        return found


def _unknown(item: Input, column: Column) -> npt.NDArray[np.bool_]:
    """Where the value is missing, or is none of the input's."""
    null = column.null
    if item.kind in ORDERED:
        null = null | (column.values > LIMIT) | (column.values < -LIMIT)
        for special in item.specials:
            null = null | (column.values == special)
    elif item.categories is not None:
        known = [name in item.categories for name in column.categories or ()]
        null = null | ~np.array([*known, False])[column.values]
    return null


def _set(value: int) -> int | None:
    return None if value == UNSET else value
