"""The US APR against the worked examples of Regulation Z, Appendix J, paragraph (c)."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriting.pricing.cost import cost_ppm
from underwriting.pricing.instalments import schedule
from underwriting.pricing.reg_z import (
    DAY,
    FORTNIGHT,
    MONTH,
    QUARTER,
    SEMIMONTH,
    WEEK,
    YEAR,
    Flow,
    UnitPeriod,
    apr_ppm,
    dated,
    months_back,
    single_payment_unit,
    within_tolerance,
)

FOUR_WEEKS, TWO_MONTHS = UnitPeriod(days=28), UnitPeriod(months=2)


def on(month, day, year=1978):
    return date(year, month, day)


# (paragraph, advance, unit-period, advanced on, first payment on, payments, APR in per cent)
EXAMPLES = [
    ("1(i)", 500_000, MONTH, on(1, 10), on(2, 10), [23_000] * 24, 9.69),
    ("1(ii)", 600_000, MONTH, on(2, 10), on(4, 1), [20_000] * 36, 11.82),
    ("1(iii)", 500_000, SEMIMONTH, on(2, 23), on(3, 1), [21_917] * 24, 10.34),
    ("1(iv)", 1_000_000, QUARTER, on(5, 23), on(10, 1), [38_500] * 40, 8.97),
    ("1(v)", 50_000, WEEK, on(3, 20), on(4, 21), [1_760] * 30, 14.96),
    ("2(i)", 500_000, MONTH, on(1, 10), on(2, 10), [25_000] + [23_000] * 23, 10.08),
    ("2(ii)", 40_000, FOUR_WEEKS, on(3, 18), on(4, 20), [3_950] + [3_831] * 11, 28.50),
    ("3(i)", 500_000, MONTH, on(1, 10), on(2, 10), [23_000] * 23 + [28_000], 10.50),
    ("3(ii)", 20_000, FORTNIGHT, on(4, 3), on(4, 11), [950] * 19 + [3_000], 12.22),
    ("4(i)", 500_000, MONTH, on(1, 10), on(2, 10), [25_000, *[23_000] * 22, 28_000], 10.90),
    ("4(ii)", 800_000, TWO_MONTHS, on(1, 10), on(3, 1), [44_936, *[46_500] * 18, 20_000], 7.30),
]
SINGLE_PAYMENTS = [
    ("5(i)", 108_000, on(1, 3), on(9, 15), 11.45),
    ("5(ii)", 104_400, on(7, 15), on(1, 15, 1979), 8.80),
    ("5(iii)", 113_519, on(1, 17), on(7, 17, 1979), 8.76),
    ("5(iv)", 124_000, on(1, 3), on(1, 3, 1980), 11.36),
]


def by_name(example):
    return example[0]


@pytest.mark.parametrize("example", EXAMPLES, ids=by_name)
def test_the_apr_of_appendix_js_examples(example):
    _, advance, unit, advanced, first, payments, expected = example
    units, odd = unit.between(advanced, first)
    flows = [Flow(amount, units + place, odd) for place, amount in enumerate(payments)]
    apr = apr_ppm([Flow(advance, 0)], flows, unit.per_year)
    assert round(apr / 10_000, 2) == expected
    assert within_tolerance(round(expected * 10_000), apr)


@pytest.mark.parametrize("example", SINGLE_PAYMENTS, ids=by_name)
def test_the_apr_of_a_single_payment(example):
    _, payment, advanced, paid, expected = example
    unit = single_payment_unit(advanced, paid)
    apr = apr_ppm([Flow(100_000, 0)], [dated(advanced, paid, payment, unit)], unit.per_year)
    assert round(apr / 10_000, 2) == expected


@pytest.mark.parametrize(
    ("unit", "earlier", "later", "units", "odd"),
    [
        (MONTH, on(2, 10), on(4, 1), 1, (19, 30)),
        (SEMIMONTH, on(2, 23), on(3, 1), 0, (6, 15)),
        (QUARTER, on(5, 23), on(10, 1), 1, (39, 90)),
        (WEEK, on(3, 20), on(4, 21), 4, (4, 7)),
        (YEAR, on(1, 17), on(7, 17, 1979), 1, (6, 12)),
        (YEAR, on(1, 17), on(7, 27, 1979), 1, (191, 365)),
        (DAY, on(1, 3), on(9, 15), 255, (0, 1)),
    ],
)
def test_unit_periods_are_measured_back_from_the_later_date(unit, earlier, later, units, odd):
    assert unit.between(earlier, later) == (units, Fraction(*odd))


def test_a_month_has_an_end():
    assert months_back(on(1, 31), on(2, 28)) == (0, 28)
    assert months_back(on(2, 28), on(3, 31)) == (1, 0)
    assert months_back(on(12, 31, 1977), on(12, 31)) == (12, 0)


def test_two_advances_count_from_the_first():
    """100 a month apart, both repaid a month after the second at 1 % a month."""
    advances = [Flow(10_000, 0), Flow(10_000, 1)]
    payments = [Flow(10_201 + 10_100, 2)]
    assert apr_ppm(advances, payments, 12) == 120_000


@pytest.mark.parametrize("payment", [9_999, 0])
def test_no_rate_where_less_is_paid_than_lent(payment):
    assert apr_ppm([Flow(10_000, 0)], [Flow(payment, 1)], 12) is None


def test_the_tolerance_is_an_eighth_of_a_point_or_a_quarter():
    assert within_tolerance(98_107, 96_857)
    assert not within_tolerance(98_108, 96_857)
    assert within_tolerance(99_357, 96_857, irregular=True)
    assert not within_tolerance(99_358, 96_857, irregular=True)


@settings(max_examples=25, deadline=None)
@given(st.integers(1_000, 10**8), st.integers(0, 900_000), st.integers(1, 72))
def test_the_cost_of_an_offer_is_appendix_js_with_whole_months(amount, rate, term):
    plan = schedule(amount, rate, term)
    due = [plan.instalment] * (term - 1) + [plan.final]
    flows = [Flow(paid, month) for month, paid in enumerate(due, start=1)]
    assert cost_ppm(amount, rate, term, method="apr") == apr_ppm([Flow(amount, 0)], flows, 12)
