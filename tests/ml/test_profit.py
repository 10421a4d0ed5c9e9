"""The cut-off that earns most, on portfolios small enough to count by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml import fairness, profit
from ml.columns import Frame
from ml.economics import Economics
from ml.profit import CutOff, Portfolio

GOOD, BAD = 10.0, -50.0


def small(points: list[int], bad: list[int], cost_per_case: int = 0) -> Portfolio:
    size = len(points)
    return Portfolio(
        np.array(points),
        np.full(size, 0.1),
        np.array(bad, bool),
        np.full(size, GOOD),
        np.full(size, BAD),
        np.full(size, 100.0),
        np.full(size, 60.0),
        cost_per_case,
    )


def economics(**limits: int) -> Economics:
    return Economics.parse({"amount": 100, "interest_ppm": 100_000, **limits})


HAND = small([500, 510, 520, 530, 530], [1, 1, 0, 0, 0])


def test_every_cut_off_by_hand() -> None:
    cuts = profit.frontier(HAND)
    assert [(cut.points, cut.approved, cut.profit) for cut in cuts] == [
        (500, 5, -14.0), (510, 4, -4.0), (520, 3, 6.0), (530, 2, 4.0),
    ]  # fmt: skip
    assert cuts[1].bad_rate == 0.25
    assert cuts[1].loss_rate == pytest.approx(60 / 400)
    assert cuts[0].expected == pytest.approx(0.1 * BAD + 0.9 * GOOD)
    assert [cut.efficient for cut in cuts] == [True, True, True, False]


def test_the_case_costs_whoever_is_refused() -> None:
    cuts = profit.frontier(small([500, 510], [1, 0], cost_per_case=3))
    assert [cut.profit for cut in cuts] == [-23.0, 2.0]


@pytest.mark.parametrize(
    ("limits", "points"),
    [
        ({}, 520),
        ({"approval_floor_ppm": 700_000}, 510),
        ({"loss_cap_ppm": 0, "approval_floor_ppm": 700_000}, None),
        ({"loss_cap_ppm": 200_000, "approval_floor_ppm": 900_000}, None),
    ],
)
def test_the_best_cut_off_keeps_the_limits(limits: dict[str, int], points: int | None) -> None:
    found = profit.best(profit.frontier(HAND), economics(**limits))
    assert (found.points if found else None) == points


def test_where_every_loan_loses_nobody_is_approved_unless_the_lender_must() -> None:
    cuts = profit.frontier(small([500, 510], [1, 1], cost_per_case=1))
    assert profit.best(cuts, economics(cost_per_case=1)) is None
    forced = profit.best(cuts, economics(cost_per_case=1, approval_floor_ppm=400_000))
    assert forced is not None
    assert forced.points == 510


def test_the_fairness_floor_binds() -> None:
    group = np.arange(400) < 200
    points = np.where(group, np.repeat([500, 510], [100, 300])[:400], 520)
    found = Portfolio(
        points, np.full(400, 0.1), points < 510, np.full(400, GOOD), np.full(400, -20.0),
        np.full(400, 100.0), np.full(400, 60.0),
    )  # fmt: skip
    cuts = profit.frontier(found, [{"a": group, "b": ~group}])
    assert [cut.ratio for cut in cuts] == [1.0, 0.5, None]
    free = profit.best(cuts, economics())
    bound = profit.best(cuts, economics(fairness_floor_ppm=800_000))
    assert free is not None
    assert free.points == 510
    assert bound is not None
    assert bound.points == 500


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_ratios_of_all_cut_offs_are_those_of_each(seed: int) -> None:
    chance = np.random.default_rng(seed)
    points = chance.integers(480, 500, 300)
    owner = chance.integers(0, 3, 300)
    groups = {str(each): owner == each for each in range(3)}
    cuts = np.unique(points)
    together = profit.lowest_ratios(points, [groups], cuts)
    for cut, ratio in zip(cuts, together, strict=True):
        alone = fairness.lowest_ratio(points >= cut, groups)
        expected = alone.estimate.value if alone and alone.estimate else np.nan
        assert ratio == pytest.approx(expected, nan_ok=True)


def test_a_simulation_says_what_was_made_and_lost() -> None:
    everyone, safe = np.ones(5, bool), HAND.points >= 520
    found = {each["name"]: each for each in profit.simulated(HAND, {"all": everyone, "us": safe})}
    assert found["all"]["profit"] == 3 * GOOD + 2 * BAD
    assert found["all"]["bad_approved"] == 2
    assert found["us"]["profit"] == 30.0
    assert found["us"]["good_refused"] == 0
    assert found["us"]["loss_rate"] == 0
    assert found["us"]["low"] < found["us"]["per_application"] == 6.0 < found["us"]["high"]


def test_a_cut_off_chosen_elsewhere_is_the_next_one_here() -> None:
    cuts = profit.frontier(HAND)
    found = profit.at_cut_off(cuts, 515)
    assert isinstance(found, CutOff)
    assert found.points == 520
    assert profit.at_cut_off(cuts, 531) is None


def test_profit_by_rank_starts_with_nobody_and_ends_with_all() -> None:
    curve = profit.earned_by_rank(HAND)
    assert curve[0] == (0.0, 0.0)
    assert curve[-1] == (1.0, -70.0)
    assert max(total for _, total in curve) == 30.0


def test_a_portfolio_of_scored_loans() -> None:
    found = profit.portfolio(
        economics(), points=np.array([1, 2]), pd_ppm=np.array([500_000, 0]), bad=[1, 0],
        frame=Frame({}, 2), amounts=np.array([100, 200]),
    )  # fmt: skip
    assert found.realised[0] == found.if_bad[0] < 0 < found.realised[1]
    assert found.expected[1] == found.if_good[1]
    assert found.lent.tolist() == [100, 200]
