"""A tree as numpy over columns: the same values as `rows` gives, row for row."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ml.columns import MISSING_CODE, Array, Column, Frame, Mask
from ml.expressions.exact import as_float, exactly, half_even, large, lifted, product
from ml.expressions.gathering import SETTLE, Gathered, in_window
from ml.expressions.rows import ORDER, date_part, months_between, quotient
from ml.expressions.tree import Node
from ml.values import within_limit

ColumnFunction = Callable[[Frame, Gathered], Column]


def compile_columns(node: Node) -> ColumnFunction:
    """The column of the tree's values for a frame and the rows it gathers over."""
    return _COMPILERS[node.op](node)


def _constant(node: Node) -> ColumnFunction:
    value = node.value

    def evaluate(frame: Frame, gathered: Gathered) -> Column:
        if isinstance(value, str):
            codes = np.zeros(frame.rows, np.int32)
            return Column(codes, np.zeros(frame.rows, bool), (value,))
        kind = bool if isinstance(value, bool) else np.int64
        return Column(np.full(frame.rows, value, kind), np.zeros(frame.rows, bool))

    return evaluate


def _field(node: Node) -> ColumnFunction:
    name, kind = node.name, node.type.kind

    def evaluate(frame: Frame, gathered: Gathered) -> Column:
        column = frame.columns.get(name)
        if column is None:
            column = Column.missing(frame.rows)
        if kind == "category" and column.categories is None:
            return Column(np.full(frame.rows, MISSING_CODE, np.int32), column.null, ())
        if kind == "boolean" and column.values.dtype != bool:
            return Column(column.values.astype(bool), column.null)
        return column

    return evaluate


def _pair(node: Node, frame: Frame, gathered: Gathered, parts: Any) -> tuple[Column, Column, Mask]:
    left, right = (part(frame, gathered) for part in parts)
    return left, right, left.null | right.null


def _sum_or_difference(node: Node) -> ColumnFunction:
    parts = [compile_columns(part) for part in node.parts]
    lifts = [10 ** (node.type.scale - part.type.scale) for part in node.parts]
    a_lift, b_lift = lifts[0], lifts[1] if node.op == "add" else -lifts[1]

    def exact(a: int, b: int) -> int | None:
        return within_limit(a * a_lift + b * b_lift)

    def evaluate(frame: Frame, gathered: Gathered) -> Column:
        left, right, null = _pair(node, frame, gathered, parts)
        a, b = left.values, right.values
        near = large(as_float(a) * a_lift, as_float(b) * b_lift)
        near |= large(as_float(a) * a_lift + as_float(b) * b_lift)
        values = a * np.int64(a_lift) + b * np.int64(b_lift)
        return exactly(near, null, values, exact, a, b)

    return evaluate


def _multiply(node: Node) -> ColumnFunction:
    parts = [compile_columns(part) for part in node.parts]

    def evaluate(frame: Frame, gathered: Gathered) -> Column:
        left, right, null = _pair(node, frame, gathered, parts)
        return product(left.values, right.values, null)

    return evaluate


def _divide(node: Node) -> ColumnFunction:
    parts = [compile_columns(part) for part in node.parts]
    a_scale, b_scale = (part.type.scale for part in node.parts)
    shift = node.type.scale + b_scale - a_scale
    above, below = 10 ** max(shift, 0), 10 ** max(-shift, 0)

    def exact(a: int, b: int) -> int | None:
        return quotient(a, a_scale, b, b_scale, node.type.scale)

    def evaluate(frame: Frame, gathered: Gathered) -> Column:
        left, right, null = _pair(node, frame, gathered, parts)
        a, b = left.values, right.values
        null |= b == 0
        safe = np.where(b == 0, 1, b)
        near = large(as_float(a) * above, as_float(b) * below)
        with np.errstate(over="ignore", divide="ignore"):
            below_values = safe * np.int64(below)
            below_values = np.where(below_values == 0, 1, below_values)
            values = half_even(a * np.int64(above), below_values)
        return exactly(near, null, values, exact, a, safe)

    return evaluate


