"""What one rule says of one value, above all of a value that is missing or of another type."""

import json

import pytest

from tests.policy.rule_strategies import INPUTS
from underwriting.policy.closure import compile_rows
from underwriting.policy.compiler import compiled_sets
from underwriting.policy.document import RuleSet
from underwriting.policy.tree import program_of
from underwriting.policy.verdict import INCOMPLETE_FACTS, verdict_of


def verdict(rows, facts, **settings):
    document = {"name": "only", "rows": rows, **settings}
    node = compiled_sets([RuleSet.model_validate_json(json.dumps(document))], INPUTS)
    return verdict_of(compile_rows(program_of(node))(facts, [facts]))


def rule(when, outcome="decline", **settings):
    return {"id": "rule", "when": when, "outcome": outcome, "reason": "R1", **settings}


@pytest.mark.parametrize(
    ("when", "facts", "outcome"),
    [
        ({"count": {"lt": 18}}, {"count": 17}, "decline"),
        ({"count": {"lt": 18}}, {"count": 18}, "approve"),
        ({"ratio": {"gt": "0.4000"}}, {"ratio": 4_000}, "approve"),
        ({"ratio": {"gt": "0.4"}}, {"ratio": 4_001}, "decline"),
        ({"money": {"between": ["1.00", "2.50"]}}, {"money": 250}, "decline"),
        ({"money": {"between": ["1.00", "2.50"]}}, {"money": 251}, "approve"),
        ({"kind": {"in": ["a", "b"]}}, {"kind": "b"}, "decline"),
        ({"kind": {"not_in": ["a", "b"]}}, {"kind": "c"}, "decline"),
        ({"day": {"ge": "2026-11-21"}}, {"day": 20_778}, "decline"),
        ({"money": {"gt": {"field": "other_money"}}}, {"money": 2, "other_money": 1}, "decline"),
        ({"count": {"missing": True}}, {}, "decline"),
        ({"count": {"known": True, "lt": 3}}, {}, "approve"),
        ({"day": {"between": ["2026-11-20", "2026-11-21"]}}, {"day": 20_777}, "decline"),
        ({"day": {"between": ["2026-11-20", "2026-11-21"]}}, {"day": 20_778}, "decline"),
        ({"day": {"between": ["2026-11-20", "2026-11-21"]}}, {"day": 20_779}, "approve"),
        ({"note": {"starts_with": "mü"}}, {"note": "MÜLLER GmbH"}, "decline"),
        ({"note": {"starts_with": "mü"}}, {"note": "MU\u0308LLER"}, "decline"),
        ({"note": {"starts_with": "mu"}}, {"note": "Müller"}, "approve"),
        ({"note": {"starts_with": "Müller"}}, {"note": " Müller"}, "approve"),
        ({"note": {"ends_with": ["GmbH", "AG"]}}, {"note": "Müller ag"}, "decline"),
        ({"note": {"contains": "straße"}}, {"note": "An der STRASSE 7"}, "decline"),
        ({"note": {"contains": "casino"}}, {"note": "Casin"}, "approve"),
        ({"note": {"contains": ".*"}}, {"note": "abc"}, "approve"),
        ({"note": {"contains": ".*"}}, {"note": "a.*c"}, "decline"),
        ({"kind": {"starts_with": "A"}}, {"kind": "a"}, "decline"),
    ],
)
def test_a_rule_hits_what_it_says(when, facts, outcome):
    assert verdict([rule(when)], facts).outcome == outcome


@pytest.mark.parametrize("value", [None, "17", True, 17.0, 2**70, [], b"17"])
def test_a_missing_or_mistyped_value_refers_and_names_the_field(value):
    found = verdict([rule({"count": {"lt": 18}})], {"count": value})
    assert found.outcome == "refer"
    assert (found.fired[0].reason, found.fired[0].field) == (INCOMPLETE_FACTS, "count")
    assert found.trace[0]["rows"] == [{"row": "rule", "result": "missing", "field": "count"}]


def test_an_unknown_category_and_a_special_code_are_missing():
    assert verdict([rule({"kind": {"ne": "a"}})], {"kind": "z"}).outcome == "refer"
    assert verdict([rule({"coded": {"gt": 5}})], {"coded": 98}).outcome == "refer"


