"""Instalments as columns are those of single loans, to the minor unit."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.values import LIMIT
from underwriting.pricing.instalment_columns import instalments
from underwriting.pricing.instalments import instalment

amounts = st.integers(1, 1_000) | st.integers(1, 10**8) | st.integers(1, LIMIT)
rates = st.integers(0, 3) | st.integers(0, 400_000) | st.integers(0, 100_000_000)
terms = st.integers(1, 84) | st.integers(1, 600)


def assert_the_same(loans):
    columns = [np.array(each, np.int64) for each in zip(*loans, strict=True)]
    single = [min(instalment(*loan), LIMIT + 1) for loan in loans]
    assert instalments(*columns).tolist() == single


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(amounts, rates, terms), min_size=1, max_size=30))
def test_columns_have_the_instalments_of_single_loans(loans):
    assert_the_same(loans)


def test_halves_go_to_the_even_cent_in_columns_too():
    assert_the_same([(amount, 0, 2) for amount in range(1, 200)])


def test_a_whole_grid_has_the_instalments_of_single_loans():
    grid = [(amount * 100, rate, term) for amount in range(1_000, 20_001, 100)
            for rate in (49_000, 94_000) for term in (6, 36, 72)]  # fmt: skip
    assert_the_same(grid)


def test_what_is_beyond_all_numbers_says_so():
    assert_the_same([(LIMIT, 100_000_000, 1), (LIMIT, 0, 1), (LIMIT - 1, 0, 1)])


def test_no_loans_have_no_instalments():
    none = np.zeros(0, np.int64)
    assert instalments(none, none, none).shape == (0,)
