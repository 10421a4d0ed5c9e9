"""What rows cover together: rows never reached, overlaps, gaps, contradictions, each shown."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.dictionary import Dictionary
from tests.decisioning.cast import DICTIONARY, LANGUAGES, PRODUCT, policy_with, row, rule_set
from tests.policy import rule_strategies
from underwriting.decisioning.product import Product
from underwriting.policy.boxes import Steps
from underwriting.policy.checks import check_policy
from underwriting.policy.closure import compile_rows
from underwriting.policy.compiler import compiled_sets
from underwriting.policy.contradictions import contradictions
from underwriting.policy.document import Policy, RuleSet
from underwriting.policy.set_checks import Place, set_findings
from underwriting.policy.tree import program_of
from underwriting.regulation import pack

EU = pack("eu-2026-11-20")


def findings(*rule_sets, **members):
    return check_policy(
        Policy.parse(policy_with(*rule_sets, **members)),
        Dictionary.parse(DICTIONARY),
        Product.parse(PRODUCT),
        EU,
        LANGUAGES,
    )


def found(code, *rule_sets):
    return [f for f in findings(*rule_sets) if f.code == code]


def amount(**cell):
    return {"amount": cell}


def test_rows_that_together_leave_nothing_to_a_later_one_are_named():
    low, high = row("low", amount(lt="5000.00")), row("high", amount(ge="4000.00"))
    car = row("car", {"purpose": {"eq": "car"}, "amount": {"between": ["100.00", "9000.00"]}})
    (only,) = found("unreachable", rule_set("s", low, high, car))
    assert (only.severity, only.pointer, only.row) == ("error", "/rule_sets/0/rows/2", "car")
    assert "low, high together" in only.message


def test_categories_that_are_all_answered_leave_nothing():
    each = [row(name, {"purpose": {"eq": name}}) for name in ("car", "home", "other")]
    last = row("rest", {"purpose": {"known": True}, **amount(gt="1.00")})
    assert [f.row for f in found("unreachable", rule_set("s", *each, last))] == ["rest"]
    assert found("unreachable", rule_set("s", *each[:2], last)) == []


def test_a_row_for_missing_values_is_never_reached_after_one_that_refers_them():
    asks = row("asks", {"household": {"lt": "100.00"}})
    missing = row("missing", {"household": {"missing": True}}, "refer")
    assert [f.row for f in found("unreachable", rule_set("s", asks, missing))] == ["missing"]
    passes = row("asks", {"household": {"lt": "100.00"}}, missing="miss")
    assert found("unreachable", rule_set("s", passes, missing)) == []


def test_days_in_force_hide_only_their_own_days():
    when = amount(gt="100.00")
    old = row("old", when, to="2026-12-31")
    assert found("unreachable", rule_set("s", old, row("new", when, "refer"))) == []
    late = row("late", when, "refer", to="2026-06-30")
    assert [f.row for f in found("unreachable", rule_set("s", old, late))] == ["late"]


def test_rows_that_both_hit_and_say_otherwise_overlap_with_an_example():
    rows = row("small", amount(lt="600.00"), "refer"), row("odd", amount(lt="900.00"))
    (only,) = found("overlap", rule_set("s", *rows))
    assert (only.severity, only.row) == ("warning", "odd")
    assert "overlaps small: for amount 0.01 small says refer, this row would say decline" in (
        only.message
    )
    assert found("overlap", rule_set("s", *rows, hit="collect")) == []
    apart = row("odd", amount(gt="900.00"))
    assert found("overlap", rule_set("s", rows[0], apart)) == []


def test_a_set_that_lets_pass_and_forgets_values_has_a_gap_with_an_example():
    fine = row("fine", amount(lt="5000.00"), "approve", None)
    large = row("large", amount(gt="6000.00"))
    (only,) = found("gap", rule_set("s", fine, large))
    assert (only.severity, only.pointer, only.rule_set) == ("warning", "/rule_sets/0", "s")
    assert "amount 5000.00" in only.message
    assert found("gap", rule_set("s", fine, row("large", amount(ge="5000.00")))) == []
    assert found("gap", rule_set("s", row("knock_out", amount(gt="6000.00")))) == []


def test_a_set_that_lets_missing_values_pass_says_so():
    low = row("low", {"household": {"lt": "5.00"}}, "approve", None)
    high = row("high", {"household": {"ge": "5.00"}}, missing="miss")
    assert found("gap_missing", rule_set("s", low, high, missing="miss")) != []
    assert found("gap_missing", rule_set("s", low, high)) == []


def test_an_approval_that_another_set_declines_cannot_stand():
    approves = rule_set("a", row("rich", {"household": {"gt": "9000.00"}}, "approve", None))
    declines = rule_set("b", row("all", {"household": {"gt": "5000.00"}}), hit="collect")
    (only,) = found("contradiction", approves, declines)
    assert (only.rule_set, only.row) == ("a", "rich")
    assert "b/all says decline to all of what this row approves" in only.message
    part = rule_set("b", row("some", {"household": {"gt": "9500.00"}}))
    assert "to some of" in found("contradiction", approves, part)[0].message
    apart = rule_set("b", row("poor", {"household": {"lt": "5000.00"}}))
    assert found("contradiction", approves, apart) == []


def test_a_referral_where_another_set_declines_anyway_never_matters():
    refers = rule_set("a", row("ask", amount(gt="9000.00"), "refer"))
    declines = rule_set("b", row("no", amount(gt="8000.00")))
    (only,) = found("never_matters", refers, declines)
    assert (only.rule_set, only.row) == ("a", "ask")
    before = rule_set("b", row("ok", amount(gt="8500.00"), "continue", None), declines["rows"][0])
    assert found("never_matters", refers, before) == []


def test_values_beyond_a_fields_own_bounds_are_doubtful():
    (only,) = found("out_of_range", rule_set("s", row("r", amount(lt="0.01"))))
    assert (only.severity, only.pointer, only.column) == (
        "warning",
        "/rule_sets/0/rows/0/when/amount",
        "amount",
    )


def test_rows_with_a_mistake_hide_nothing():
    wrong = row("wrong", {"nothing": {"eq": 1}, **amount(gt="1.00")})
    assert found("unreachable", rule_set("s", wrong, row("next", amount(gt="2.00")))) == []


def test_what_there_is_no_time_for_is_said_to_be_unexamined():
    rows = [row(f"r{n}", {"count": {"ne": n}, "money": {"ne": f"{n}.00"}}) for n in range(20)]
    (place,) = places([rule_set("s", *rows)])
    enough = [f.code for f in set_findings(place, Steps())]
    assert "unreachable" in enough
    assert "not_examined" not in enough
    *_, last = set_findings(place, Steps(30))
    assert (last.code, last.rule_set) == ("not_examined", "s")


def places(documents):
    sets = [RuleSet.model_validate_json(json.dumps(document)) for document in documents]
    nodes = compiled_sets(sets, rule_strategies.INPUTS)
    return [Place(n, node, frozenset(range(len(node.rows)))) for n, node in enumerate(nodes)]


@settings(max_examples=12, deadline=None)
@given(rule_strategies.ALL_SETS, rule_strategies.APPLICATIONS)
def test_no_application_ever_hits_a_row_that_is_said_to_be_out_of_reach(documents, applications):
    made, steps = places(documents), Steps()
    said = [f for place in made for f in set_findings(place, steps)]
    dead = {(f.rule_set, f.row) for f in said if f.code in ("unreachable", "impossible")}
    evaluate = compile_rows(program_of([place.node for place in made]))
    for facts, parties in applications:
        for result in evaluate(facts, [{**facts, **party} for party in parties]):
            hits = {each["row"] for each in result.trace["rows"] if each["result"] == "hit"}
            assert not {(result.trace["set"], name) for name in hits} & dead


@settings(max_examples=12, deadline=None)
@given(rule_strategies.ALL_SETS, rule_strategies.APPLICATIONS, st.data())
def test_a_row_that_never_matters_changes_no_verdict(documents, applications, data):
    made = places(documents)
    said = [f for f in contradictions(made, Steps()) if f.code == "never_matters"]
    if not said:
        return
    one = data.draw(st.sampled_from(said))
    names = ["approve", "continue", "counter_offer", "refer", "decline"]
    evaluate = compile_rows(program_of([place.node for place in made]))
    for facts, parties in applications:
        results = evaluate(facts, [{**facts, **party} for party in parties])
        hit = [r for r in results if r.trace["set"] == one.rule_set]
        if any({"row": one.row, "result": "hit"} in r.trace["rows"] for r in hit):
            others = [f.outcome for r in results for f in r.fired if f.row != one.row]
            own = next(f.outcome for r in hit for f in r.fired if f.row == one.row)
            assert max(map(names.index, others), default=0) > names.index(own)


@pytest.mark.exhaustive
@pytest.mark.parametrize("hit", ["first", "collect"])
def test_two_thousand_rows_are_checked_in_bounded_steps(hit):
    rows = [row(f"r{n}", {**amount(eq=f"{n + 1}.00")}, "refer") for n in range(2_000)]
    assert "impossible" not in {f.code for f in findings(rule_set("s", *rows, hit=hit))}
