"""The counter-offer is the best point of the grid that the very same plan approves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decisioning.cast import (
    ADA,
    BEN,
    POLICY,
    changed,
    codes,
    decided,
    inputs,
    plan,
    policy_with,
    row,
    rule_set,
)

TIGHT = {**ADA, "income": "1600.00", "debts": "300.00", "housing": "rent"}
AMOUNTS = [f"{amount}.00" for amount in range(20_000, 0, -500)]
TERMS = [6, 12, 24, 36]


def offers(**settings):
    return changed(POLICY, counter_offer={**POLICY["counter_offer"], **settings})


def approved_points(facts, policy, limit="99999.00"):
    """Every point of the grid, tried one by one as a request of its own."""
    without = changed(policy, counter_offer=None)
    made = plan(policy=without)
    return [
        (amount, term)
        for amount in AMOUNTS
        for term in TERMS
        if float(amount) <= float(limit)
        and made.decide(inputs(*facts, amount=amount, term=term))["outcome"] == "approve"
    ]


@pytest.mark.parametrize("facts", [(TIGHT,), (BEN,), (TIGHT, BEN)])
@pytest.mark.parametrize(("amount", "term"), [("12000.00", 12), ("20000.00", 36), ("700.00", 6)])
def test_the_closest_offer_is_found_exactly(facts, amount, term):
    document = decided(inputs(*facts, amount=amount, term=term))
    passing = approved_points(facts, POLICY, amount)
    if document["outcome"] == "counter_offer":
        amounts = [a for a, _ in passing]
        best = max(amounts, key=float)
        terms = [t for a, t in passing if a == best]
        nearest = min(terms, key=lambda t: (abs(t - term), t))
        assert document["offer"]["amount"] == int(float(best) * 100)
        assert document["offer"]["term_months"] == nearest
    else:
        assert document["outcome"] != "decline" or passing == []


def test_what_was_offered_is_approved_when_asked_for():
    document = decided(inputs(TIGHT, amount="12000.00", term=12))
    offer = document["offer"]
    again = decided(inputs(TIGHT, amount=f"{offer['amount'] // 100}.00", term=offer["term_months"]))
    assert document["outcome"] == "counter_offer"
    assert again["outcome"] == "approve"
    assert again["offer"] == {**offer, "kind": "approval"}


def test_a_counter_offer_says_why_not_what_was_asked():
    document = decided(inputs(TIGHT, amount="12000.00", term=12))
    assert document["outcome"] == "counter_offer"
    assert 1 <= len(document["reasons"]) <= 4
    assert "DTI_TOO_HIGH" in codes(document)


def test_nothing_is_searched_where_no_amount_could_help(monkeypatch):
    made = plan()
    monkeypatch.setattr(type(made._solver), "solve", lambda *_: pytest.fail("searched"))
    assert made.decide(inputs({**TIGHT, "bankrupt": True}))["outcome"] == "decline"
    assert made.decide(inputs({**TIGHT, "income": "700.00"}))["outcome"] == "decline"


def test_a_person_may_be_spared_only_where_the_lender_says_so():
    large = rule_set("size", row("large", {"amount": {"gt": "8000.00"}}, "refer"))
    asked = inputs(amount="9000.00", term=36)
    assert decided(asked, policy=policy_with(large))["outcome"] == "refer"
    settings = {**POLICY["counter_offer"], "instead_of": ["decline", "refer"]}
    document = decided(asked, policy=policy_with(large, counter_offer=settings))
    assert (document["outcome"], document["offer"]["amount"]) == ("counter_offer", 800_000)


def test_only_the_term_changes_where_the_lender_says_so():
    document = decided(inputs(TIGHT, amount="5000.00", term=6), policy=offers(change=["term"]))
    assert document["outcome"] == "counter_offer"
    assert (document["offer"]["amount"], document["offer"]["term_months"]) == (500_000, 24)


def test_the_most_profitable_offer_earns_at_least_as_much():
    asked = inputs(TIGHT, amount="12000.00", term=6)
    best = decided(asked, policy=offers(prefer="profit"))["offer"]
    closest = decided(asked)["offer"]
    assert best["total"] - best["amount"] >= closest["total"] - closest["amount"]


def test_a_rule_may_ask_for_a_counter_offer_and_else_declines():
    rules = rule_set(
        "size", row("large", {"amount": {"gt": "3000.00"}}, "counter_offer", "OTHER_REASON")
    )
    document = decided(inputs(amount="9000.00"), policy=policy_with(rules))
    assert (document["outcome"], document["offer"]["amount"]) == ("counter_offer", 300_000)
    alone = decided(inputs(amount="9000.00"), policy=policy_with(rules, counter_offer=None))
    assert (alone["outcome"], alone["offer"]) == ("decline", None)


def test_a_window_of_approval_is_found():
    """Approval need not fall with the amount: here only 4,000 to 5,000 passes."""
    rules = rule_set(
        "window",
        row("small", {"amount": {"lt": "4000.00"}}),
        row("large", {"amount": {"gt": "5000.00"}}),
    )
    document = decided(inputs(amount="15000.00"), policy=policy_with(rules))
    assert document["offer"]["amount"] == 500_000


def test_a_row_before_may_come_to_hit_instead():
    """Under FIRST a small home loan never meets the rule on purpose."""
    rules = rule_set(
        "homes",
        row("small", {"amount": {"lt": "4000.00"}}, "approve", None),
        row("home", {"purpose": {"eq": "home"}}),
    )
    document = decided(inputs(amount="9000.00", purpose="home"), policy=policy_with(rules))
    assert (document["outcome"], document["offer"]["amount"]) == ("counter_offer", 350_000)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 400), st.sampled_from([*TERMS, 7]), st.sampled_from([ADA, BEN, TIGHT])
        ),
        min_size=1,
        max_size=12,
    )
)
def test_many_searched_together_come_out_as_one_by_one(asked):
    made = plan()
    given = [inputs(facts, amount=f"{step * 55}.00", term=term) for step, term, facts in asked]
    assert made.decide_columns(given) == [made.decide_bytes(each) for each in given]