@pytest.mark.parametrize(
    ("missing", "outcome"),
    [("refer", "refer"), ("decline", "decline"), ("hit", "counter_offer"), ("miss", "approve")],
)
def test_each_row_says_what_a_missing_value_means(missing, outcome):
    found = verdict([rule({"count": {"lt": 1}}, "counter_offer", missing=missing)], {})
    assert found.outcome == outcome


def test_a_row_is_no_hit_once_any_cell_says_no():
    found = verdict([rule({"count": {"lt": 1}, "flag": {"eq": True}})], {"flag": False})
    assert found.outcome == "approve"


def test_first_stops_at_the_first_hit_and_collect_goes_on():
    rows = [
        {**rule({"count": {"gt": 0}}, "approve"), "id": "fine"},
        {**rule({"count": {"gt": 1}}, "decline"), "id": "too_many"},
    ]
    first = verdict(rows, {"count": 2})
    assert (first.outcome, len(first.trace[0]["rows"])) == ("approve", 1)
    assert verdict(rows, {"count": 2}, hit="collect").outcome == "decline"


def test_first_stops_where_it_cannot_say():
    rows = [
        {**rule({"count": {"gt": 0}}, "approve"), "id": "fine"},
        {**rule({"flag": {"eq": True}}, "decline"), "id": "flagged"},
    ]
    assert verdict(rows, {"flag": True}).outcome == "refer"


def test_a_party_set_asks_every_party_and_names_it():
    document = {"name": "each", "scope": "party", "rows": [rule({"income": {"lt": "100.00"}})]}
    node = compiled_sets([RuleSet.model_validate_json(json.dumps(document))], INPUTS)
    parties = [{"income": 20_000}, {"income": 5_000}]
    found = verdict_of(compile_rows(program_of(node))({}, parties))
    assert [fired.party for fired in found.fired] == [1]
    assert [trace["party"] for trace in found.trace] == [0, 1]


BEFORE, FIRST, LAST, AFTER = 20_777, 20_778, 20_788, 20_789


@pytest.mark.parametrize(
    ("days", "hits"),
    [
        ({"from": "2026-11-21"}, {FIRST, LAST, AFTER}),
        ({"to": "2026-12-01"}, {BEFORE, FIRST, LAST}),
        ({"from": "2026-11-21", "to": "2026-12-01"}, {FIRST, LAST}),
        ({"from": "2026-11-21", "to": "2026-11-21"}, {FIRST}),
    ],
)
def test_a_row_and_a_set_hold_on_both_days_they_name_and_between(days, hits):
    for row, whole in ((days, {}), ({}, days)):
        rows = [rule({"count": {"gt": 0}}, **row)]
        found = {
            day
            for day in (BEFORE, FIRST, LAST, AFTER)
            if verdict(rows, {"count": 1, "context.as_of": day}, **whole).outcome == "decline"
        }
        assert found == hits


def test_a_row_holds_only_while_its_set_does():
    rows = [rule({"count": {"gt": 0}}, to="2026-11-21")]
    facts = {"count": 1, "context.as_of": FIRST}
    assert verdict(rows, facts, **{"from": "2026-11-21"}).outcome == "decline"
    assert verdict(rows, facts, **{"from": "2026-11-22"}).outcome == "approve"


def test_a_row_out_of_force_lets_the_next_one_answer():
    rows = [
        {**rule({"count": {"gt": 0}}, "refer", to="2026-11-20"), "id": "old"},
        {**rule({"count": {"gt": 0}}, "decline"), "id": "new"},
    ]
    assert verdict(rows, {"count": 1, "context.as_of": BEFORE}).outcome == "refer"
    assert verdict(rows, {"count": 1, "context.as_of": FIRST}).outcome == "decline"


@pytest.mark.parametrize(
    ("missing", "outcome"),
    [("refer", "refer"), ("decline", "decline"), ("hit", "counter_offer"), ("miss", "approve")],
)
def test_without_a_known_day_the_missing_rule_of_a_dated_row_decides(missing, outcome):
    dated = rule({"count": {"gt": 0}}, "counter_offer", missing=missing, **{"from": "2026-11-21"})
    assert verdict([dated], {"count": 1}).outcome == outcome
    assert verdict([dated], {"count": 0}).outcome == "approve"
