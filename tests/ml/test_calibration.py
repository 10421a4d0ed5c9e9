"""Calibration: each method repairs what it can, PD never rises, small data is spared."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from ml.calibration import METHODS, choose_calibration, fit_calibration, fit_platt, probability
from ml.scaling import STANDARD


def bent(rows: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log-odds that exaggerate the safe and understate the risky, with outcomes and true PD."""
    chance = np.random.default_rng(seed)
    scores = chance.normal(-1, 1.3, rows)
    pd = probability(np.where(scores > 0, 0.5, 1.6) * scores - 0.3)
    return scores, (chance.random(rows) < pd).astype(int), pd


def test_platt_agrees_with_scikit_learn():
    chance = np.random.default_rng(5)
    scores = chance.normal(size=5_000)
    target = (chance.random(5_000) < probability(0.3 + 0.6 * scores)).astype(int)
    ours = fit_platt(scores, target)
    theirs = LogisticRegression(C=np.inf, tol=1e-10).fit(scores[:, None], target)
    assert ours.slope == pytest.approx(theirs.coef_[0][0], abs=2e-3)
    assert ours.intercept == pytest.approx(theirs.intercept_[0], abs=2e-3)


def test_beta_agrees_with_a_logistic_regression_on_both_logarithms():
    scores, bad, _ = bent(5_000)
    ours = fit_calibration("beta", scores, bad).bend
    p = probability(scores)
    logs = np.column_stack([np.log(p), -np.log(1 - p)])
    theirs = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(logs, bad)
    found = [ours.a, ours.b, ours.c]
    assert found == pytest.approx([*theirs.coef_[0], theirs.intercept_[0]], abs=0.02)


def test_isotonic_agrees_with_scikit_learn():
    scores, bad, _ = bent(2_000)
    theirs = IsotonicRegression(y_min=1 / 2002, y_max=1 - 1 / 2002).fit(scores, bad)
    ours = fit_calibration("isotonic", scores, bad)
    assert ours.pd(scores) == pytest.approx(theirs.predict(scores))


def test_a_bend_is_found_where_there_is_one():
    scores, bad, pd = bent(8_000)
    chosen, table = choose_calibration(scores, bad, seed=1)
    assert chosen.method in ("beta", "isotonic")
    assert table["beta"]["log_loss"] < table["platt"]["log_loss"] < table["none"]["log_loss"]
    assert np.abs(chosen.pd(scores) - pd).mean() < 0.015


def test_what_is_straight_stays_straight():
    chance = np.random.default_rng(1)
    scores = chance.normal(-1, 1, 3_000)
    bad = (chance.random(3_000) < probability(2 * scores - 0.5)).astype(int)
    chosen, _ = choose_calibration(scores, bad, seed=1)
    assert chosen.method == "platt"
    assert chosen.pd_steps(STANDARD, 400, 700) == STANDARD.pd_steps(400, 700)


def test_isotonic_is_not_tried_on_small_data():
    scores, bad, _ = bent(900)
    _, table = choose_calibration(scores, bad, seed=1)
    assert "fewer than 500" in table["isotonic"]["refused"]


def test_a_loan_that_counts_twice_is_two_loans():
    scores, bad, _ = bent(700)
    for method in METHODS:
        doubled = fit_calibration(method, np.repeat(scores, 2), np.repeat(bad, 2))
        weighted = fit_calibration(method, scores, bad, np.full(700, 2.0))
        assert weighted.pd(scores) == pytest.approx(doubled.pd(scores), abs=1e-3)


@pytest.mark.parametrize("method", ["platt", "beta", "isotonic"])
def test_scores_that_have_learnt_nothing_are_refused(method):
    with pytest.raises(ValueError, match="do not rise"):
        fit_calibration(method, [1.0, 2.0, 3.0, 4.0], [1, 1, 0, 0])
    with pytest.raises(ValueError, match="do not rise"):
        choose_calibration([1.0, 2.0, 3.0, 4.0] * 9, [1, 1, 0, 0] * 9, seed=1)


def test_far_out_log_odds_do_not_overflow():
    scores, bad = np.repeat([-400.0, -3.0, 2.0, 600.0], 50), np.tile([0, 0, 0, 1], 50)
    bad[-50:] = 1
    for method in METHODS:
        assert np.isfinite(fit_calibration(method, scores, bad).pd(scores)).all()


@settings(max_examples=15, deadline=None)
@given(
    method=st.sampled_from(METHODS),
    seed=st.integers(0, 99),
    lowest=st.integers(-200, 550),
    span=st.integers(0, 700),
)
def test_pd_never_rises_with_points_and_is_what_the_curve_says(method, seed, lowest, span):
    scores, bad, _ = bent(400, seed)
    calibration = fit_calibration(method, scores, bad)
    steps = calibration.pd_steps(STANDARD, lowest, lowest + span)
    assert steps[0][0] == lowest
    assert all(1 <= ppm <= 999_999 for _, ppm in steps)
    assert all(one[0] < two[0] and one[1] > two[1] for one, two in itertools.pairwise(steps))
    points, ppm = steps[-1]
    raw = calibration.straight.back((STANDARD.offset - points) / STANDARD.factor)
    assert ppm == pytest.approx(calibration.pd(raw) * 1e6, abs=1.5)
