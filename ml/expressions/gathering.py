"""Aggregates over columns: the rows that belong to each outer row become one value of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.columns import Column, Frame, Indices, Mask
from ml.expressions.exact import SAFE, as_float
from ml.expressions.tree import Node
from ml.values import LIMIT, within_limit


@dataclass(frozen=True, slots=True, eq=False)
class Inner:
    """Rows gathered over: their columns, and the outer row each belongs to."""

    frame: Frame
    owner: Indices


Gathered = Mapping[str, Inner]


def in_window(rows: Inner, window: Node, frame: Frame) -> Inner:
    """Rows dated in the days before `as_of`, that day included; undated rows are not."""
    dated = rows.frame.columns.get(window.name)
    as_of = frame.columns.get("as_of")
    if dated is None or as_of is None or not isinstance(window.value, int):
        keep = np.zeros(rows.frame.rows, bool)
    else:
        day, known = as_of.values[rows.owner], ~as_of.null[rows.owner] & ~dated.null
        keep = known & (dated.values <= day) & (dated.values > day - window.value)
    return Inner(rows.frame.take(keep), rows.owner[keep])


def _any_null(column: Column, owner: Indices, rows: int) -> Mask:
    found = np.zeros(rows, bool)
    found[owner[column.null]] = True
    return found


def _sum(column: Column, owner: Indices, rows: int) -> Column:
    values = np.where(column.null, 0, column.values)
    totals = np.zeros(rows, np.int64)
    np.add.at(totals, owner, values)
    magnitude = np.bincount(owner, np.abs(as_float(values)), rows)
    null = _any_null(column, owner, rows)
    for row in np.flatnonzero((magnitude > SAFE) & ~null).tolist():
        exact = within_limit(sum(values[owner == row].tolist()))
        null[row] = exact is None
        totals[row] = 0 if exact is None else exact
    return Column(totals, null)


def _count(column: Column, owner: Indices, rows: int) -> Column:
    held = column.values.astype(np.int64) * ~column.null
    counts = np.bincount(owner, held, rows).astype(np.int64)
    return Column(counts, _any_null(column, owner, rows))


def _extreme_of(pick: Any, start: int) -> Callable[[Column, Indices, int], Column]:
    def settle(column: Column, owner: Indices, rows: int) -> Column:
        found = np.full(rows, start, np.int64)
        pick.at(found, owner, column.values.astype(np.int64))
        empty = np.bincount(owner, minlength=rows) == 0
        return Column(found, empty | _any_null(column, owner, rows))

    return settle


def _decided(*, decisive: bool) -> Callable[[Column, Indices, int], Column]:
    def settle(column: Column, owner: Indices, rows: int) -> Column:
        settled = np.zeros(rows, bool)
        settled[owner[~column.null & (column.values.astype(bool) == decisive)]] = True
        unknown = _any_null(column, owner, rows) & ~settled
        return Column(settled if decisive else ~settled, unknown)

    return settle


SETTLE: Mapping[str, Callable[[Column, Indices, int], Column]] = {
    "count": _count,
    "count_of": _count,
    "sum_of": _sum,
    "min_of": _extreme_of(np.minimum, LIMIT),
    "max_of": _extreme_of(np.maximum, -LIMIT),
    "any_of": _decided(decisive=True),
    "all_of": _decided(decisive=False),
}
