"""What would get you approved: the cheapest change on the grid that the very same plan approves."""

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.dictionary import Dictionary
from ml.dictionary.actionable import levels
from tests.decisioning.cast import (
    ADA,
    BEN,
    DICTIONARY,
    POLICY,
    changed,
    inputs,
    plan,
    policy_with,
    row,
    rule_set,
)
from underwriting.decisioning.paths import changed_inputs
from underwriting.policy.document import Policy
from underwriting.policy.paths import path_findings

MOVABLE = {
    "income": {"changeable": "higher", "reach": {"step": "250.00", "max": "6000.00"}},
    "debts": {"changeable": "lower", "reach": {"step": "100.00"}},
    "housing": {"changeable": "either", "reach": {"values": ["own"]}},
    "months_employed": {"changeable": "higher", "reach": {"step": 6, "max": 36}},
}
NARROW = {
    "income": {"changeable": "higher", "reach": {"step": "100.00", "max": "1700.00"}},
    "debts": {"changeable": "lower", "reach": {"step": "50.00", "min": "420.00"}},
    "housing": {},
}
ACTIONABLE = changed(
    DICTIONARY,
    fields=[{**each, **MOVABLE.get(each["name"], {})} for each in DICTIONARY["fields"]],
)
PARSED = Dictionary.parse(ACTIONABLE)
FEW = {"request": ["term"], "most_changes": 2, "honoured_days": 30}
LOOKING = changed(POLICY, paths=FEW, counter_offer=None)
TIGHT = {**ADA, "income": "1600.00", "debts": "900.00", "housing": "rent"}
POOR = {**BEN, "months_employed": 6, "debts": "600.00"}


def made(policy=LOOKING, **parts):
    return plan(dictionary=ACTIONABLE, policy=policy, **parts)


def found(application, policy=LOOKING, **parts):
    return made(policy, **parts).path(application)


def changes_of(path):
    return {(each["party"], each["field"]): each["to"] for each in path["changes"]}


