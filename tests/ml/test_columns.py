"""Columns hold exactly what rows hold, and give it back."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.columns import Column, Frame
from ml.values import LIMIT, date_of, divide_half_even, rescaled, scaled_text
from tests.ml.expression_texts import NAMES, frame_of, rows_of

KINDS = {name: kind.kind for name, kind in NAMES.items()} | {"name": "text"}
patient = settings(deadline=None)  # machines under test are busy
rows = st.lists(
    st.tuples(rows_of(NAMES), st.none() | st.text()).map(lambda row: row[0] | {"name": row[1]})
)


@patient
@given(rows)
def test_rows_come_back_from_columns(found: list[dict[str, Any]]) -> None:
    frame = Frame.of(found, KINDS)
    assert frame.rows_as_values() == found
    assert [frame.row(index) for index in range(frame.rows)] == found


@patient
@given(rows, st.data())
def test_taking_rows_takes_them_in_order(found: list[dict[str, Any]], data: st.DataObject) -> None:
    frame = Frame.of(found, KINDS)
    wanted = data.draw(st.lists(st.integers(0, len(found) - 1)) if found else st.just([]))
    taken = frame.take(np.array(wanted, np.int64))
    assert (taken.rows, taken.rows_as_values()) == (len(wanted), [found[i] for i in wanted])
    mask = np.array([index in wanted for index in range(len(found))], bool)
    kept = [row for index, row in enumerate(found) if index in wanted]
    assert (frame.take(mask).rows, frame.take(mask).rows_as_values()) == (len(kept), kept)


def test_what_stands_under_a_null_is_not_read() -> None:
    spoiled = frame_of([{"count_a": None, "house": None}, {"house": "own"}], NAMES)
    assert spoiled.columns["count_a"].items() == [None, None]
    assert spoiled.columns["house"].items() == [None, "own"]


def test_values_are_pythons_own() -> None:
    """A numpy integer would spell itself otherwise in a document."""
    row = Frame.of([{"count_a": 5, "flag_a": True, "house": "own"}], KINDS).row(0)
    assert [type(row[name]) for name in ("count_a", "flag_a", "house")] == [int, bool, str]


def test_a_missing_column_knows_nothing() -> None:
    assert Column.missing(3).items() == [None] * 3


def test_joined_frames_keep_the_newer_column() -> None:
    frame = Frame.of([{"count_a": 1}], {"count_a": "number"})
    joined = frame.joined({"count_a": Column.of([2], kind="number")})
    assert joined.row(0) == {"count_a": 2}


@patient
@given(st.integers(-(10**30), 10**30), st.integers(-(10**20), 10**20).filter(bool))
def test_division_gives_the_nearest_integer_ties_to_even(a: int, b: int) -> None:
    found = divide_half_even(a, b)
    distance = abs(a - found * b) * 2
    assert distance < abs(b) or (distance == abs(b) and found % 2 == 0)


@patient
@given(st.integers(-LIMIT, LIMIT), st.integers(0, 9))
def test_more_decimals_lose_nothing(value: int, scale: int) -> None:
    assert rescaled(rescaled(value, scale, 9), 9, scale) == value


def test_scaled_integers_in_human_form() -> None:
    spelled = [scaled_text(v, s) for v, s in [(125_000, 2), (-5, 2), (0, 4), (7, 0)]]
    assert spelled == ["1250.00", "-0.05", "0.0000", "7"]
    assert scaled_text(LIMIT, 2) == "46116860184273879.04"
    assert str(date_of(20_778)) == "2026-11-21"
