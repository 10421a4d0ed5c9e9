"""Metrics against scikit-learn and cases worked by hand."""

import numpy as np
import pytest
from sklearn import metrics as sk

from ml import metrics


@pytest.fixture
def judged() -> tuple[np.ndarray, np.ndarray]:
    """500 loans whose PD says something, rounded so that there are ties."""
    generator = np.random.default_rng(7)
    pd = generator.beta(2, 5, 500).round(2)
    return (generator.random(500) < pd).astype(int), pd


def test_auc_and_gini_agree_with_scikit_learn(judged):
    target, pd = judged
    assert metrics.auc(target, pd) == pytest.approx(sk.roc_auc_score(target, pd), abs=1e-12)
    assert metrics.gini(target, pd) == pytest.approx(2 * sk.roc_auc_score(target, pd) - 1)


def test_ks_agrees_with_the_roc_curve(judged):
    target, pd = judged
    false_positive, true_positive, _ = sk.roc_curve(target, pd)
    assert metrics.ks(target, pd) == pytest.approx((true_positive - false_positive).max())


def test_brier_and_log_loss_agree_with_scikit_learn(judged):
    target, pd = judged
    clipped = np.clip(pd, 1e-6, 1 - 1e-6)
    assert metrics.brier(target, pd) == pytest.approx(sk.brier_score_loss(target, pd))
    assert metrics.log_loss(target, pd) == pytest.approx(sk.log_loss(target, clipped))


def test_auc_interval_by_hand():
    """Two bads, two goods, one pair the wrong way round: 3 of 4 pairs, variance by hand.

    Placements of the bads are (1/2, 1), of the goods (1, 1/2): variance 1/8 over 2 each.
    """
    interval = metrics.auc_interval([1, 1, 0, 0], [0.4, 0.9, 0.1, 0.6])
    reach = 1.959963984540054 * (0.125 / 2 + 0.125 / 2) ** 0.5
    assert interval.value == 0.75
    assert interval.low == pytest.approx(0.75 - reach)
    assert interval.high == 1.0


def test_auc_interval_covers_the_true_auc():
    """Bads shifted by one: the true AUC is Phi(1 / sqrt 2) = 0.7602."""
    generator = np.random.default_rng(3)
    target = np.repeat([0, 1], [140, 60])
    covered = 0
    for _ in range(400):
        interval = metrics.auc_interval(target, generator.normal(size=200) + target)
        covered += interval.low <= 0.76025 <= interval.high
    assert 0.92 <= covered / 400 <= 0.98


def test_cost_counts_a_missed_bad_five_times():
    target, pd = [1, 1, 0, 0, 0], [0.9, 0.2, 0.3, 0.1, 0.1]
    assert metrics.cost(target, pd, 0.25) == (5 + 1) / 5
    assert metrics.cost(target, pd, 0.2) == 1 / 5
    assert metrics.recall(target, pd, 0.25) == 0.5
    assert metrics.accuracy(target, pd, 0.25) == 3 / 5


def test_best_threshold_is_the_cheapest_of_all(judged):
    target, pd = judged
    best = metrics.best_threshold(target, pd)
    every = [metrics.cost(target, pd, threshold) for threshold in np.linspace(0, 1.01, 300)]
    assert metrics.cost(target, pd, best) == min(every)


def test_best_threshold_refuses_nobody_where_that_is_cheapest():
    target, pd = [1, 0, 0, 0, 0, 0, 0], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]
    even = metrics.CostMatrix(bad_accepted=1.0)
    threshold = metrics.best_threshold(target, pd, even)
    assert threshold > 0.7
    assert metrics.cost(target, pd, threshold, even) == 1 / 7


def test_a_matrix_may_also_pay_for_being_right():
    """A good loan accepted earns 2, a bad one accepted loses 9, a good one refused costs 1."""
    own = metrics.CostMatrix(good_accepted=-2.0, good_refused=1.0, bad_accepted=9.0)
    target, pd = [1, 1, 0, 0], [0.9, 0.2, 0.3, 0.1]
    assert metrics.cost(target, pd, 0.25, own) == (0 + 9 + 1 - 2) / 4
    assert metrics.best_threshold(target, pd, own) == 0.2
    assert metrics.cost_interval(target, pd, 0.25, own).value == 2.0


def test_a_matrix_that_rewards_the_wrong_decision_is_refused():
    with pytest.raises(ValueError, match="must cost more"):
        metrics.CostMatrix(bad_accepted=0.0)


def test_the_most_profitable_threshold_by_hand():
    """Accepted from the safest on: 5, 5 - 20, ...; refusing from 0.2 on leaves the 5."""
    assert metrics.most_worth_threshold([0.1, 0.2, 0.3], [5.0, -20.0, 6.0]) == 0.2
    assert metrics.most_worth_threshold([0.1, 0.2], [1.0, 1.0]) > 0.2


def test_the_threshold_that_keeps_an_accuracy_refuses_as_many_as_it_may(judged):
    target, pd = judged
    threshold = metrics.accuracy_threshold(target, pd, 0.7)
    assert metrics.accuracy(target, pd, threshold) >= 0.7
    lower = [each for each in np.unique(pd) if each < threshold]
    assert all(metrics.accuracy(target, pd, each) < 0.7 for each in lower)


def test_an_accuracy_out_of_reach_gives_the_most_accurate(judged):
    target, pd = judged
    threshold = metrics.accuracy_threshold(target, pd, 0.99)
    every = [metrics.accuracy(target, pd, each) for each in np.unique(pd)]
    assert metrics.accuracy(target, pd, threshold) == max(every)


def test_confusion_f1_and_average_precision_agree_with_scikit_learn(judged):
    target, pd = judged
    found = metrics.confusion(target, pd, 0.3)
    matrix = [[found.good_accepted, found.good_refused], [found.bad_accepted, found.bad_refused]]
    assert matrix == sk.confusion_matrix(target, pd >= 0.3).tolist()
    assert metrics.f1(target, pd, 0.3) == pytest.approx(sk.f1_score(target, pd >= 0.3))
    expected = sk.average_precision_score(target, pd)
    assert metrics.average_precision(target, pd) == pytest.approx(expected)


def test_intervals_of_a_mean_and_a_share_by_hand():
    """8 of 10 by Wilson: 0.490 to 0.943."""
    mean = metrics.mean_interval([1.0, 2.0, 3.0])
    assert (mean.value, mean.high - mean.value) == (2.0, pytest.approx(1.959964 / 3**0.5))
    share = metrics.share_interval(8, 10)
    assert (share.low, share.high) == (
        pytest.approx(0.4902, abs=1e-4),
        pytest.approx(0.9433, abs=1e-4),
    )


def test_ece_by_hand():
    """Two groups of two: |0.1 - 0| and |0.6 - 0.5|, each half of the loans."""
    assert metrics.ece([0, 0, 1, 0], [0.1, 0.1, 0.6, 0.6], bins=2) == pytest.approx(0.1)


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="goods and bads"):
        metrics.auc([0, 0], [0.1, 0.2])
