"""A purchase financed in part: amount = price - down payment, and the search over all three."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.decisioning.cast import (
    ADA,
    BEN,
    DICTIONARY,
    POLICY,
    PRODUCT,
    changed,
    codes,
    decided,
    field,
    inputs,
    plan,
    row,
    rule_set,
)
from underwriting.decisioning.prices import Terms
from underwriting.decisioning.product import Product
from underwriting.policy.findings import PolicyRefused


def asked_money(name):
    return field(name, "request", "money", unit="EUR", scale=2, required=False, uses=["policy"])


PURCHASES = changed(
    DICTIONARY,
    fields=[*DICTIONARY["fields"], asked_money("purchase_price"), asked_money("paid_down")],
)
RULE = {"field": "paid_down", "price": "purchase_price", "min_share_ppm": 100_000, "step": "500.00"}
CAR = changed(
    PRODUCT,
    amount={"field": "amount", "min": "1000.00", "max": "6000.00", "step": "1000.00"},
    term={"field": "term_months", "values": [12, 24, 36]},
    down_payment=RULE,
)
BOTH = ["amount", "term", "down_payment"]


def policy(*rules, **members):
    settings = {**POLICY["counter_offer"], "change": BOTH, **members.pop("counter", {})}
    return changed(POLICY, rule_sets=list(rules), counter_offer=settings, **members)


def parts(rules=None, product=CAR):
    return {"dictionary": PURCHASES, "product": product, "policy": rules or policy()}


def purchase(price, paid, *parties, term=24, amount=None):
    lent = f"{price - paid}.00" if amount is None else amount
    found = inputs(*parties, amount=lent, term=term)
    found["request"] |= {"purchase_price": f"{price}.00", "paid_down": f"{paid}.00"}
    return found


def test_an_offer_says_what_is_paid_down():
    document = decided(purchase(5_000, 1_000), **parts())
    offer = document["offer"]
    assert document["outcome"] == "approve"
    assert (offer["amount"], offer["down_payment"], offer["price"]) == (400_000, 100_000, 500_000)


def test_too_little_paid_down_gets_the_next_step_that_suffices():
    document = decided(purchase(5_000, 400), **parts())
    assert (document["outcome"], codes(document)) == ("counter_offer", ["DOWN_PAYMENT"])
    offer = document["offer"]
    assert (offer["amount"], offer["down_payment"], offer["price"]) == (450_000, 50_000, 500_000)


def test_an_amount_that_is_not_what_the_price_leaves_goes_to_a_person():
    document = decided(purchase(5_000, 1_000, amount="3000.00"), **parts())
    assert (document["outcome"], codes(document)) == ("refer", ["AMOUNT_DISAGREES"])


@pytest.mark.parametrize("unsaid", ["purchase_price", "paid_down"])
def test_what_cannot_be_said_goes_to_a_person(unsaid):
    given_inputs = purchase(5_000, 1_000)
    del given_inputs["request"][unsaid]
    document = decided(given_inputs, **parts())
    assert (document["outcome"], document["offer"]) == ("refer", None)


def test_the_purchase_is_kept_before_a_cheaper_one_is_offered():
    small = rule_set("size", row("large", {"amount": {"gt": "3000.00"}}))
    offer = decided(purchase(6_000, 1_000), **parts(policy(small)))["offer"]
    assert (offer["amount"], offer["down_payment"], offer["price"]) == (300_000, 300_000, 600_000)
    cheaper = policy(small, counter={"change": ["amount", "term"]})
    offer = decided(purchase(6_000, 1_000), **parts(cheaper))["offer"]
    assert (offer["amount"], offer["down_payment"], offer["price"]) == (300_000, 100_000, 400_000)


def test_a_person_may_ask_for_more_down_but_not_for_too_little():
    made, asked = plan(**parts()), purchase(5_000, 1_000)
    document = made.decide(asked)
    offer = made.offer(document, asked, amount="3000.00", term_months=24)
    assert (offer["down_payment"], offer["price"]) == (200_000, 500_000)
    assert made.offer(document, asked, amount="4900.00", term_months=24) is None
    assert made.offer(document, asked, amount="5100.00", term_months=24) is None


@pytest.mark.parametrize("rule", [{"step": "0.00"}, {"step": "0.01"}, {"min_share_ppm": 1_000_000}])
def test_what_cannot_be_searched_or_met_is_refused(rule):
    with pytest.raises(ValidationError):
        Product.parse(changed(CAR, down_payment={**RULE, **rule}))


@pytest.mark.parametrize("name", ["income", "purpose", "nothing"])
def test_a_down_payment_is_money_of_the_request(name):
    with pytest.raises(PolicyRefused):
        plan(**parts(product=changed(CAR, down_payment={**RULE, "field": name})))


def test_a_product_without_one_keeps_its_inputs():
    with pytest.raises(PolicyRefused):
        plan(policy=policy(rule_set("x", row("y", {"price.financed": {"gt": "1.00"}}))))


SHARES = rule_set(
    "shares",
    row("window", {"price.down_payment_ppm": {"between": [300_000, 400_000]}}, "refer"),
    row("long", {"term_months": {"gt": 24}, "price.down_payment_ppm": {"lt": 500_000}}),
    hit="collect",
)
SIZE = rule_set("size", row("large", {"amount": {"gt": "3500.00"}}))
BURDEN = rule_set("burden", row("dti", {"debt_to_income": {"gt": "0.0900"}}, reason="DTI_TOO_HIGH"))
TABLE = {
    "name": "by_amount",
    "by": "amount",
    "lines": [{"to": "2000.00", "rate_ppm": 150_000}, {"from": "4000.01", "rate_ppm": 30_000}],
}
ECONOMICS = {"cost_of_funds_ppm": 35_000, "servicing": "2.50"}
CHANGES = [["amount"], ["term"], ["down_payment"], ["amount", "down_payment"], BOTH]


def grid_points(asked, price, paid, term, change):
    """Every point of the product's grid by the document's words, closest first."""
    downs = [paid]
    if "down_payment" in change:
        downs += [down for down in range(0, price, 500) if down > paid]
    terms = [12, 24, 36] if "term" in change else [term]
    found = []
    for down in downs:
        amounts = {price - down}
        if "amount" in change:
            amounts |= {amount for amount in range(1_000, 6_001, 1_000) if amount < price - down}
        found += [
            (price - amount - down, down, abs(months - term), months, amount)
            for amount in amounts
            if 1_000 <= amount <= 6_000
            for months in terms
        ]
    own = (price - asked - paid, paid, 0, term, asked)
    return sorted(point for point in found if point != own)


@pytest.mark.parametrize("economics", [None, ECONOMICS])
@settings(max_examples=14, deadline=None)
@given(
    st.sampled_from(["closest", "profit"]),
    st.sampled_from(CHANGES),
    st.lists(st.sampled_from([SHARES, SIZE, BURDEN]), unique_by=lambda each: each["name"]),
    st.booleans(),
    st.integers(12, 60),
    st.integers(0, 15),
    st.sampled_from([12, 24, 36]),
    st.sampled_from([ADA, BEN]),
)
def test_the_best_is_the_best_of_all_points(
    economics, prefer, change, rules, tabled, hundreds, paid, term, facts
):
    counter = {"prefer": prefer, "change": change}
    if economics and prefer == "profit":
        counter["economics"] = economics
    members = {"tables": [TABLE]} if tabled else {}
    made = plan(**parts(policy(*rules, counter=counter, **members)))
    asked = purchase(price := hundreds * 100, paid := paid * 100, facts, term=term)
    assume(price > paid)
    document = made.decide(asked)
    assert made.decide_columns([asked]) == [made.decide_bytes(asked)]
    assume(document["outcome"] in ("counter_offer", "decline"))
    passing = []
    for point in grid_points(price - paid, price, paid, term, change):
        _, down, _, months, amount = point
        tried = made.decide(purchase(amount + down, down, facts, term=months))
        if tried["outcome"] == "approve":
            passing.append((point, tried["offer"]))
    if document["outcome"] == "decline":
        assert passing == []
        return
    best = passing[0][1]
    if prefer == "profit":
        best = max((offer for _, offer in passing), key=lambda offer: profit(made, offer))
    assert document["offer"] == {**best, "kind": "counter_offer"}


def profit(made, offer):
    terms = Terms(offer["amount"], offer["term_months"], offer["down_payment"])
    return made.prices.profit(terms, offer["pd_ppm"], offer["rate_ppm"], made.policy.counter_offer)
