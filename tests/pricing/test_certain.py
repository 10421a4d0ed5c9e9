"""Where float64 says what a loan costs, it says what the integers of thirty decimals say."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriting.pricing.certain import certain_ppm
from underwriting.pricing.cost import (
    NO_FEES,
    NO_TAX,
    CreditTax,
    Fees,
    annual_cost_ppm,
    cost_ppm,
    nominal_cost_ppm,
)
from underwriting.pricing.instalments import schedule

amounts = st.integers(1, 10_000) | st.integers(10_000, 10**7) | st.integers(1, 10**14)
rates = st.integers(0, 1_000) | st.integers(0, 400_000) | st.integers(0, 100_000_000)
fees = st.just(NO_FEES) | st.builds(
    Fees, st.integers(0, 10_000), st.integers(0, 200_000), st.integers(0, 500)
)
taxes = st.sampled_from([NO_TAX, CreditTax(3_800_000, 82_000)])


def by_integers(amount, rate, term, fee, tax, method):
    plan = schedule(amount, rate, term)
    payments = dict.fromkeys(range(1, term), plan.instalment + fee.monthly)
    payments[term] = plan.final + fee.monthly
    received = amount - fee.upfront(amount) - tax.due(plan.principal)
    return (nominal_cost_ppm if method == "apr" else annual_cost_ppm)(received, payments)


@settings(max_examples=400, deadline=None)
@given(amounts, rates, st.integers(1, 84) | st.integers(1, 600), fees, taxes,
       st.sampled_from(["aprc", "cet", "apr"]))  # fmt: skip
def test_a_cost_is_that_of_the_integers(amount, rate, term, fee, tax, method):
    found = cost_ppm.__wrapped__(amount, rate, term, fee, tax, method)
    assert found == by_integers(amount, rate, term, fee, tax, method)


@pytest.mark.exhaustive
def test_twenty_thousand_loans_cost_what_the_integers_say():
    chance = random.Random(20)
    for _ in range(20_000):
        loan = (chance.randint(1, 10**7), chance.randint(0, 600_000), chance.randint(1, 120))
        further = (Fees(0, chance.randint(0, 50_000), chance.randint(0, 500)), NO_TAX, "aprc")
        assert cost_ppm.__wrapped__(*loan, *further) == by_integers(*loan, *further)


def test_usual_loans_are_beyond_doubt():
    chance, said = random.Random(3), 0
    for _ in range(300):
        amount, term = chance.randint(1_000, 50_000) * 100, chance.randint(6, 84)
        plan = schedule(amount, chance.randint(20_000, 200_000), term)
        terms = (amount, plan.instalment, plan.final, term)
        said += certain_ppm(*terms, nominal=False) is not None
    assert said >= 295


@pytest.mark.parametrize(
    "terms",
    [
        (100_000, 100_000, 100_000, 1),  # no interest: the rate is nothing
        (2**60, 2**60, 2**60, 12),  # beyond what float64 holds
        (1_000, 1, 1, 12),  # never paid back
        (1_000, 900, 900, 3),  # a month's rate above all that is looked at
    ],
)
def test_what_is_in_doubt_is_left_to_the_integers(terms):
    assert certain_ppm(*terms, nominal=False) is None
