"""Drift: hand-worked cases, scipy as referee, and the levels' promise by simulation."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.stats import ks_2samp

from ml import drift
from ml.columns import Column, Frame
from ml.drift.baseline import points_column
from ml.drift.ks import quantile_grid
from ml.model_inputs import ModelInput

COUNTS = st.lists(st.integers(0, 500), min_size=2, max_size=12).filter(any)


def number(values, null=()):
    values = np.array(values, dtype=np.int64)
    return Column(values, np.isin(np.arange(values.size), list(null)))


def test_psi_by_hand():
    """Shares 0.5, 0.5 against 0.8, 0.2 (large counts): 0.3 ln 1.6 + (-0.3) ln 0.4 = 0.4159."""
    assert drift.psi([500_000, 500_000], [800_000, 200_000]) == pytest.approx(0.41589, abs=1e-4)
    assert drift.psi([10, 90], [10, 90]) == 0


@settings(max_examples=40, deadline=None)
@given(COUNTS, st.data())
def test_psi_and_js_are_symmetric_and_never_negative(was, data):
    now = data.draw(st.lists(st.integers(0, 500), min_size=len(was), max_size=len(was)).filter(any))
    assert drift.psi(was, now) >= 0
    assert drift.psi(was, now) == pytest.approx(drift.psi(now, was))
    assert 0 <= drift.jensen_shannon(was, now) <= 1
    expected = jensenshannon(was, now, base=2) ** 2
    assert drift.jensen_shannon(was, now) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("n", "expected", "within"), [(100, 0.33, 0.04), (500, 0.07, 0.007)])
def test_without_drift_psi_stays_below_its_quantile_95_times_in_100(n, expected, within):
    chance = np.random.default_rng(5)
    tenths = np.full(10, 0.1)
    was, now = chance.multinomial(n, tenths, 3000), chance.multinomial(n, tenths, 3000)
    found = [drift.psi(a, b) for a, b in zip(was, now, strict=True)]
    assert np.quantile(found, 0.95) == pytest.approx(expected, abs=within)
    assert drift.psi_quantile(0.95, n, n, 10) == pytest.approx(expected, abs=within)


def test_levels_know_the_sample_size_but_not_below_what_matters():
    few, many = drift.psi_levels(100, 100, 10), drift.psi_levels(50_000, 50_000, 10)
    assert few.warn > 0.3
    assert few.alarm > few.warn
    assert (many.warn, many.alarm) == (0.10, 0.25)


def test_a_single_look_warns_without_drift_one_time_in_twenty_at_most():
    chance = np.random.default_rng(6)
    for n in (60, 200, 2000):
        level = drift.psi_levels(n, 1000, 10).warn
        was, now = (
            chance.multinomial(1000, [0.1] * 10, 1000),
            chance.multinomial(n, [0.1] * 10, 1000),
        )
        over = sum(drift.psi(a, b) >= level for a, b in zip(was, now, strict=True))
        assert over <= 65, n


def test_ks_agrees_with_scipy():
    chance = np.random.default_rng(12)
    for n, m in ((40, 70), (300, 300), (5, 200)):
        first, second = chance.integers(0, 30, n), chance.integers(3, 33, m)
        expected = ks_2samp(first, second, method="asymp")
        assert drift.ks_two_sample(first, second)[0] == pytest.approx(expected.statistic)


def test_ks_from_a_grid_is_close_to_that_from_every_value():
    chance = np.random.default_rng(2)
    was = chance.normal(600, 40, 4000).round().astype(np.int64)
    now = chance.normal(612, 40, 800).round().astype(np.int64)
    exact, p = drift.ks_two_sample(was, now)
    close, q = drift.ks_from_quantiles(quantile_grid(was), was.size, now)
    assert close == pytest.approx(exact, abs=0.01)
    assert p < 1e-6
    assert q < 1e-6


def test_bins_of_a_number_hold_special_codes_and_gaps_apart():
    column = number([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -9, -9, 0], null=[12])
    bins = drift.Bins.of(column, "number", specials=(-9,))
    counts = dict(zip(bins.labels, bins.counts(column).tolist(), strict=True))
    assert counts["=-9"] == 2
    assert counts[drift.MISSING] == 1
    assert sum(counts.values()) == 13
    assert drift.Bins.parse(json.loads(json.dumps(bins.document()))) == bins


def test_a_number_that_is_always_the_same_has_one_range():
    bins = drift.Bins.of(number([7] * 20), "number")
    assert bins.labels == ("*", drift.MISSING)
    assert bins.counts(number([6, 7, 8])).tolist() == [3, 0]


def test_a_category_never_seen_before_is_new_not_the_rest():
    was = Column.of([f"c{i:02}" for i in range(40) for _ in range(40 - i)], kind="category")
    bins = drift.Bins.of(was, "category")
    now = Column.of(["c00", "c39", "martian", None], kind="category")
    counts = dict(zip(bins.labels, bins.counts(now).tolist(), strict=True))
    assert (counts["c00"], counts["rest"], counts["new"], counts["missing"]) == (1, 1, 1, 1)


def test_a_column_that_no_longer_comes_is_missing_in_every_kind():
    for kind, items in (("number", [1, 2]), ("boolean", [True, False]), ("category", ["a", "b"])):
        bins = drift.Bins.of(Column.of(items, kind=kind), kind)
        counts = dict(zip(bins.labels, bins.counts(Column.missing(4)).tolist(), strict=True))
        assert counts[drift.MISSING] == 4


def test_field_drift_tells_shares_and_calls_few_rows_insufficient():
    bins = drift.Bins.of(Column.of(["a", "b"] * 50, kind="category"), "category")
    was = bins.counts(Column.of(["a", "b"] * 50, kind="category"))
    now = bins.counts(Column.of(["a", "b", "c", None] * 25, kind="category"))
    found = drift.field_drift(bins, was, now)
    assert (found.missing_was, found.missing, found.new) == (0, 0.25, 0.25)
    assert found.missing_low < 0.25 < found.missing_high
    assert found.csi > found.alarm
    assert not drift.field_drift(bins, was, was // 10).sufficient


@pytest.fixture
def reference():
    chance = np.random.default_rng(11)
    frame = Frame(
        {
            "income": number(chance.integers(1000, 9000, 400)),
            "housing": Column.of(chance.choice(["own", "rent"], 400).tolist(), kind="category"),
        },
        400,
    )
    inputs = (ModelInput("income", "number", "lower"), ModelInput("housing", "category", None))
    points = chance.integers(500, 700, 400)
    return frame, inputs, points, chance.random(400) < 0.3


def test_a_baseline_survives_json_and_counts_every_row_once(reference):
    frame, inputs, points, bad = reference
    document = drift.baseline_of(frame, inputs, points, np.full(400, 250_000), bad)
    found = drift.Baseline.parse(json.loads(json.dumps(document)))
    assert found.document() == document
    assert (found.rows, found.bads, found.mean_pd) == (400, int(bad.sum()), 0.25)
    assert {each.rows for each in (found.points, *found.fields.values())} == {400}
    assert sum(found.fields["housing"].bads) == found.bads


def test_the_reference_has_not_drifted_from_itself(reference):
    frame, inputs, points, bad = reference
    document = drift.baseline_of(frame, inputs, points, np.full(400, 250_000), bad)
    found = drift.Baseline.parse(document)
    same = found.points.bins.counts(points_column(points))
    assert drift.field_drift(found.points.bins, found.points.counts, same).csi == 0


def test_another_document_is_no_baseline():
    with pytest.raises(ValueError, match="no baseline"):
        drift.Baseline.parse({"schema": "assay.scorecard/1"})


def test_a_baseline_of_nothing_is_refused():
    with pytest.raises(ValueError, match="needs rows"):
        drift.baseline_of(Frame({}, 0), (), [], [], None)


def test_a_rate_carries_jeffreys_interval():
    """Brown, Cai and DasGupta's table: 0 of 10 ends at 0.2172, 5 of 10 spans 0.2235 to 0.7765."""
    assert drift.rate_interval(0, 10) == (0, 0, pytest.approx(0.2172, abs=1e-3))
    assert drift.rate_interval(5, 10)[1:] == (
        pytest.approx(0.2235, abs=1e-3),
        pytest.approx(0.7765, abs=1e-3),
    )
    with pytest.raises(ValueError, match="no share"):
        drift.rate_interval(3, 2)


