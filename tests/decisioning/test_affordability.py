"""Income less expenses, obligations and the stressed instalment; the same by row and by column."""

import json

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tests.decisioning.cast import ADA, PRODUCT, changed, codes, decided, inputs, plan
from tests.decisioning.household import CARLA, DAVID, RULES, WIDER, policy, settings
from underwriting.decisioning.affordability_columns import MeansColumns
from underwriting.decisioning.applications import Applications
from underwriting.policy.document import Policy
from underwriting.pricing.instalments import instalment
from underwriting.regulation import Pack, pack


def made(rules=None, **parts):
    return plan(dictionary=WIDER, policy=rules or policy(), **parts)


def calculation(*parties, rules=None, **asked):
    """The calculation of these parties, checked to be the same as columns."""
    whole = made(rules)
    facts = whole._reader.read(inputs(*parties, **asked))
    assert_same_columns(whole, [facts])
    return whole.evaluator.row(facts).means


def assert_same_columns(whole, facts):
    """By row and by column, on the very values that rules read."""
    given, means = Applications.of(whole.dictionary, facts), whole.evaluator._means
    found, asked = whole.evaluator.columns(given), whole.evaluator._derived(given).applications
    columns = MeansColumns(means).columns(given, found.parties, asked, found.rate)
    for position, each in enumerate(facts):
        by_row = whole.evaluator.row(each).means.inputs()
        assert {name: columns[name].item(position) for name in by_row} == by_row


def test_what_is_left_of_a_month():
    found = calculation(CARLA, amount="6000.00", term=24)
    assert found.income == 260_000  # verified: no haircut
    assert found.expenses == 120_000  # 1,100 declared; one adult with a child needs 1,200
    assert found.obligations == 15_000
    assert found.rate_ppm == 90_000  # 6 % and 2 points are below the floor
    assert found.instalment == instalment(600_000, 90_000, 24) == 27_411
    assert found.disposable == 260_000 - 120_000 - 15_000 - 27_411
    assert found.burden_ppm == 163_119  # 424.11 of 2,600.00


def test_an_income_merely_declared_is_cut():
    found = calculation({**CARLA, "bank_income": None})
    assert found.income == 240_000  # 3,000.00 less a fifth


def test_expenses_declared_count_where_they_are_higher():
    assert calculation({**CARLA, "rent": "1100.00"}).expenses == 140_000


def test_the_bureau_is_believed_where_it_knows_more():
    assert calculation({**CARLA, "bureau_debts": "420.00"}).obligations == 42_000
    assert calculation({**CARLA, "bureau_debts": "20.00"}).obligations == 15_000
    assert calculation({**CARLA, "debts": None, "bureau_debts": "20.00"}).obligations == 2_000


def test_a_joint_household_is_counted_once():
    found = calculation(CARLA, DAVID)
    assert found.income == 260_000 + 120_000
    assert found.expenses == 160_000  # two adults and the one child both state, not 2 x 1,200
    assert found.obligations == 15_000 + 8_000


def test_who_lives_elsewhere_has_a_household_of_their_own():
    found = calculation(CARLA, {**DAVID, "same_home": False, "children": 0})
    assert found.expenses == 120_000 + 90_000


def test_an_obligation_of_both_is_counted_once():
    found = calculation({**CARLA, "joint_debts": "60.00"}, {**DAVID, "joint_debts": "60.00"})
    assert found.obligations == 15_000 + 8_000 - 6_000


def test_more_people_than_the_table_has():
    found = calculation({**CARLA, "adults": 3, "children": 3})
    assert found.expenses == 160_000 + 35_000 + 2 * 25_000


def test_a_guarantor_does_not_count():
    given = inputs(CARLA, DAVID)
    given["parties"][1]["role"] = "guarantor"
    whole = made()
    found = whole.evaluator.row(whole._reader.read(given)).means
    assert (found.income, found.obligations) == (260_000, 15_000)


@pytest.mark.parametrize(
    ("left_out", "part"),
    [
        ({"bank_income": None, "net_income": None}, "income"),
        ({"children": None}, "expenses"),
        ({"debts": None}, "obligations"),
    ],
)
def test_what_is_missing_leaves_the_whole_missing(left_out, part):
    found = calculation({**CARLA, **left_out})
    assert getattr(found, part) is None
    assert found.disposable is None
    document = decided(inputs({**CARLA, **left_out}), dictionary=WIDER, policy=policy())
    assert document["outcome"] == "refer"
    assert "INCOMPLETE_FACTS" in codes(document)


def test_it_cannot_be_said_who_lives_together():
    assert calculation(CARLA, {**DAVID, "same_home": None}).expenses is None