def _mapped(function: Callable[[Array], Array]) -> Callable[[Node], ColumnFunction]:
    def compiled(node: Node) -> ColumnFunction:
        inner = compile_columns(node.parts[0])

        def evaluate(frame: Frame, gathered: Gathered) -> Column:
            column = inner(frame, gathered)
            return Column(function(column.values), column.null)

        return evaluate

    return compiled


def _round_to(node: Node) -> ColumnFunction:
    inner, scale = compile_columns(node.parts[0]), node.parts[0].type.scale
    return lambda frame, gathered: lifted(inner(frame, gathered), scale, node.type.scale)


def _date_part(node: Node) -> ColumnFunction:
    inner = compile_columns(node.parts[0])

    def evaluate(frame: Frame, gathered: Gathered) -> Column:
        column = inner(frame, gathered)
        return _by_distinct(column.null, lambda days: date_part(days, node.op), column.values)

    return evaluate


def _by_distinct(null: Mask, function: Callable[..., int | None], *inputs: Array) -> Column:
    """The row path's function once per distinct input: calendars are not worth writing twice."""
    distinct, where = np.unique(np.stack(inputs), axis=1, return_inverse=True)
    answers = [function(*map(int, values)) for values in distinct.T]
    values = np.array([0 if a is None else a for a in answers], np.int64)[where.ravel()]
    unknown = np.array([a is None for a in answers], bool)[where.ravel()]
    return Column(values, null | unknown)


def _days_between(node: Node) -> ColumnFunction:
    parts = [compile_columns(part) for part in node.parts]

    def evaluate(frame: Frame, gathered: Gathered) -> Column:
        start, end, null = _pair(node, frame, gathered, parts)
        return Column(end.values - start.values, null)

    return evaluate


def _months_between(node: Node) -> ColumnFunction:
    parts = [compile_columns(part) for part in node.parts]

    def evaluate(frame: Frame, gathered: Gathered) -> Column:
        start, end, null = _pair(node, frame, gathered, parts)
        return _by_distinct(null, months_between, start.values, end.values)

    return evaluate


def _compare(node: Node) -> ColumnFunction:
    parts = [compile_columns(part) for part in node.parts]
    if node.parts[0].type.kind == "category":
        return _same_category(node, parts)
    scales = [part.type.scale for part in node.parts]
    a_lift, b_lift = (10 ** (max(scales) - scale) for scale in scales)
    order = ORDER[node.op]

    def evaluate(frame: Frame, gathered: Gathered) -> Column:
        left, right, null = _pair(node, frame, gathered, parts)
        a, b = left.values, right.values
        if a.dtype == bool:
            return Column(np.asarray(order(a, b.astype(bool))), null)
        near = large(as_float(a) * a_lift, as_float(b) * b_lift)
        values = np.asarray(order(a * np.int64(a_lift), b * np.int64(b_lift)))
        for row in np.flatnonzero(near & ~null).tolist():
            values[row] = order(int(a[row]) * a_lift, int(b[row]) * b_lift)
        return Column(values, null)

    return evaluate


def _same_category(node: Node, parts: list[ColumnFunction]) -> ColumnFunction:
    def evaluate(frame: Frame, gathered: Gathered) -> Column:
        left, right, null = _pair(node, frame, gathered, parts)
        names = {name: code for code, name in enumerate(left.categories or ())}
        recoded = np.array([names.get(name, -2) for name in right.categories or ()] + [-3])
        same = left.values == recoded[right.values]
        return Column(same if node.op == "eq" else ~same, null)

    return evaluate


def _in(node: Node) -> ColumnFunction:
    inner, choices = compile_columns(node.parts[0]), frozenset(node.choices)

    def evaluate(frame: Frame, gathered: Gathered) -> Column:
        column = inner(frame, gathered)
        listed = np.array([name in choices for name in column.categories or ()] + [False])
        return Column(listed[column.values], column.null)

    return evaluate