def test_calibration_holds_when_pds_are_right_and_fails_when_they_are_half():
    chance = np.random.default_rng(8)
    pd = chance.beta(2, 12, 3000)
    held = sum(drift.calibrated(pd, chance.random(3000) < pd).holds for _ in range(200))
    assert 182 <= held <= 198
    found = drift.calibrated(pd / 2, chance.random(3000) < pd)
    assert not found.holds
    assert found.low > 1


def test_vintages_say_nothing_of_ranking_where_there_are_too_few_bads():
    chance = np.random.default_rng(9)
    pd = chance.beta(2, 5, 300)
    bad = chance.random(300) < pd
    names = ["2025-Q1"] * 280 + ["2025-Q2"] * 20
    first, second = drift.vintages(names, pd, bad)
    assert first.gini_low < first.gini < first.gini_high
    assert first.ks > 0.1
    assert (second.n, second.gini) == (20, None)


def look(level, *, certain=True):
    return level, certain


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        ([look("warn", certain=False)], ""),
        ([look("warn")], "warn"),
        ([look("warn"), look("alarm")], "alarm"),
        ([look("warn"), look("alarm", certain=False)], "warn"),
        ([look("alarm"), look("warn")], "alarm"),
        ([look("alarm"), look("ok")], "alarm"),
        ([look("alarm"), look("ok"), look("warn"), look("ok")], "alarm"),
        ([look("alarm"), look("ok"), look("insufficient"), look("ok")], ""),
        ([look("warn"), look("ok"), look("ok")], ""),
    ],
)
def test_an_alert_opens_on_evidence_and_closes_after_two_calm_looks(looks, expected):
    standing = drift.Standing()
    for level, certain in looks:
        standing = drift.standing_after(standing, level, certain=certain)
    assert standing.level == expected
