"""A row and a column of rows give the same values, whatever the expression and the rows."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from ml.columns import Frame
from ml.expressions import Environment, ExpressionError, Node, parse
from ml.expressions.columns import compile_columns
from ml.expressions.gathering import Inner
from ml.expressions.rows import compile_row
from ml.expressions.tree import Type
from ml.values import LIMIT
from tests.ml.expression_texts import NAMES, PARTY, Texts, aggregates, frame_of, rows_of

Rows = list[dict[str, Any]]
many = settings(max_examples=400, deadline=None)


def parsed(text: str, environment: Environment) -> Node:
    try:
        return parse(text, environment)
    except ExpressionError as refused:
        assume("more than" not in str(refused))  # too many parts or too many decimals
        raise


def by_row(node: Node, rows: Rows, members: list[Rows] | None = None) -> list[Any]:
    function = compile_row(node)
    inside = members or [[] for _ in rows]
    return [function(row, {"party": party}) for row, party in zip(rows, inside, strict=True)]


def by_column(node: Node, frame: Frame, inner: Inner | None = None) -> list[Any]:
    gathered = {"party": inner} if inner else {}
    return compile_columns(node)(frame, gathered).items()


def spelled(values: list[Any]) -> list[tuple[str, Any]]:
    """With the type, because True == 1."""
    return [(type(value).__name__, value) for value in values]


@many
@given(Texts(NAMES).any(3), st.lists(rows_of(NAMES), max_size=6), st.integers(0, 9))
def test_row_and_column_agree(text: str, rows: Rows, scale: int) -> None:
    node = parsed(text, Environment(NAMES, scale=scale))
    assert spelled(by_column(node, frame_of(rows, NAMES))) == spelled(by_row(node, rows))


@many
@given(
    aggregates("party", PARTY),
    st.lists(st.lists(rows_of(PARTY), max_size=3), max_size=5),
    st.integers(0, 6),
)
def test_aggregates_agree(text: str, members: list[Rows], scale: int) -> None:
    node = parsed(text, Environment({}, inner={"party": PARTY}, scale=scale))
    rows: Rows = [{} for _ in members]
    owner = np.array([i for i, party in enumerate(members) for _ in party], np.int64)
    inner = Inner(frame_of([member for party in members for member in party], PARTY), owner)
    found = by_column(node, Frame({}, len(rows)), inner)
    assert spelled(found) == spelled(by_row(node, rows, members))


NUMBERS = {"a": Type("number", 2), "b": Type("number", 2)}
near_limit = st.integers(-LIMIT, LIMIT) | st.integers(LIMIT - 300, LIMIT) | st.just(-LIMIT)


@many
@given(st.sampled_from(["a + b", "a - b", "a * b", "a / b", "a < b"]), near_limit, near_limit)
@example("a + b", LIMIT, 0)
@example("a + b", LIMIT, 1)
@example("a - b", -LIMIT, 1)
@example("a * b", 2**31, 2**31)
@example("a / b", -LIMIT, -1)
@example("a / b", LIMIT, 100)
def test_near_the_limit_both_are_exact_or_missing(text: str, a: int, b: int) -> None:
    node = parse(text, Environment(NUMBERS, scale=2))
    rows: Rows = [{"a": a, "b": b}]
    expected = by_row(node, rows)
    assert by_column(node, frame_of(rows, NUMBERS)) == expected
    exact = {"a + b": a + b, "a - b": a - b, "a * b": a * b}
    if text in exact:
        assert expected == [exact[text] if abs(exact[text]) <= LIMIT else None]


@pytest.mark.parametrize(
    ("a", "b", "quotient"),
    [
        (5, 200, 2),  # 0.05 / 2.00 = 0.025, the tie goes to the even 0.02
        (15, 200, 8),  # 0.075 -> 0.08
        (25, 200, 12),  # 0.125 -> 0.12
        (-5, 200, -2),
        (5, -200, -2),
        (-15, -200, 8),
        (7, 200, 4),  # 0.035 -> 0.04
        (100, 300, 33),
        (200, 300, 67),
        (1, 0, None),
        (0, 0, None),
        (None, 100, None),
    ],
)
def test_division_rounds_half_to_even(a: int | None, b: int, quotient: int | None) -> None:
    node = parse("a / b", Environment(NUMBERS, scale=2))
    rows: Rows = [{"a": a, "b": b}]
    assert by_row(node, rows) == by_column(node, frame_of(rows, NUMBERS)) == [quotient]


def test_sums_over_many_parties_overflow_to_missing() -> None:
    node = parse("sum(party.x)", Environment({}, inner={"party": {"x": Type("number")}}))
    members: list[Rows] = [[{"x": LIMIT}, {"x": LIMIT}, {"x": -LIMIT}], [{"x": LIMIT}] * 5, []]
    owner = np.array([0] * 3 + [1] * 5, np.int64)
    inner = Inner(frame_of([m for party in members for m in party], {"x": Type("number")}), owner)
    expected = [LIMIT, None, 0]
    assert by_row(node, [{}, {}, {}], members) == expected
    assert by_column(node, Frame({}, 3), inner) == expected