def test_without_a_table_expenses_must_be_stated():
    rules = policy(settings(household={}))
    assert calculation(CARLA, rules=rules).expenses == 110_000
    assert calculation({**CARLA, "other_costs": None}, rules=rules).expenses is None


def test_no_income_leaves_no_share_of_it():
    found = calculation({**CARLA, "bank_income": "0.00"})
    assert found.burden_ppm is None
    assert found.disposable < 0


def test_who_cannot_carry_it_gets_a_smaller_or_longer_loan():
    """The results depend on amount, term and price, so another offer may change them."""
    poor = {**CARLA, "bank_income": "1600.00"}
    document = decided(inputs(poor, amount="9000.00", term=24), dictionary=WIDER, policy=policy())
    assert document["outcome"] == "counter_offer"
    assert "DTI_TOO_HIGH" in codes(document)
    offer = document["offer"]
    left = 160_000 - 120_000 - 15_000
    assert instalment(offer["amount"], 90_000, offer["term_months"]) <= left
    again = inputs(poor, amount=f"{offer['amount'] // 100}.00", term=offer["term_months"])
    assert decided(again, dictionary=WIDER, policy=policy())["outcome"] == "approve"


def test_a_pack_may_ask_for_more_stress():
    data = json.loads(pack("eu-2026-11-21").to_bytes())
    harder = Pack.parse(json.dumps({**data, "stress": {"floor_ppm": 150_000}}).encode())
    whole = made()
    means = type(whole.evaluator._means)(
        whole.policy.affordability, whole.dictionary, whole.prices, harder
    )
    assert (means.add_on, means.floor) == (20_000, 150_000)


def test_a_limit_is_tested_as_if_drawn():
    rules = policy(settings(assumed_term_months=12))
    whole = made(rules, product=changed(PRODUCT, term=None))
    found = whole.evaluator.row(whole._reader.read(inputs(CARLA))).means
    assert found.instalment == instalment(600_000, 90_000, 12)


def test_a_policy_without_it_keeps_its_bytes():
    without = policy()
    del without["affordability"]
    assert "affordability" not in json.loads(Policy.parse(without).canonical())
    read = Policy.parse(policy())
    assert Policy.parse(read.canonical()).content_hash == read.content_hash


AMOUNT = st.sampled_from([None, "0.00", "49.99", "333.33", "1200.01", "2600.00", "99999999999.99"])
PEOPLE = st.sampled_from([None, 0, 1, 2, 5, 101, -1])
PARTY = st.fixed_dictionaries(
    {
        "debts": AMOUNT,
        "bank_income": AMOUNT,
        "net_income": AMOUNT,
        "rent": AMOUNT,
        "other_costs": AMOUNT,
        "bureau_debts": AMOUNT,
        "joint_debts": AMOUNT,
        "adults": PEOPLE,
        "children": PEOPLE,
        "same_home": st.sampled_from([None, True, False]),
        "income": st.sampled_from(["900.00", "4000.00", None]),
    }
).map(lambda facts: {**ADA, **facts})
ASKED = st.tuples(
    st.lists(PARTY, min_size=1, max_size=2),
    st.sampled_from(["500.00", "7000.00", "20000.00"]),
    st.sampled_from([6, 24, 0]),
    st.sampled_from(["co_borrower", "guarantor"]),
    st.sampled_from(["full", "none"]),
)
VARIANTS = [
    policy(),
    policy(settings(household={})),
    policy(settings(household={"minimum": [["700.00"]], "more_adult": "300.00"}, obligations=[])),
    policy(settings(income=[{"declared": "net_income", "haircut_ppm": 333_333, "optional": True}])),
]


def application(asked):
    parties, amount, term, role, liability = asked
    found = inputs(*parties, amount=amount, term=term)
    if len(parties) > 1:
        found["parties"][1] |= {"role": role}
    found["parties"][-1] |= {"liability": liability}
    return found


@pytest.mark.parametrize("rules", VARIANTS)
@examples(max_examples=8, deadline=None)
@given(st.lists(ASKED, min_size=1, max_size=6))
def test_rows_and_columns_compute_the_same(rules, asked):
    whole = made(rules)
    given_inputs = [application(each) for each in asked]
    assert whole.decide_columns(given_inputs) == [whole.decide_bytes(g) for g in given_inputs]
    facts = [whole._reader.read(each) for each in given_inputs]
    assert_same_columns(whole, facts)


def test_a_set_of_parties_may_read_it_too():
    by_party = {**RULES, "scope": "party"}
    document = decided(
        inputs({**CARLA, "bank_income": "900.00"}, amount="20000.00"),
        dictionary=WIDER,
        policy=policy(settings(), by_party, counter_offer=None),
    )
    assert document["outcome"] == "decline"
