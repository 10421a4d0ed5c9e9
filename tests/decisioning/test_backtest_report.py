"""The report's figures, each worked out by hand on a handful of applications."""

from dataclasses import replace

import numpy as np
import pytest

from ml.economics import Economics
from underwriting.decisioning.backtest_impact import adverse_impact
from underwriting.decisioning.backtest_money import Ends, Lending, money_of, worth_of
from underwriting.decisioning.backtest_past import BAD, GOOD, NONE, Past
from underwriting.decisioning.backtest_report import (
    Compared,
    Setting,
    economics_assumed,
    protected_of,
    report_of,
)
from underwriting.decisioning.decided import (
    APPROVE,
    COUNTER_OFFER,
    DECLINE,
    NO_TERM,
    REFER,
    Decided,
    Offers,
)
from underwriting.decisioning.reasons import Cited

ECONOMICS = Economics(
    amount=1, interest_ppm=120_000, loss_given_default_ppm=500_000, cost_per_case=10
)
SCORE, DEBTS = (Cited("SCORE", "model", None, "x"),), (Cited("DEBTS", "policy", None, None),)


def decided(outcomes, *, reasons=None, pd_ppm=100_000, points=None, free=None, rate=120_000):
    """As many decisions; whoever is lent to gets 1,000.00 for a year at 12 %."""
    codes = np.array(outcomes, np.int8)
    rows = len(codes)
    made = np.isin(codes, (APPROVE, COUNTER_OFFER))
    return Decided(
        codes,
        np.ones(rows, bool),
        np.array(points if points is not None else [600] * rows, np.int64),
        np.full(rows, pd_ppm, np.int64),
        np.zeros(rows, np.int16),
        Offers(
            made,
            np.where(made, 100_000, 0),
            np.where(made, 12, NO_TERM),
            np.where(made, rate, 0),
        ),
        np.array(reasons if reasons is not None else [0] * rows, np.int32),
        np.where(made, -1, 0).astype(np.int32),
        np.array(free if free is not None else [APPROVE] * rows, np.int8),
        np.full(rows, rate, np.int64),
        ("A",),
        ((), SCORE, DEBTS),
        (("affordability", "debts"),),
    )


def past(outcomes, performance=None):
    rows = len(outcomes)
    return Past(
        np.array(outcomes, np.int8),
        np.array(outcomes, np.int8),
        np.array(performance or [NONE] * rows, np.int8),
        np.arange(rows, dtype=np.int64) + 20_000,
        np.ones(rows, bool),
        np.zeros(rows, bool),
        np.full(rows, 100_000, np.int64),
        np.full(rows, 12, np.int64),
    )


SETTING = Setting(ECONOMICS, stated=True, minutes=20, minutes_of="reviews", not_recorded=("x",))


def test_the_matrix_and_the_moves():
    today = decided([APPROVE, REFER, REFER, DECLINE], reasons=[0, 2, 2, 1])
    candidate = decided([APPROVE, DECLINE, APPROVE, APPROVE], reasons=[0, 2, 0, 0])
    report = report_of(Compared(past([APPROVE, REFER, REFER, DECLINE]), today, candidate), SETTING)
    assert report["matrix"] == [[1, 0, 0, 0], [0, 0, 0, 0], [1, 0, 0, 1], [1, 0, 0, 0]]
    basis = report["sentences_basis"]
    assert (basis["declined"]["count"], basis["declined"]["before"]) == (1, {"refer": 1})
    cause = basis["declined"]["causes"][0]
    assert (cause["reason"], cause["rule_set"], cause["row"]) == (
        "DEBTS", "affordability", "debts",
    )  # fmt: skip
    assert basis["offered"]["before"] == {"refer": 1, "decline": 1}
    assert report["swaps"]["in"]["applications"] == 2
    assert {each["reason"] for each in report["swaps"]["in"]["reasons"]} == {"DEBTS", "SCORE"}
    assert report["swaps"]["out"] == {"applications": 0, "reasons": []}
    assert report["load"]["minutes"] == {"today": 40, "candidate": 0}
    assert report["basis"]["approval_rate_ppm"] == [250_000, 750_000]


