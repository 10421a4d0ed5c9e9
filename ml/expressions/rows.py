"""A tree as a closure over one row. Missing is None; arithmetic on it is missing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ml.expressions.tree import Node
from ml.values import Value, date_of, divide_half_even, rescaled, within_limit

Row = Mapping[str, Value]
Gathered = Mapping[str, Sequence[Row]]
RowFunction = Callable[[Row, Gathered], Any]

ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
}


def compile_row(node: Node) -> RowFunction:
    """The value of the tree for a row of values and the rows it gathers over."""
    return _COMPILERS[node.op](node)


def scaled_to(value: int | None, scale: int, wanted: int) -> int | None:
    """A number at another scale; None in, or too large, None out."""
    return None if value is None else within_limit(rescaled(value, scale, wanted))


def quotient(a: int, a_scale: int, b: int, b_scale: int, scale: int) -> int | None:
    """a / b at `scale`, half-even, from exact integers; None for a zero divisor."""
    if b == 0:
        return None
    shift = scale + b_scale - a_scale
    numerator, denominator = (a * 10**shift, b) if shift >= 0 else (a, b * 10**-shift)
    return within_limit(divide_half_even(numerator, denominator))


def months_between(start: int, end: int) -> int | None:
    """Whole months from one day to the other; None outside the calendar."""
    try:
        first, last = date_of(start), date_of(end)
    except OverflowError:
        return None
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (1 if last.day < first.day else 0)


def date_part(days: int, part: str) -> int | None:
    """The month or the year of a day; None outside the calendar."""
    try:
        return int(getattr(date_of(days), part))
    except OverflowError:
        return None


def _constant(node: Node) -> RowFunction:
    value = node.value
    return lambda _row, _gathered: value


def _field(node: Node) -> RowFunction:
    name = node.name
    return lambda row, _gathered: row.get(name)


def _sum_or_difference(node: Node) -> RowFunction:
    left, right = (compile_row(part) for part in node.parts)
    scale = node.type.scale
    lifts = [10 ** (scale - part.type.scale) for part in node.parts]
    a_lift, b_lift = lifts[0], lifts[1] if node.op == "add" else -lifts[1]

    def evaluate(row: Row, gathered: Gathered) -> int | None:
        a, b = left(row, gathered), right(row, gathered)
        return None if a is None or b is None else within_limit(a * a_lift + b * b_lift)

    return evaluate


def _multiply(node: Node) -> RowFunction:
    left, right = (compile_row(part) for part in node.parts)

    def evaluate(row: Row, gathered: Gathered) -> int | None:
        a, b = left(row, gathered), right(row, gathered)
        return None if a is None or b is None else within_limit(a * b)

    return evaluate


def _divide(node: Node) -> RowFunction:
    left, right = (compile_row(part) for part in node.parts)
    a_scale, b_scale = (part.type.scale for part in node.parts)
    scale = node.type.scale

    def evaluate(row: Row, gathered: Gathered) -> int | None:
        a, b = left(row, gathered), right(row, gathered)
        if a is None or b is None:
            return None
        return quotient(a, a_scale, b, b_scale, scale)

    return evaluate


def _one(function: Callable[[Any], Any]) -> Callable[[Node], RowFunction]:
    def compiled(node: Node) -> RowFunction:
        inner = compile_row(node.parts[0])

        def evaluate(row: Row, gathered: Gathered) -> Any:
            value = inner(row, gathered)
            return None if value is None else function(value)

        return evaluate

    return compiled


def _two(function: Callable[[Any, Any], Any]) -> Callable[[Node], RowFunction]:
    def compiled(node: Node) -> RowFunction:
        left, right = (compile_row(part) for part in node.parts)

        def evaluate(row: Row, gathered: Gathered) -> Any:
            a, b = left(row, gathered), right(row, gathered)
            return None if a is None or b is None else function(a, b)

        return evaluate

    return compiled


def _round_to(node: Node) -> RowFunction:
    scale, wanted = node.parts[0].type.scale, node.type.scale
    return _one(lambda value: scaled_to(value, scale, wanted))(node)


def _compare(node: Node) -> RowFunction:
    scales = [part.type.scale for part in node.parts]
    order, top = ORDER[node.op], max(scales)
    a_lift, b_lift = (10 ** (top - scale) for scale in scales)
    if a_lift == b_lift == 1:
        return _two(order)(node)
    return _two(lambda a, b: order(a * a_lift, b * b_lift))(node)


def _in(node: Node) -> RowFunction:
    choices = frozenset(node.choices)
    return _one(lambda value: value in choices)(node)


def _logic(node: Node) -> RowFunction:
    """Kleene: one decisive value settles it even where another is missing."""
    parts = tuple(compile_row(part) for part in node.parts)
    decisive = node.op == "or"

    def evaluate(row: Row, gathered: Gathered) -> bool | None:
        return _kleene((part(row, gathered) for part in parts), decisive=decisive)

    return evaluate


def _kleene(values: Iterable[bool | None], *, decisive: bool) -> bool | None:
    unknown = False
    for value in values:
        if value is decisive:
            return value
        unknown = unknown or value is None
    return None if unknown else not decisive


def _is_missing(node: Node) -> RowFunction:
    inner = compile_row(node.parts[0])
    return lambda row, gathered: inner(row, gathered) is None


def _aligned(node: Node, parts: Sequence[Node]) -> tuple[RowFunction, ...]:
    """The parts at the node's scale."""
    return tuple(_lifted(part, node.type.scale) for part in parts)


