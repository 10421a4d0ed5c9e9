"""The bounds cover what was hidden; the customary ways are shown beside them."""

import numpy as np
import pytest

from ml import reject_inference
from ml.columns import Column, Frame
from tests.ml.loans import german_loans

TRUNCATIONS = 200


def population(chance: np.random.Generator, rows: int = 1_500) -> tuple[np.ndarray, np.ndarray]:
    """Points and outcomes; the log-odds bend a little, so that no straight line is quite true."""
    points = np.rint(chance.normal(560, 30, rows)).astype(np.int64)
    steep = (560 - points) / 25
    return points, chance.random(rows) < 1 / (1 + np.exp(1.2 - steep - 0.1 * steep**2))


def covered(points: np.ndarray, bad: np.ndarray, share: float) -> tuple[bool, bool, float]:
    """Hide whoever lay below a past cut-off; do the bounds hold what was hidden?"""
    cut = np.quantile(points, share)
    kept = points >= cut
    found = reject_inference.bounds(points[kept], bad[kept], points[~kept])
    hidden = float(bad[~kept].mean())
    return (
        found.low <= hidden <= found.high,
        found.low <= hidden <= found.high_of_odds,
        found.high_of_odds - found.low,
    )


def test_over_200_truncations_the_bounds_cover_the_hidden_bad_rate() -> None:
    chance = np.random.default_rng(8)
    found = [
        covered(*population(chance), share=chance.uniform(0.15, 0.5)) for _ in range(TRUNCATIONS)
    ]
    assert np.mean([first for first, _, _ in found]) >= 0.95
    assert np.mean([second for _, second, _ in found]) >= 0.95
    assert np.mean([width for _, _, width in found]) < 0.6


def simple_points(frame: Frame, bad: np.ndarray) -> np.ndarray:
    """A naive scorecard: the log-odds of each category, added up; 20 points double the odds."""
    total = np.zeros(frame.rows)
    for column in frame.columns.values():
        if column.categories is not None:
            codes = column.values.astype(np.int64)
            goods = np.bincount(codes[~bad], minlength=len(column.categories)) + 3
            bads = np.bincount(codes[bad], minlength=len(column.categories)) + 3
            total += np.log(goods / bads)[codes]
    return np.rint(500 + 20 / np.log(2) * total).astype(np.int64)


def test_on_german_loans_too() -> None:
    """Each time another sample of the 1,000 loans and another past cut-off."""
    loans = german_loans()
    points = simple_points(loans.frame, loans.target.astype(bool))
    chance = np.random.default_rng(9)
    found = []
    for _ in range(TRUNCATIONS):
        rows = chance.integers(0, 1_000, 1_000)
        share = chance.uniform(0.15, 0.5)
        found.append(covered(points[rows], loans.target[rows].astype(bool), share))
    assert np.mean([first for first, _, _ in found]) >= 0.95
    assert np.mean([second for _, second, _ in found]) >= 0.95
    assert np.mean([width for _, _, width in found]) < 0.7


def test_taking_the_accepted_for_everybody_would_miss_what_is_hidden() -> None:
    """The accepted loans' own bad rate is far too low; parcelling comes nearer, from below."""
    points, bad = population(np.random.default_rng(3))
    kept = points >= np.quantile(points, 0.4)
    parcel = reject_inference.parcel_rates(points[kept], bad[kept], points[~kept])
    assert bad[kept].mean() < parcel.mean() < bad[~kept].mean()


def test_the_line_is_that_of_maximum_likelihood() -> None:
    from sklearn.linear_model import LogisticRegression

    points, bad = population(np.random.default_rng(2), 600)
    weights = np.random.default_rng(3).uniform(0.5, 2, 600)
    line = reject_inference.line_of(points, bad, weights)
    other = LogisticRegression(C=1e9, tol=1e-10).fit((points[:, None] - 560) / 30, bad, weights)
    assert line.slope == pytest.approx(other.coef_[0, 0] / 30, rel=1e-4)
    assert line.log_odds([560])[0] == pytest.approx(other.intercept_[0], rel=1e-4)
    assert line.spread([560])[0] < line.spread([450])[0]


def test_odds_are_raised_by_hand() -> None:
    assert reject_inference.fuzzy_rates(np.array([0.2, 0.5]), 4.0) == pytest.approx([0.5, 0.8])


def frames() -> tuple[Frame, Frame]:
    whole = np.zeros(2, bool)
    kept = {
        "amount": Column(np.array([1, 2]), whole),
        "housing": Column(np.array([0, 1], np.int32), whole, ("own", "rent")),
    }
    gone = {"housing": Column(np.array([0, -1], np.int32), np.array([False, True]), ("free",))}
    return Frame(kept, 2), Frame(gone, 2)


def test_fuzzy_counts_each_declined_twice_with_weights_that_add_up_to_one() -> None:
    found = reject_inference.fuzzy_augmented(
        *[frames()[0], np.array([0, 1]), frames()[1]], np.array([0.3, 0.9])
    )
    assert found.bad.tolist() == [0, 1, 1, 1, 0, 0]
    assert found.weights.tolist() == pytest.approx([1, 1, 0.3, 0.9, 0.7, 0.1])
    assert found.frame.columns["housing"].items() == ["own", "rent", "free", None, "free", None]
    assert found.frame.columns["amount"].items() == [1, 2, None, None, None, None]


def test_parcelling_draws_outcomes_in_the_share_of_the_band() -> None:
    kept, _ = frames()
    gone = Frame({}, 4_000)
    found = reject_inference.parcelled(kept, np.array([0, 1]), gone, np.full(4_000, 0.3), seed=5)
    again = reject_inference.parcelled(kept, np.array([0, 1]), gone, np.full(4_000, 0.3), seed=5)
    assert found.bad[2:].mean() == pytest.approx(0.3, abs=0.03)
    assert (found.bad == again.bad).all()
