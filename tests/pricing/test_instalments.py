"""Instalments repay the loan to the last minor unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriting.pricing.instalments import instalment, schedule


def test_instalment_is_the_annuity():
    assert instalment(1_000_000, 60_000, 12) == 86_066  # 10,000.00 at 6 % over a year: 860.66


def test_interest_free_loan_pays_back_what_was_lent():
    plan = schedule(10_000, 0, 3)
    assert (plan.instalment, plan.final, plan.total) == (3_333, 3_334, 10_000)


@pytest.mark.parametrize(("amount", "rate", "term"), [(0, 1, 1), (1, -1, 1), (1, 1, 0)])
def test_what_is_no_loan_is_refused(amount, rate, term):
    with pytest.raises(ValueError, match="no loan"):
        instalment(amount, rate, term)


@given(amount=st.integers(1, 10**11), rate=st.integers(0, 2_000_000), term=st.integers(1, 120))
def test_principal_adds_up_to_the_amount(amount, rate, term):
    plan = schedule(amount, rate, term)
    assert sum(plan.principal) == amount
    assert plan.total == plan.instalment * (term - 1) + plan.final
    assert plan.total >= amount
    assert len(plan.principal) == term
