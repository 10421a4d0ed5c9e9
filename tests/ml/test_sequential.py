"""Always-valid tests: what they promise when nothing happens, and what they find when it does."""

import numpy as np
import pytest

from ml import sequential
from ml.drift.psi import psi

FIELDS = 21
TENTHS = np.full(10, 0.1)


def drifted(shares, wanted):
    """Shares tilted until their true PSI against `shares` is `wanted`."""
    slope = np.linspace(-1, 1, shares.size)
    low, high = 0.0, 5.0
    for _ in range(50):
        middle = (low + high) / 2
        tilted = shares * np.exp(middle * slope)
        tilted /= tilted.sum()
        found = float(((tilted - shares) * np.log(tilted / shares)).sum())
        low, high = (middle, high) if found < wanted else (low, middle)
    return tilted


def every_look(reference, days):
    """What `drift_evidence` says at the end of each of D days, in one go: shape (D,)."""
    starts = np.arange(0, len(days), 7)
    summed = np.concatenate([np.zeros((1, days.shape[1])), np.cumsum(days, axis=0)])
    since = summed[1:, None] - summed[starts][None]
    begun = starts[None] <= np.arange(len(days))[:, None]
    found = np.full(begun.shape, -np.inf)
    found[begun] = sequential.log_evidence(reference, since[begun], FIELDS)
    return np.logaddexp.reduce(found, axis=1)


def test_at_most_one_false_alert_a_product_year_over_all_fields_together():
    """A year of daily looks at 21 fields, every second of them with few rows a day."""
    chance = np.random.default_rng(17)
    alerts = 0
    for field in range(FIELDS):
        reference = chance.multinomial(1000, TENTHS).astype(float)
        days = chance.multinomial(6 if field % 2 else 30, TENTHS, 365)
        looks = every_look(reference, days)
        assert looks[100] == pytest.approx(
            sequential.drift_evidence(reference, days[:101], FIELDS).log_e
        )
        alerts += (looks >= sequential.log_threshold(FIELDS)).any()
    assert alerts <= 1


def test_the_promise_needs_the_reference_to_be_a_sample_too():
    """Taking the reference's shares for the truth cries wolf: why the region is there."""
    chance = np.random.default_rng(18)
    line = sequential.log_threshold(FIELDS)
    naive = honest = 0
    for _ in range(40):
        reference = chance.multinomial(500, TENTHS).astype(float)
        counts = chance.multinomial(20_000, TENTHS).astype(float)[None]
        naive += sequential.log_evidence(reference * 1e6, counts, FIELDS)[0] >= line
        honest += sequential.log_evidence(reference, counts, FIELDS)[0] >= line
    assert naive > 20
    assert honest == 0


def test_evidence_is_worth_at_most_one_on_average_when_nothing_drifts():
    chance = np.random.default_rng(19)
    shares = chance.dirichlet(np.full(6, 3.0))
    reference = chance.multinomial(2000, shares).astype(float)
    counts = chance.multinomial(300, shares, 4000).astype(float)
    assert np.exp(sequential.log_evidence(reference, counts)).mean() <= 1


@pytest.mark.parametrize("quiet_days", [0, 45])
def test_a_psi_of_0_2_is_found_nine_times_in_ten_within_1000_rows(quiet_days):
    """40 days of 25 rows, against a reference of 1,000, all fields watched together; also when
    the drift begins after a quiet time."""
    chance = np.random.default_rng(23)
    tilted = drifted(TENTHS, 0.2)
    found = 0
    for _ in range(60):
        reference = chance.multinomial(1000, TENTHS).astype(float)
        quiet = chance.multinomial(25, TENTHS, quiet_days)
        days = np.concatenate([quiet, chance.multinomial(25, tilted, 40)])
        found += any(
            sequential.drift_evidence(reference, days[:seen], FIELDS).certain
            for seen in range(quiet_days + 10, quiet_days + 41, 5)
        )
    assert found >= 54
    assert psi(TENTHS * 1e6, tilted * 1e6) == pytest.approx(0.2, abs=1e-3)


def test_a_value_never_seen_before_is_evidence_by_itself():
    reference = [500, 500, 0]
    few = sequential.drift_evidence(reference, [[10, 10, 0]] * 3, FIELDS)
    many = sequential.drift_evidence(reference, [[10, 10, 8]] * 3, FIELDS)
    assert not few.certain
    assert many.certain


def test_old_weeks_left_out_whole_change_nothing_for_the_later_starts():
    """A year of days cut at a week's beginning holds the same starts as the uncut one's end."""
    chance = np.random.default_rng(5)
    reference = chance.multinomial(1000, TENTHS)
    days = chance.multinomial(10, TENTHS, 60)
    cut = sequential.drift_evidence(reference, days[21:], 1, days=range(21, 60))
    whole = sequential.drift_evidence(reference, days, 1)
    assert cut.log_e <= whole.log_e
    moved = sequential.drift_evidence(reference, days[21:], 1, days=range(24, 63))
    assert moved.log_e != cut.log_e


def test_days_without_applications_say_nothing():
    found = sequential.drift_evidence([500, 500], np.zeros((30, 2)), FIELDS)
    assert not found.certain


def test_a_challenger_no_better_is_called_better_one_time_in_twenty_at_most():
    chance = np.random.default_rng(29)
    crossed = sum(
        sequential.compared(chance.choice([-0.3, 0.0, 0.3], 600)).better for _ in range(200)
    )
    assert crossed <= 10


def test_a_better_challenger_is_found_and_its_gain_enclosed():
    chance = np.random.default_rng(31)
    found = covered = 0
    for _ in range(50):
        gain = np.clip(chance.normal(0.03, 0.15, 1500), -1, 1)
        comparison = sequential.compared(gain)
        found += comparison.better
        covered += comparison.low <= 0.03 <= comparison.high
        assert not comparison.worse
    assert found >= 45
    assert covered >= 47


def test_a_worse_challenger_is_called_worse():
    gain = np.random.default_rng(37).normal(-0.05, 0.1, 800).clip(-1, 1)
    assert sequential.compared(gain).worse


def test_nothing_compared_is_nothing_found():
    found = sequential.compared([])
    assert (found.n, found.low, found.high, found.better) == (0, -1.0, 1.0, False)


def test_differences_that_could_break_the_bank_are_refused():
    with pytest.raises(ValueError, match=r"\[-1, 1\]"):
        sequential.log_wealth([0.2, 1.5])


def test_calibration_evidence_is_quiet_when_pds_are_right_and_loud_when_they_are_not():
    chance = np.random.default_rng(41)
    quiet = loud = 0
    for _ in range(100):
        pd = chance.beta(2, 10, 800)
        quiet += sequential.calibration_evidence(pd, chance.random(800) < pd).max() >= np.log(20)
        worse = pd * 1.6
        loud += sequential.calibration_evidence(pd, chance.random(800) < worse).max() >= np.log(20)
    assert quiet <= 5
    assert loud >= 90
