"""What a loan earns and loses, against instalments worked by hand."""

import numpy as np
import pytest

from ml.columns import Column, Frame
from ml.economics import Economics, EconomicsRefused, outstanding_months

EMPTY = Frame({}, 1)
PLAIN = {"amount": 1_000_00, "term_months": 12, "interest_ppm": 120_000}


def economics(**more: object) -> Economics:
    return Economics.parse({**PLAIN, **more})


def test_a_year_at_one_percent_a_month_pays_the_known_interest() -> None:
    """The annuity of 1,000 over 12 months at 1 % is 88.8488: 66.185 above the amount."""
    earned = economics().if_good(EMPTY)
    assert earned[0] == pytest.approx(12 * 88.848788678 * 100 - 1_000_00, abs=0.01)


def test_funding_costs_what_the_same_balances_cost() -> None:
    half = economics(funding_ppm=60_000).if_good(EMPTY)[0]
    assert half == pytest.approx(economics().if_good(EMPTY)[0] / 2)


def test_without_interest_balances_fall_in_a_straight_line() -> None:
    assert outstanding_months(np.array([12]), 0)[0] == 6.5
    assert outstanding_months(np.array([12]), 1)[0] == pytest.approx(6.5, abs=1e-4)


def test_a_bad_loan_loses_its_share_and_keeps_what_it_had_paid() -> None:
    found = economics(
        loss_given_default_ppm=400_000, fee=20_00, cost_per_loan=5_00,
        earned_before_default_ppm=500_000,
    )  # fmt: skip
    interest = economics().if_good(EMPTY)[0]
    assert found.if_bad(EMPTY)[0] == pytest.approx(interest / 2 + 15_00 - 400_00)


def test_each_loan_counts_with_its_own_amount_and_term() -> None:
    columns = {
        "asked": Column(np.array([1_000_00, 2_000_00, 0]), np.array([False, False, True])),
        "months": Column(np.array([12, 24, 12]), np.zeros(3, bool)),
    }
    found = economics(amount_field="asked", term_field="months")
    earned = found.if_good(Frame(columns, 3))
    assert earned[0] == earned[2] == pytest.approx(economics().if_good(EMPTY)[0])
    assert earned[1] == pytest.approx(2 * economics(term_months=24).if_good(EMPTY)[0])
    known = found.if_good(Frame(columns, 3), np.array([500_00, 500_00, 500_00]))
    assert known[0] == pytest.approx(earned[0] / 2)


def test_worth_follows_the_outcome() -> None:
    frame = Frame({}, 2)
    found = economics(loss_given_default_ppm=1_000_000)
    assert found.worth([0, 1], frame).tolist() == [found.if_good(EMPTY)[0], -1_000_00]


def test_a_document_comes_back_as_it_went() -> None:
    found = economics(costs={"bad_accepted": 7}, fairness_floor_ppm=800_000)
    assert Economics.parse(found.document()) == found
    assert found.document()["schema"] == "assay.economics/1"


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"interest_ppm": -1}, "/interest_ppm"),
        ({"interest_ppm": 0.12}, "/interest_ppm"),
        ({"loss_given_default_ppm": 1_000_001}, "/loss_given_default_ppm"),
        ({"profit": 1}, "/profit"),
        ({"costs": {"bad_accepted": 0}}, "/costs"),
        ({"schema": "assay.economics/2"}, "/schema"),
    ],
)
def test_a_wrong_document_is_refused_by_place(wrong: dict[str, object], where: str) -> None:
    with pytest.raises(EconomicsRefused) as refused:
        economics(**wrong)
    assert [place for place, _ in refused.value.problems] == [where]