def test_known_ends_count_as_they_ended_and_others_by_their_pd():
    lending = Lending(*decided([APPROVE] * 4).offers)
    happened = past([APPROVE, APPROVE, APPROVE, DECLINE], [GOOD, BAD, NONE, NONE])
    known = happened.ended
    ends = Ends(np.where(known, happened.bad, 0.1), known, np.ones(4, bool))
    found = money_of(lending, ends, happened, ECONOMICS)
    worth = worth_of(lending, ECONOMICS)
    good, lost = worth.if_good[0], 50_000
    assert found["parts"]["known"]["loss"] == lost
    assert found["parts"]["known"]["profit"] == round(good + worth.if_bad[1])
    assert found["parts"]["predicted"]["loss"] == round(2 * 0.1 * lost)
    assert found["loss"] == lost + round(2 * 0.1 * lost)
    assert found["profit"] == pytest.approx(
        good + worth.if_bad[1] + 2 * (0.1 * worth.if_bad[0] + 0.9 * good) - 40, abs=1
    )
    best, worst = found["bounds"]["best"], found["bounds"]["worst"]
    assert (best["loss"], worst["loss"]) == (lost, 3 * lost)
    assert worst["profit"] < found["profit"] < best["profit"]
    assert found["never_lent_before"]["loans"] == 1


def test_interest_is_what_an_annuity_pays():
    """1,000.00 for a year at 12 %: twelve instalments of 88.85, 66.19 of it interest."""
    lending = Lending(*decided([APPROVE]).offers)
    worth = worth_of(lending, ECONOMICS)
    assert worth.if_good[0] == pytest.approx(6_619, abs=1)
    assert worth.if_bad[0] == pytest.approx(-50_000, abs=1)


def test_without_a_policy_in_force_today_is_what_was_decided():
    candidate = decided([APPROVE, APPROVE])
    report = report_of(Compared(past([DECLINE, -1]), None, candidate), SETTING)
    assert report["matrix"] == [[0] * 4, [0] * 4, [0] * 4, [1, 0, 0, 0]]
    assert "today_as_decided" in report["assumptions"]
    assert report["prices"]["today"] is None


def test_the_frontier_counts_whom_no_other_rule_objects_to():
    candidate = decided(
        [APPROVE, APPROVE, DECLINE, DECLINE],
        points=[700, 600, 500, 800],
        free=[APPROVE, APPROVE, APPROVE, DECLINE],
    )
    report = report_of(Compared(past([APPROVE] * 4), candidate, candidate), SETTING)
    cuts = report["frontier"]["cuts"]
    assert [(cut["points"], cut["approved"]) for cut in cuts] == [(500, 3), (600, 2), (700, 1)]
    assert cuts[0]["approval_rate_ppm"] == 750_000
    marked = report["frontier"]["marks"][1]
    assert (marked["approval_rate_ppm"], marked["profit"]) == (
        500_000, report["money"]["candidate"]["profit"],
    )  # fmt: skip


def test_too_few_people_are_insufficient_never_passed():
    """One group of fifty against one of twenty; then of a hundred each, half approved as often."""
    approved = np.array([True] * 40 + [False] * 10 + [True] * 10 + [False] * 10)
    of = {"sex": {"f": np.arange(70) < 50, "m": np.arange(70) >= 50}}
    found = adverse_impact(approved, of)
    assert not found["sex: m"]["sufficient"]
    assert found["sex: m"]["ratio_ppm"] is None
    approved = np.array(([True] * 8 + [False] * 2) * 10 + ([True] * 4 + [False] * 6) * 10)
    of = {"sex": {"f": np.arange(200) < 100, "m": np.arange(200) >= 100}}
    told = adverse_impact(approved, of)["sex: m"]
    assert (told["ratio_ppm"], told["n"], told["sufficient"]) == (500_000, 100, True)
    assert told["low_ppm"] < 500_000 < told["high_ppm"]
    assert told["note"] == "below four fifths"


def test_the_protected_part_has_its_own_frontier():
    rows = 200
    points = np.where(np.arange(rows) % 2 == 0, 700, 600)
    candidate = decided([APPROVE] * rows, points=points)
    groups = {"sex": {"f": np.arange(rows) < 100, "m": np.arange(rows) >= 100}}
    compared = Compared(past([APPROVE] * rows), candidate, candidate)
    found = protected_of(compared, groups)
    assert [each["ratio_ppm"] for each in found["frontier"]] == [1_000_000, 1_000_000]
    assert set(found["adverse_impact"]) == {"sex: f", "sex: m"}


def test_a_decline_without_a_reason_is_counted():
    candidate = decided([REFER, DECLINE], reasons=[3, 1])
    person = (Cited("PERSON_DECIDES", "policy", None, None),)
    listed = (*candidate.reasons, person)
    told = replace(candidate, reasons=listed)
    report = report_of(Compared(past([REFER, DECLINE]), None, told), SETTING)
    assert report["basis"]["decline_without_reason"] == 1


def test_a_lender_that_states_nothing_is_taken_to_spend_nothing():
    found = economics_assumed(400_000, 90_000, 0)
    assert (found.funding_ppm, found.cost_per_case, found.loss_given_default_ppm) == (
        0, 0, 400_000,
    )  # fmt: skip
