"""Price and limit tables in whole plans: rules, offers, counter-offers, by row and by column."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decisioning.cast import ADA, BEN, POLICY, PRODUCT, changed, codes, decided, inputs, plan
from underwriting.pricing.instalments import instalment

BY_TERM = {
    "name": "by_term",
    "by": "term_months",
    "lines": [
        {"band": "A", "to": 12, "rate_ppm": 50_000},
        {"band": "A", "from": 25, "rate_ppm": 80_000},
        {"from": 25, "max_amount": "9000.00"},
    ],
}
BY_PURPOSE = {
    "name": "by_purpose",
    "by": "purpose",
    "lines": [{"in": ["home"], "max_term_months": 24, "rate_ppm": 99_000}],
}
POLICY_WITH = changed(POLICY, tables=[BY_TERM, BY_PURPOSE])


def test_the_rate_of_a_table_is_offered():
    short = decided(inputs(term=12), policy=POLICY_WITH)["offer"]
    middle = decided(inputs(term=24), policy=POLICY_WITH)["offer"]
    assert (short["rate_ppm"], middle["rate_ppm"]) == (50_000, 60_000)
    assert short["instalment"] == instalment(600_000, 50_000, 12)


def test_the_first_table_that_sets_a_rate_counts():
    asked = inputs(term=24, purpose="home")
    assert decided(asked, policy=POLICY_WITH)["offer"]["rate_ppm"] == 99_000
    asked = inputs(term=12, purpose="home")
    assert decided(asked, policy=POLICY_WITH)["offer"]["rate_ppm"] == 50_000


def test_a_limit_of_a_table_binds_and_is_searched():
    document = decided(inputs(amount="10000.00", term=36), policy=POLICY_WITH)
    assert document["outcome"] == "counter_offer"
    assert codes(document)[0] == "BAND_LIMIT"
    assert (document["offer"]["amount"], document["offer"]["term_months"]) == (1_000_000, 24)
    assert (document["offer"]["band"], document["offer"]["rate_ppm"]) == ("B", 95_000)


def test_the_longest_term_is_the_strictest_of_all():
    document = decided(inputs(term=36, purpose="home"), policy=POLICY_WITH)
    assert document["offer"]["term_months"] == 24


def test_a_cap_holds_for_the_rate_of_a_table():
    capped = changed(PRODUCT, rate_cap_ppm=70_000)
    document = decided(inputs(term=36, amount="5000.00"), policy=POLICY_WITH, product=capped)
    assert (document["outcome"], codes(document)[0]) == ("refer", "RATE_CAP")


def test_a_price_that_needs_a_missing_fact_goes_to_a_person():
    document = decided(inputs(purpose=None), policy=POLICY_WITH)
    assert document["outcome"] == "refer"
    assert "INCOMPLETE_FACTS" in codes(document)


def test_a_persons_offer_has_the_tables_rate():
    made, asked = plan(policy=POLICY_WITH), inputs()
    document = made.decide(asked)
    offer = made.offer(document, asked, amount="5000.00", term_months=36)
    assert offer["rate_ppm"] == 80_000


@pytest.mark.parametrize("prefer", ["closest", "profit"])
@settings(max_examples=8, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 42),
            st.sampled_from([6, 12, 24, 36, 7]),
            st.sampled_from(["car", "home", None]),
            st.sampled_from([ADA, BEN]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_rows_and_columns_price_the_same(prefer, asked):
    rules = changed(POLICY_WITH, counter_offer={**POLICY["counter_offer"], "prefer": prefer})
    made = plan(policy=rules)
    wanted = [
        inputs(facts, amount=f"{500 * step}.00", term=term, purpose=purpose)
        for step, term, purpose, facts in asked
    ]
    assert made.decide_columns(wanted) == [made.decide_bytes(each) for each in wanted]