def _logic(node: Node) -> ColumnFunction:
    parts = [compile_columns(part) for part in node.parts]
    decisive = node.op == "or"

    def evaluate(frame: Frame, gathered: Gathered) -> Column:
        settled = np.zeros(frame.rows, bool)
        unknown = np.zeros(frame.rows, bool)
        for part in parts:
            column = part(frame, gathered)
            settled |= ~column.null & (column.values.astype(bool) == decisive)
            unknown |= column.null
        return Column(settled if decisive else ~settled, unknown & ~settled)

    return evaluate


def _is_missing(node: Node) -> ColumnFunction:
    inner = compile_columns(node.parts[0])

    def evaluate(frame: Frame, gathered: Gathered) -> Column:
        return Column(inner(frame, gathered).null.copy(), np.zeros(frame.rows, bool))

    return evaluate


def _aligned(part: Node, wanted: int) -> ColumnFunction:
    inner, scale = compile_columns(part), part.type.scale
    if part.type.kind != "number":
        return inner
    return lambda frame, gathered: lifted(inner(frame, gathered), scale, wanted)


def _if_else(node: Node) -> ColumnFunction:
    condition = compile_columns(node.parts[0])
    then, otherwise = (_aligned(part, node.type.scale) for part in node.parts[1:])

    def evaluate(frame: Frame, gathered: Gathered) -> Column:
        holds = condition(frame, gathered)
        chosen = holds.values.astype(bool)
        a, b = then(frame, gathered), otherwise(frame, gathered)
        null = holds.null | np.where(chosen, a.null, b.null)
        return Column(np.where(chosen, a.values, b.values), null)

    return evaluate


def _coalesce(node: Node) -> ColumnFunction:
    parts = [_aligned(part, node.type.scale) for part in node.parts]

    def evaluate(frame: Frame, gathered: Gathered) -> Column:
        first, *others = (part(frame, gathered) for part in parts)
        values, null = first.values, first.null
        for other in others:
            values = np.where(null, other.values, values)
            null = null & other.null
        return Column(values, null)

    return evaluate


def _extreme(node: Node) -> ColumnFunction:
    parts = [_aligned(part, node.type.scale) for part in node.parts]
    pick = np.minimum if node.op == "min" else np.maximum

    def evaluate(frame: Frame, gathered: Gathered) -> Column:
        first, *others = (part(frame, gathered) for part in parts)
        values, null = first.values, first.null
        for other in others:
            values, null = pick(values, other.values), null | other.null
        return Column(values, null)

    return evaluate


def _gathering(node: Node) -> ColumnFunction:
    window = next((part for part in node.parts if part.op == "window"), None)
    inner = next((compile_columns(part) for part in node.parts if part.op != "window"), None)
    settle = SETTLE[node.op]

    def evaluate(frame: Frame, gathered: Gathered) -> Column:
        rows = gathered[node.name]
        if window is not None:
            rows = in_window(rows, window, frame)
        count = rows.frame.rows
        ones = Column(np.ones(count, np.int64), np.zeros(count, bool))
        column = ones if inner is None else inner(rows.frame, {})
        return settle(column, rows.owner, frame.rows)

    return evaluate


_COMPILERS: Mapping[str, Callable[[Node], ColumnFunction]] = {
    "constant": _constant,
    "field": _field,
    "add": _sum_or_difference,
    "subtract": _sum_or_difference,
    "multiply": _multiply,
    "divide": _divide,
    "negate": _mapped(np.negative),
    "abs": _mapped(np.abs),
    "not": _mapped(lambda values: ~values.astype(bool)),
    "month": _date_part,
    "year": _date_part,
    "days_between": _days_between,
    "months_between": _months_between,
    "round_to": _round_to,
    "in": _in,
    "and": _logic,
    "or": _logic,
    "is_missing": _is_missing,
    "if_else": _if_else,
    "coalesce": _coalesce,
    "min": _extreme,
    "max": _extreme,
    **dict.fromkeys(ORDER, _compare),
    **dict.fromkeys(SETTLE, _gathering),
}