def movable(application):
    """Every fact that may be moved, with its levels in human form and their distances."""
    moves = []
    for name in MOVABLE:
        reader = PARSED.reader(name)
        for position, party in enumerate(application["parties"]):
            current = party["facts"].get(name)
            typed = None if current is None else reader.typed(current)
            reached = levels(PARSED.entries[name], reader, typed)
            moves.append(
                [(position, name, reader.human(each.value), each.distance_ppm) for each in reached]
            )
    term = application["request"]["term_months"]
    terms = [value for value in (6, 12, 24, 36) if value != term]
    moves.append([(None, "term_months", v, abs(v - term) * 1_000_000 // term) for v in terms])
    return moves


def cheapest_by_hand(application, policy=LOOKING):
    """(number of changes, cost) of the cheapest way, every way decided one by one."""
    decide = made(policy).decide
    moves = movable(application)
    for count in (1, 2):
        costs = []
        for chosen in combinations(moves, count):
            for way in product(*chosen):
                change = [{"party": p, "field": f, "to": to} for p, f, to, _ in way]
                if decide(changed_inputs(application, change))["outcome"] == "approve":
                    costs.append(sum(each[3] for each in way))
        if costs:
            return count, min(costs)
    return None


def test_nothing_is_looked_for_unless_the_lender_says_so():
    assert found(inputs(TIGHT), policy=POLICY) is None


def test_a_search_that_could_name_nothing_is_warned_of():
    policy = Policy.parse(changed(POLICY, paths={**FEW, "request": []}))
    assert [each.code for each in path_findings(policy.paths, PARSED)] == []
    unmovable = Dictionary.parse(DICTIONARY)
    assert [each.code for each in path_findings(policy.paths, unmovable)] == ["no_path"]


def test_two_changes_are_named_where_no_one_is_enough():
    limited = changed(
        DICTIONARY,
        fields=[
            {**each, **{**MOVABLE, **NARROW}.get(each["name"], {})} for each in DICTIONARY["fields"]
        ],
    )
    asked = inputs({**TIGHT, "debts": "600.00"}, amount="6000.00", term=24)
    one = plan(dictionary=limited, policy=changed(LOOKING, paths={**FEW, "most_changes": 1}))
    two = plan(dictionary=limited, policy=LOOKING)
    assert one.path(asked)["status"] == "none"
    path = two.path(asked)
    assert [each["field"] for each in path["changes"]] == ["income", "debts"]
    assert two.decide(changed_inputs(asked, path["changes"]))["outcome"] == "approve"
    for left in range(2):
        alone = [path["changes"][left]]
        assert two.decide(changed_inputs(asked, alone))["outcome"] != "approve"


def test_who_is_approved_needs_no_path():
    assert found(inputs(ADA)) is None


def test_the_path_is_approved_by_the_very_same_plan():
    asked = inputs(TIGHT, amount="6000.00", term=24)
    path = found(asked)
    assert path["status"] == "found"
    assert made().decide(asked)["outcome"] == "decline"
    again = made().decide(changed_inputs(asked, path["changes"]))
    assert again["outcome"] == "approve"
    assert (again["offer"], again["points"]) == (path["offer"], path["points"])


@pytest.mark.parametrize("facts", [(TIGHT,), (POOR,), (TIGHT, POOR), ({**TIGHT, "debts": "0.00"},)])
@pytest.mark.parametrize(("amount", "term"), [("6000.00", 12), ("11000.00", 24), ("3000.00", 6)])
def test_no_other_way_is_cheaper(facts, amount, term):
    asked = inputs(*facts, amount=amount, term=term)
    path = found(asked)
    by_hand = cheapest_by_hand(asked) if path else None
    if path is None:
        assert made().decide(asked)["outcome"] in ("approve", "refer")
    elif path["status"] == "found":
        assert (len(path["changes"]), path["cost_ppm"]) == by_hand
    else:
        assert by_hand is None


def test_the_path_is_the_same_bytes_every_time_and_says_what_it_rests_on():
    asked = inputs(TIGHT, POOR, amount="11000.00")
    path = found(asked)
    assert path == found(asked)
    assert path["pins"] == made().hashes._asdict()
    assert path["honoured_days"] == 30


def test_a_knock_out_that_nobody_can_change_ends_the_search():
    path = found(inputs({**TIGHT, "bankrupt": True}))
    assert (path["status"], path["tried"], path["changes"]) == ("none", 0, [])


def test_a_fact_that_is_not_changeable_is_never_named():
    path = found(inputs(TIGHT, purpose="home", amount="11000.00"))
    assert {each["field"] for each in path["changes"]} <= {*MOVABLE, "term_months"}


def test_an_amount_is_lowered_only_where_the_lender_lets_it():
    asked = inputs(TIGHT, amount="12000.00", term=36)
    with_amount = changed(LOOKING, paths={**FEW, "request": ["amount", "term"], "most_changes": 1})
    only = changed(LOOKING, paths={**FEW, "request": [], "most_changes": 1})
    named = {each["field"] for each in found(asked, with_amount)["changes"]}
    assert named <= {"amount", *MOVABLE}
    assert "amount" not in {each["field"] for each in found(asked, only)["changes"]}


def test_a_counter_offered_applicant_learns_what_the_whole_amount_needs():
    asked = inputs({**TIGHT, "debts": "300.00"}, amount="12000.00", term=24)
    policy = changed(POLICY, paths={**FEW, "most_changes": 3})
    assert made(policy).decide(asked)["outcome"] == "counter_offer"
    path = found(asked, policy)
    assert path["status"] == "found"
    assert path["offer"]["amount"] == 1_200_000
    assert None not in {each["party"] for each in path["changes"]}


@pytest.mark.parametrize("secret", ["check.fraud", "check.sanctions"])
def test_whoever_a_check_stopped_is_told_of_no_way_around(secret):
    stop = rule_set(
        "stop",
        row("stopped", {secret: {"eq": "hit"}, "debts": {"gt": "1.00"}}, missing="miss"),
        scope="party",
    )
    policy = changed(policy_with(stop, *POLICY["rule_sets"]), paths=FEW, counter_offer=None)
    name = secret.partition(".")[2]
    path = found(inputs(TIGHT, checks={name: "hit"}), policy)
    assert (path["status"], path["changes"], path["tried"]) == ("withheld", [], 0)
    assert found(inputs(TIGHT, checks={name: "clear"}), policy)["status"] != "withheld"


@settings(max_examples=12, deadline=None)
@given(
    st.integers(3, 80), st.integers(0, 60), st.sampled_from(["own", "rent", None]),
    st.integers(0, 40), st.sampled_from([6, 12, 24, 36]), st.integers(1, 40),
)  # fmt: skip
def test_no_other_way_is_cheaper_whoever_asks(income, debts, housing, months, term, amount):
    facts = {
        **BEN,
        "income": f"{income * 50}.00",
        "debts": f"{debts * 20}.00",
        "months_employed": months,
    }
    facts = facts if housing is None else {**facts, "housing": housing}
    asked = inputs(facts, amount=f"{amount * 500}.00", term=term)
    one = changed(LOOKING, paths={**FEW, "most_changes": 1})
    path = found(asked, one)
    if path is None or not path["complete"]:
        return
    decide = made(one).decide
    costs = [
        far
        for moves in movable(asked)
        for party, field, to, far in moves
        if decide(changed_inputs(asked, [{"party": party, "field": field, "to": to}]))["outcome"]
        == "approve"
    ]
    assert path["cost_ppm"] == min(costs, default=None)
