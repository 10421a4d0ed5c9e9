"""Whole steps of editing: what they change, and that nothing else does."""

import pytest

from underwriting.policy.sheets.editing import (
    column_added,
    column_removed,
    line_added,
    line_moved,
    line_removed,
    line_repeated,
    named_rows,
    part_added,
    part_moved,
    part_removed,
    part_repeated,
)
from underwriting.policy.sheets.table import Table

COLUMNS = ("id", "when/income", "outcome")


def table(*ids, part="rules/0", name="first"):
    lines = tuple({"id": each, "when/income": "> 5", "outcome": "refer"} for each in ids)
    return Table(part, COLUMNS, lines, {"name": name})


def ids(found):
    return [line.get("id", "") for line in found.lines]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (line_added(table("a", "b"), 1), ["a", "", "b"]),
        (line_added(table("a"), 99), ["a", ""]),
        (line_removed(table("a", "b"), 0), ["b"]),
        (line_removed(table("a"), 7), ["a"]),
        (line_moved(table("a", "b", "c"), 2, -1), ["a", "c", "b"]),
        (line_moved(table("a", "b"), 0, -1), ["a", "b"]),
        (line_moved(table("a", "b"), 1, 1), ["a", "b"]),
        (line_moved(table("a", "b"), 9, 1), ["a", "b"]),
        (line_repeated(table("a", "a_2"), 0), ["a", "a_3", "a_2"]),
        (named_rows(table("", "income", "")), ["income_2", "income", "income_3"]),
    ],
)
def test_lines(found, expected):
    assert ids(found) == expected


def test_a_line_repeated_says_the_same():
    again = line_repeated(table("a"), 0).lines[1]
    assert {**again, "id": "a"} == table("a").lines[0]


def test_a_column_for_an_input_stands_beside_its_like_and_takes_its_cells_along():
    wider = column_added(table("a"), "when/age")
    assert wider.columns == ("id", "when/income", "when/age", "outcome")
    narrower = column_removed(wider, "when/income")
    assert narrower.columns == ("id", "when/age", "outcome")
    assert "when/income" not in narrower.lines[0]


def test_rule_sets_keep_their_order_under_new_numbers():
    tables = {"rules/0": table("a"), "rules/1": table("b", part="rules/1", name="second"),
              "bands": Table("bands", ("name",))}  # fmt: skip

    def names(found):
        assert [each.part for each in found.values()] == list(found)
        return [each.head.get("name") for part, each in found.items() if part != "bands"]

    assert names(part_added(tables, "rules", "rules")) == ["first", "second", "rules"]
    assert names(part_repeated(tables, "rules/0")) == ["first", "first_2", "second"]
    assert names(part_moved(tables, "rules/1", -1)) == ["second", "first"]
    assert names(part_moved(tables, "rules/1", 1)) == ["first", "second"]
    assert names(part_removed(tables, "rules/0")) == ["second"]
