"""With every chance on record, a later model is judged without bias."""

import numpy as np
import pytest

from ml.off_policy import PPM, Logged, NoSupport, value_of


def world(chance: np.random.Generator, rows: int = 3_000) -> tuple[Logged, np.ndarray, np.ndarray]:
    """An old rule on a poor score, a new one on the true risk: what is the new one worth?"""
    risk = chance.random(rows)
    bad = chance.random(rows) < risk
    profit = np.where(bad, -100.0, 40.0)
    by_rule = risk + chance.normal(0, 0.4, rows) < 0.4
    propensity = np.where(by_rule, PPM, 100_000)
    approved = chance.random(rows) * PPM < propensity
    chosen = risk < 0.25
    return Logged(approved, propensity, profit), chosen, 40.0 - 140 * risk


def test_the_estimates_hold_the_truth_as_often_as_they_say() -> None:
    chance = np.random.default_rng(6)
    hits, robust_hits, widths, robust_widths = [], [], [], []
    for _ in range(200):
        logged, chosen, expected = world(chance)
        truth = float(np.where(chosen, expected, 0.0).mean())
        found = value_of(logged, chosen, expected)
        one, other = found.inverse_propensity, found.doubly_robust
        hits.append(one.low <= truth <= one.high)
        robust_hits.append(other.low <= truth <= other.high)
        widths.append(one.high - one.low)
        robust_widths.append(other.high - other.low)
    assert np.mean(hits) >= 0.90
    assert np.mean(robust_hits) >= 0.90
    assert np.mean(robust_widths) < np.mean(widths)


def test_a_wrong_prediction_brings_no_bias() -> None:
    chance = np.random.default_rng(7)
    errors = []
    for _ in range(100):
        logged, chosen, expected = world(chance)
        truth = float(np.where(chosen, expected, 0.0).mean())
        wrong = np.full(expected.size, 500.0)
        errors.append(value_of(logged, chosen, wrong).doubly_robust.value - truth)
    assert abs(np.mean(errors)) < 4 * np.std(errors) / 10


def test_nothing_is_known_of_whoever_had_no_chance() -> None:
    logged = Logged(np.array([True, False]), np.array([PPM, 0]), np.array([5.0, 0.0]))
    with pytest.raises(NoSupport, match="1 application"):
        value_of(logged, np.array([True, True]))
    assert value_of(logged, np.array([True, False])).inverse_propensity.value == 2.5
    assert value_of(logged, np.array([True, False])).effective == 1.0
