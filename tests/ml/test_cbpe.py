"""Performance estimated before outcomes: against simulated truth, with fixed seeds."""

import numpy as np
import pytest

from ml import cbpe, metrics


@pytest.fixture(scope="module")
def loans():
    return np.random.default_rng(4).beta(1.5, 6, 1500)


def test_the_estimate_is_the_mean_of_many_truths(loans):
    chance = np.random.default_rng(1)
    estimate = cbpe.estimated(loans, 0.3)
    truths = [cbpe.realised(loans, chance.random(1500) < loans, 0.3) for _ in range(150)]
    for name, found in estimate.measures.items():
        mean = np.mean([truth[name] for truth in truths])
        assert found.value == pytest.approx(mean, abs=0.02 if name != "cost" else 0.05), name


def test_intervals_hold_the_truth_as_often_as_they_say(loans):
    """Over 200 worlds a 95 % interval holds 95 times in 100: between 181 and 199 of them."""
    chance = np.random.default_rng(2)
    estimate = cbpe.estimated(loans, 0.3)
    held = dict.fromkeys(estimate.measures, 0)
    for _ in range(200):
        checks = cbpe.checked(estimate, loans, chance.random(1500) < loans)
        for name, check in checks.items():
            held[name] += check.within
    assert set(held) == set(cbpe.MEASURES)
    assert all(181 <= count <= 199 for count in held.values()), held


def test_the_check_fails_where_loans_repay_otherwise_than_the_pds_say(loans):
    chance = np.random.default_rng(3)
    worse = np.clip(loans * 1.6, 0, 1)
    checks = cbpe.checked(cbpe.estimated(loans, 0.3), loans, chance.random(1500) < worse)
    assert not checks["bad_rate"].within
    assert checks["bad_rate"].truth > checks["bad_rate"].high


def test_confusion_by_hand():
    """PDs 0.9 and 0.2 at cut-off 0.5: the first refused, the second accepted."""
    found = cbpe.estimated([0.9, 0.2], 0.5)
    assert found.confusion == cbpe.Confusion(
        pytest.approx(0.9), pytest.approx(0.2), pytest.approx(0.1), pytest.approx(0.8)
    )
    assert found.measures["recall"].value == pytest.approx(0.9 / 1.1)
    assert found.measures["cost"].value == pytest.approx((5 * 0.2 + 0.1) / 2)


def test_expected_auc_by_hand():
    """Two loans: 0.9 bad over 0.2 good (0.72) against 0.2 bad over 0.9 good (0.02)."""
    assert cbpe.expected_auc([0.9, 0.2]) == pytest.approx(0.72 / 0.74)
    assert cbpe.expected_auc([0.3, 0.3, 0.3]) == pytest.approx(0.5)
    assert np.isnan(cbpe.expected_auc([0.3]))


def test_realised_figures_are_those_of_the_metrics():
    chance = np.random.default_rng(5)
    pd = chance.random(200)
    bad = chance.random(200) < pd
    found = cbpe.realised(pd, bad, 0.4)
    assert found["auc"] == metrics.auc(bad, pd)
    assert found["recall"] == metrics.recall(bad, pd, 0.4)
    assert found["accuracy"] == metrics.accuracy(bad, pd, 0.4)
    assert found["cost"] == metrics.cost(bad, pd, 0.4)


def test_the_same_loans_in_another_order_give_the_same_figures(loans):
    assert cbpe.estimated(loans[::-1], 0.3) == cbpe.estimated(loans, 0.3)


def test_no_loans_no_estimate():
    with pytest.raises(ValueError, match="needs loans"):
        cbpe.estimated([], 0.3)


def test_precision_is_left_out_where_nobody_is_refused(loans):
    assert "precision" not in cbpe.estimated(loans, 1.1).measures
