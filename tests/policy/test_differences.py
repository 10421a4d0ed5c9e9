"""What differs between two policies, and nothing else."""

import json

import pytest
from hypothesis import HealthCheck, given, settings

from tests.policy.policy_strategies import DOCUMENTS
from tests.policy.rule_strategies import INPUTS
from underwriting.policy.differences import Change, Difference, differences
from underwriting.policy.document import Policy
from underwriting.policy.sheets.table import Table
from underwriting.policy.sheets.writing import tables_of


def rules(*ids, part="rules/0", name="first", **cells):
    lines = tuple({"id": each, "when/income": f"> {len(each)}", **cells} for each in ids)
    return Table(part, ("id", "when/income"), lines, {"name": name, "hit": "first"})


def said(older, newer):
    found = differences({"rules/0": older}, {"rules/0": newer})
    return [(each.change.value, each.line) for each in found]


@pytest.mark.parametrize(
    ("older", "newer", "expected"),
    [
        (rules("a", "b"), rules("a", "b"), []),
        (rules("a"), rules("a", "bb"), [("added", "bb")]),
        (rules("a", "bb"), rules("a"), [("removed", "bb")]),
        (rules("a", "bb", "ccc"), rules("bb", "ccc", "a"), [("moved", "a")]),
        (rules("a", "bb", "ccc", "d"), rules("d", "a", "bb", "ccc"), [("moved", "d")]),
        (rules("a"), rules("b"), [("renamed", "b")]),
        (rules("a", "bb"), rules("bb", "c"), [("renamed", "c"), ("moved", "bb")]),
    ],
)
def test_lines(older, newer, expected):
    assert sorted(said(older, newer)) == sorted(expected)


def test_a_changed_cell_says_before_and_after():
    (found,) = differences({"rules/0": rules("a")}, {"rules/0": rules("a", outcome="refer")})
    assert found == Difference(Change.CELL, "rules/0", "first", "a", "outcome", "", "refer", 0, 0)


def test_rule_sets_are_matched_by_name_wherever_they_stand():
    older = {"rules/0": rules("a"), "rules/1": rules("b", part="rules/1", name="second")}
    newer = {
        "rules/0": rules("b", name="second"),
        "rules/1": rules("a", part="rules/1"),
        "rules/2": rules("c", part="rules/2", name="third"),
    }
    found = [(each.change.value, each.title) for each in differences(older, newer)]
    assert sorted(found) == [("part_added", "third"), ("part_moved", "second")]
    assert {each.change for each in differences(newer, older)} == {
        Change.PART_REMOVED, Change.PART_MOVED,
    }  # fmt: skip


def test_what_is_said_for_the_whole_set_is_its_own_change():
    newer = Table("rules/0", (), rules("a").lines, {"name": "first", "hit": "collect"})
    (found,) = differences({"rules/0": rules("a")}, {"rules/0": newer})
    assert (found.change, found.before, found.after) == (Change.HEAD, "first", "collect")


def test_lines_of_a_price_table_are_matched_by_their_order():
    def prices(*rates):
        lines = tuple({"band": "A", "rate_ppm": rate} for rate in rates)
        return {"prices/0": Table("prices/0", ("band", "rate_ppm"), lines, {"name": "t"})}

    (changed,) = differences(prices("4 %", "5 %"), prices("4 %", "6 %"))
    assert (changed.change, changed.line, changed.after) == (Change.CELL, "2", "6 %")
    (gone,) = differences(prices("4 %", "5 %"), prices("5 %"))
    assert (gone.change, gone.line) == (Change.REMOVED, "1")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DOCUMENTS, DOCUMENTS)
def test_two_policies_differ_exactly_where_their_hashes_do(one, other):
    first, second = Policy.parse(one), Policy.parse(other)
    tables = [tables_of(json.loads(each.canonical()), INPUTS) for each in (first, second)]
    assert differences(tables[0], tables[0]) == []
    assert bool(differences(*tables)) == (first.content_hash != second.content_hash)
