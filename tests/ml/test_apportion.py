"""Whole parts that add up exactly."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from ml.apportion import apportioned

ROWS = nps.arrays(
    np.float64,
    st.tuples(st.integers(1, 6), st.integers(1, 7)),
    elements=st.one_of(st.just(0.0), st.floats(-80, 80, width=32)),
)


def test_a_case_by_hand():
    parts = np.array([[1.4, -2.55, 0.0, 0.3], [1.4, -2.55, 0.0, 0.3]])
    assert apportioned(parts, np.array([-1, -3])).tolist() == [[1, -2, 0, 0], [1, -3, 0, -1]]


@given(ROWS)
def test_they_add_up_and_stay_within_a_point(parts):
    totals = np.rint(parts.sum(axis=1)).astype(np.int64)
    whole = apportioned(parts, totals)
    known = (parts != 0).any(axis=1)
    assert (whole.sum(axis=1) == totals)[known].all()
    assert np.abs(whole - parts).max() < 1.0 + 1e-6


@given(ROWS, st.integers(-30, 30))
def test_nothing_stays_nothing_whatever_is_left(parts, more):
    totals = np.rint(parts.sum(axis=1)).astype(np.int64) + more
    whole = apportioned(parts, totals)
    assert not whole[parts == 0].any()
    assert (whole.sum(axis=1) == totals)[(parts != 0).any(axis=1)].all()


@given(ROWS)
def test_a_row_alone_gets_what_it_gets_among_others(parts):
    totals = np.rint(parts.sum(axis=1)).astype(np.int64) + 1
    together = apportioned(parts, totals)
    alone = [apportioned(parts[[row]], totals[[row]])[0] for row in range(len(parts))]
    assert np.array_equal(together, np.array(alone))