def _lifted(part: Node, wanted: int) -> RowFunction:
    inner, scale = compile_row(part), part.type.scale
    if scale == wanted or part.type.kind != "number":
        return inner
    return lambda row, gathered: scaled_to(inner(row, gathered), scale, wanted)


def _if_else(node: Node) -> RowFunction:
    condition = compile_row(node.parts[0])
    then, otherwise = _aligned(node, node.parts[1:])

    def evaluate(row: Row, gathered: Gathered) -> Any:
        holds = condition(row, gathered)
        if holds is None:
            return None
        return then(row, gathered) if holds else otherwise(row, gathered)

    return evaluate


def _coalesce(node: Node) -> RowFunction:
    parts = _aligned(node, node.parts)

    def evaluate(row: Row, gathered: Gathered) -> Any:
        for part in parts:
            value = part(row, gathered)
            if value is not None:
                return value
        return None

    return evaluate


def _extreme(node: Node) -> RowFunction:
    parts = _aligned(node, node.parts)
    pick = min if node.op == "min" else max

    def evaluate(row: Row, gathered: Gathered) -> int | None:
        values = [part(row, gathered) for part in parts]
        return None if None in values else pick(values)

    return evaluate


def _gathering(node: Node) -> RowFunction:
    """An aggregate: rows in the window, the inner value of each, then one value of all."""
    windows = [part for part in node.parts if part.op == "window"]
    inner = next((compile_row(part) for part in node.parts if part.op != "window"), None)
    over, settle = node.name, SETTLE[node.op]
    window = windows[0] if windows else None

    def evaluate(row: Row, gathered: Gathered) -> Any:
        rows = gathered[over]
        if window is not None:
            rows = _within(rows, window, row.get("as_of"))
        return settle([True if inner is None else inner(each, {}) for each in rows])

    return evaluate


def _within(rows: Sequence[Row], window: Node, as_of: Value) -> Sequence[Row]:
    """Rows dated in the days before `as_of`, that day included; undated rows are not."""
    if not isinstance(as_of, int) or not isinstance(window.value, int):
        return ()
    first, name = as_of - window.value, window.name
    return [row for row in rows if isinstance(d := row.get(name), int) and first < d <= as_of]


def _sum(values: list[Any]) -> int | None:
    return None if None in values else within_limit(sum(values))


def _extreme_of(pick: Callable[[list[Any]], Any]) -> Callable[[list[Any]], Any]:
    return lambda values: None if not values or None in values else pick(values)


SETTLE: Mapping[str, Callable[[list[Any]], Any]] = {
    "count": len,
    "count_of": lambda values: None if None in values else sum(values),
    "sum_of": _sum,
    "min_of": _extreme_of(min),
    "max_of": _extreme_of(max),
    "any_of": lambda values: _kleene(values, decisive=True),
    "all_of": lambda values: _kleene(values, decisive=False),
}

_COMPILERS: Mapping[str, Callable[[Node], RowFunction]] = {
    "constant": _constant,
    "field": _field,
    "add": _sum_or_difference,
    "subtract": _sum_or_difference,
    "multiply": _multiply,
    "divide": _divide,
    "negate": _one(lambda value: -value),
    "abs": _one(abs),
    "not": _one(lambda value: not value),
    "month": _one(lambda days: date_part(days, "month")),
    "year": _one(lambda days: date_part(days, "year")),
    "days_between": _two(lambda start, end: within_limit(end - start)),
    "months_between": _two(months_between),
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
