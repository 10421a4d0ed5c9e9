"""Good, bad, indeterminate, censored: cases worked out by hand, and what must hold for any."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.outcomes import Definition, Month, outcome, standing

TODAY = date(2026, 6, 30)
YEAR = Definition(bad_days_past_due=90, indeterminate_days_past_due=30, window_months=12)


def month(number: int, days: int = 0, balance: int = 100, *, charged_off: bool = False) -> Month:
    """A month of a loan that began on the last day of May 2025."""
    year, of_year = divmod(2025 * 12 + 4 + number, 12)
    return Month(number, date(year, of_year + 1, 28), days, balance, charged_off)


def of(*months: Month, as_of: date = TODAY) -> str:
    return outcome(standing(months, YEAR), YEAR, as_of)


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        ([month(n) for n in range(1, 13)], "good"),
        ([month(n) for n in range(1, 12)], "censored"),
        ([month(n, 29) for n in range(1, 13)], "good"),
        ([*(month(n) for n in range(1, 12)), month(12, 30)], "indeterminate"),
        ([*(month(n) for n in range(1, 12)), month(12, 89)], "indeterminate"),
        ([*(month(n) for n in range(1, 12)), month(12, 90)], "bad"),
        ([*(month(n) for n in range(1, 13)), month(13, 120)], "good"),
        ([month(1), month(2, 45)], "censored"),
        ([month(1), month(4, 90)], "bad"),
        ([month(1), month(5, 90), month(6, 0)], "bad"),
        ([month(1), month(3, 20, charged_off=True)], "bad"),
        ([month(1), month(12)], "good"),
        ([month(13)], "good"),
        ([], "censored"),
    ],
)
def test_by_hand(months: list[Month], expected: str) -> None:
    assert of(*months) == expected


def test_a_repaid_loan_is_good_once_its_window_has_ended() -> None:
    repaid = [month(n) for n in range(1, 6)] + [month(6, balance=0)]
    assert repaid[-1].as_of == date(2025, 11, 28)
    assert of(*repaid, as_of=date(2026, 5, 27)) == "censored"
    assert of(*repaid, as_of=date(2026, 5, 28)) == "good"


def test_a_loan_in_arrears_with_nothing_left_is_not_repaid() -> None:
    assert of(month(1), month(6, days=15, balance=0)) == "censored"


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 24), st.integers(0, 120)), unique_by=lambda m: m[0]))
def test_a_young_loan_without_a_bad_is_never_good(told: list[tuple[int, int]]) -> None:
    months = [month(number, days) for number, days in told]
    found = of(*months)
    inside = [m for m in months if m.months_on_book <= 12]
    if any(m.days_past_due >= 90 for m in inside):
        assert found == "bad"
    elif all(m.months_on_book < 12 for m in months):
        assert found == "censored"
    else:
        assert found in ("good", "indeterminate")
