"""Prediction sets: the promise kept on average, and two whole numbers by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.columns import Column, Frame
from ml.conformal import Conformal, Thresholds, conformal_of, coverage, thresholds


def drawn(chance: np.random.Generator, rows: int) -> tuple[np.ndarray, np.ndarray]:
    bad = chance.random(rows) < 0.3
    points = np.rint(chance.normal(np.where(bad, 540, 560), 20)).astype(np.int64)
    return points, bad


def test_the_two_numbers_by_hand() -> None:
    """Of 19 bads at alpha 0.1: floor(0.1 * 20) - 1 = 1 is passed over."""
    bads, goods = np.arange(500, 519), np.arange(510, 529)
    points = np.concatenate([bads, goods])
    found = thresholds(points, np.arange(38) < 19, 100_000)
    assert found == Thresholds(bad_upto=517, good_from=511)


def test_too_few_loans_exclude_nothing() -> None:
    points, bad = np.arange(500, 510), np.arange(10) < 5
    found = thresholds(points, bad, 100_000)
    assert found.bad_upto > 10**5
    assert found.good_from < -(10**5)
    assert found.uncertain(505)


@pytest.mark.parametrize(
    ("limits", "uncertain"),
    [(Thresholds(520, 510), {510, 511, 515, 519, 520}), (Thresholds(510, 520), {511, 515, 519})],
)
def test_both_and_none_are_uncertain(limits: Thresholds, uncertain: set[int]) -> None:
    assert {p for p in (509, 510, 511, 515, 519, 520, 521) if limits.uncertain(p)} == uncertain


@pytest.mark.parametrize("alpha_ppm", [50_000, 100_000, 200_000])
def test_the_promise_is_kept_per_class_on_average(alpha_ppm: int) -> None:
    """Over many draws the mean coverage is at least 1 - alpha, and not far above for large n."""
    chance = np.random.default_rng(alpha_ppm)
    good, bad = [], []
    for _ in range(300):
        points, outcomes = drawn(chance, 400)
        limits = thresholds(points[:300], outcomes[:300], alpha_ppm)
        new, ends = points[300:], outcomes[300:]
        good.append(float((new[~ends] >= limits.good_from).mean()))
        bad.append(float((new[ends] <= limits.bad_upto).mean()))
    alpha = alpha_ppm / 1_000_000
    for covered in (good, bad):
        assert 1 - alpha - 0.006 <= np.mean(covered) <= 1 - alpha + 0.03


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_row_and_a_column_say_the_same(seed: int) -> None:
    chance = np.random.default_rng(seed)
    points, bad = drawn(chance, 600)
    codes = chance.integers(-1, 3, 600).astype(np.int32)
    column = Column(codes, codes < 0, ("north", "south", "tiny"))
    codes[chance.random(600) < 0.1] = 0
    found = conformal_of(points, bad, segment=("region", column))
    frame = Frame({"region": column}, 600)
    rows = [
        found.uncertain_row(values, int(each))
        for values, each in zip(frame.rows_as_values(), points, strict=True)
    ]
    assert found.uncertain_columns(frame, points).tolist() == rows


def test_a_segment_with_too_few_has_everyones_thresholds() -> None:
    points, bad = drawn(np.random.default_rng(5), 900)
    codes = np.where(np.arange(900) < 850, 0, 1).astype(np.int32)
    column = Column(codes, np.zeros(900, bool), ("large", "small"))
    found = conformal_of(points, bad, segment=("region", column))
    assert [name for name, _ in found.by_segment] == ["large"]
    alone = conformal_of(points[:850], bad[:850])
    assert dict(found.by_segment)["large"] == alone.overall


def test_coverage_counts_every_row_once() -> None:
    points, bad = drawn(np.random.default_rng(2), 500)
    report = coverage(conformal_of(points, bad), Frame({}, 500), points, bad)
    (part,) = report["parts"]
    assert sum(part["sets"].values()) == 500
    assert part["covered"]["good"]["value"] >= 0.9
    assert part["covered"]["bad"]["n"] == int(bad.sum())
    assert report["uncertain"]["n"] == 500


def test_a_document_comes_back_as_it_went_and_another_is_refused() -> None:
    found = Conformal(100_000, Thresholds(520, 510), "region", (("a", Thresholds(1, 2)),))
    assert Conformal.parse(found.document()) == found
    for wrong in ({}, {**found.document(), "overall": [1.5, 2]}, {**found.document(), "x": 1}):
        with pytest.raises(ValueError, match=r"not a document|whole numbers"):
            Conformal.parse(wrong)
