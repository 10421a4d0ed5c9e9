"""Expressions and rows at random, for tests that compute both ways: as text, and typed by kind."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from ml.columns import Column, Frame
from ml.expressions.tree import DATE, Type
from ml.values import LIMIT

NAMES: dict[str, Type] = {
    "count_a": Type("number", 0),
    "count_b": Type("number", 0),
    "money_a": Type("number", 2),
    "money_b": Type("number", 2),
    "ratio": Type("number", 6),
    "flag_a": Type("boolean"),
    "flag_b": Type("boolean"),
    "day_a": DATE,
    "day_b": DATE,
    "house": Type("category"),
    "other_house": Type("category"),
}
PARTY: dict[str, Type] = {
    "income": Type("number", 2),
    "children": Type("number", 0),
    "employed": Type("boolean"),
    "since": DATE,
    "job": Type("category"),
}
HOUSES = ("own", "rent", "free")
EDGES = (0, 1, -1, 2, 3, 5, -5, 15, 25, -25, 35, 50, 150, 250, 999_999, 10**9, -(10**9), 10**18)
NEAR_LIMIT = tuple(
    sign * (power + step)
    for sign in (1, -1)
    for power in (2**61, LIMIT - 2)
    for step in range(-2, 3)
)

numbers = (
    st.sampled_from(EDGES)
    | st.sampled_from(NEAR_LIMIT)
    | st.integers(-(10**6), 10**6)
    | st.integers(-LIMIT, LIMIT)
)
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "number": numbers,
    "boolean": st.booleans(),
    "date": st.integers(-800, 40_000),
    "category": st.sampled_from(HOUSES),
}


def rows_of(names: Mapping[str, Type]) -> st.SearchStrategy[dict[str, Any]]:
    """Rows of typed values, any of them missing."""
    return st.fixed_dictionaries({n: st.none() | VALUES[t.kind] for n, t in names.items()})


def frame_of(rows: Sequence[Mapping[str, Any]], names: Mapping[str, Type]) -> Frame:
    """The rows as columns, with rubbish under the nulls: nobody may read it."""
    frame = Frame.of(rows, {name: kind.kind for name, kind in names.items()})
    return Frame({name: _spoiled(c) for name, c in frame.columns.items()}, frame.rows)


def _spoiled(column: Column) -> Column:
    values = column.values.copy()
    if column.categories:
        values[column.null] = len(column.categories) - 1
    elif values.dtype == np.int64:
        values[column.null] = np.iinfo(np.int64).min
    return Column(values, column.null, column.categories)


def _named(names: Mapping[str, Type], kind: str, prefix: str) -> st.SearchStrategy[str]:
    return st.sampled_from([f"{prefix}{n}" for n, t in names.items() if t.kind == kind])


class Texts:
    """Strategies of expression texts over some names; `depth` bounds the nesting."""

    def __init__(self, names: Mapping[str, Type], prefix: str = "") -> None:
        self.names, self.prefix = names, prefix

    def number(self, depth: int) -> st.SearchStrategy[str]:
        plain = _named(self.names, "number", self.prefix)
        constant = st.sampled_from(["0", "1", "7", "100", "0.5", "0.10", "2.50", "0.000001"])
        if depth == 0:
            return plain | plain | constant
        n, b, d = self.number(depth - 1), self.boolean(depth - 1), self.date(depth - 1)
        scale = st.integers(0, 4)
        return st.one_of(
            plain,
            st.builds("({} {} {})".format, n, st.sampled_from("+-/"), n),
            st.builds("(round_to({}, {}) * round_to({}, {}))".format, n, scale, n, scale),
            st.builds("round_to({}, {})".format, n, st.integers(0, 9)),
            st.builds("(-{})".format, n),
            st.builds("abs({})".format, n),
            st.builds("{}({}, {})".format, st.sampled_from(["min", "max", "coalesce"]), n, n),
            st.builds("if_else({}, {}, {})".format, b, n, n),
            st.builds("{}({})".format, st.sampled_from(["month", "year"]), d),
            st.builds(
                "{}({}, {})".format, st.sampled_from(["months_between", "days_between"]), d, d
            ),
        )

    def boolean(self, depth: int) -> st.SearchStrategy[str]:
        plain = _named(self.names, "boolean", self.prefix)
        if depth == 0:
            return plain | st.sampled_from(["true", "false"])
        n, b, d = self.number(depth - 1), self.boolean(depth - 1), self.date(depth - 1)
        category = _named(self.names, "category", self.prefix)
        chosen = category | st.sampled_from(["'own'", "'rent'", "'castle'"])
        order = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
        equal = st.sampled_from(["==", "!="])
        return st.one_of(
            plain,
            st.builds("({} {} {})".format, n, order, n),
            st.builds("({} {} {})".format, d, order, d),
            st.builds("({} {} {})".format, b, equal, b),
            st.builds("({} {} {})".format, category, equal, chosen),
            st.builds("({} in ['own', 'castle'])".format, category),
            st.builds("({} not in ['rent'])".format, category),
            st.builds("({} {} {})".format, b, st.sampled_from(["and", "or"]), b),
            st.builds("(not {})".format, b),
            st.builds("is_missing({})".format, n | category | d),
            st.builds("if_else({}, {}, {})".format, b, b, b),
            st.builds("coalesce({}, {})".format, b, b),
        )

    def date(self, depth: int) -> st.SearchStrategy[str]:
        plain = _named(self.names, "date", self.prefix)
        if depth == 0:
            return plain
        d = self.date(depth - 1)
        return st.one_of(
            plain,
            st.builds("{}({}, {})".format, st.sampled_from(["min", "max", "coalesce"]), d, d),
            st.builds("if_else({}, {}, {})".format, self.boolean(depth - 1), d, d),
        )

    def any(self, depth: int) -> st.SearchStrategy[str]:
        return st.one_of(self.number(depth), self.boolean(depth), self.date(depth))


def aggregates(over: str, names: Mapping[str, Type]) -> st.SearchStrategy[str]:
    """`sum(party.income / 3)` and its like."""
    inner = Texts(names, f"{over}.")
    touching = f"{over}.{next(iter(names))}"  # an aggregate needs a field of what it gathers over
    number = inner.number(1).map(lambda text: f"if_else(is_missing({touching}), {text}, {text})")
    boolean = inner.boolean(1).map(lambda text: f"({text} or {touching} > 0)")
    return st.one_of(
        st.builds("{}({})".format, st.sampled_from(["sum", "min", "max"]), number),
        st.builds("{}({})".format, st.sampled_from(["any", "all", "count"]), boolean),
        st.builds("min({})".format, _named(names, "date", f"{over}.")),
        st.builds("max({})".format, _named(names, "date", f"{over}.")),
        st.just(f"count({over})"),
    )
