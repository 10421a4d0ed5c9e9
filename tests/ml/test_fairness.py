"""Measures of fairness against published cases, another library, and Boston's mortgages."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest
from scipy.stats.contingency import relative_risk

from ml import fairness
from ml.alternatives import Alternative, Scored, approved_best, efficient, less_discriminatory
from ml.columns import Column
from ml.fairness import Judged


def masks(*sizes: int) -> list[np.ndarray]:
    """Groups of so many rows, one after the other."""
    owner = np.repeat(np.arange(len(sizes)), sizes)
    return [owner == index for index in range(len(sizes))]


def approvals(*pairs: tuple[int, int]) -> np.ndarray:
    """For each (approved, of): so many approved among so many."""
    return np.concatenate([np.arange(of) < found for found, of in pairs])


def test_ratio_as_scipys_relative_risk() -> None:
    found = fairness.ratio_interval(30, 60, 72, 100)
    other = relative_risk(30, 60, 72, 100)
    low, high = other.confidence_interval(0.95)
    assert (found.value, found.low, found.high) == pytest.approx(
        (other.relative_risk, low, high), abs=1e-12
    )


@pytest.mark.parametrize(
    ("counts", "published"),
    [((56, 70, 48, 80), (0.0524, 0.3339)), ((9, 10, 3, 10), (0.1705, 0.8090)),
     ((10, 10, 0, 10), (0.6075, 1.0))],
)  # fmt: skip
def test_differences_as_newcombe_published_them(
    counts: tuple[int, int, int, int], published: tuple[float, float]
) -> None:
    """Newcombe 1998, table II, method 10."""
    found = fairness.difference_interval(*counts)
    assert (found.low, found.high) == pytest.approx(published, abs=6e-5)


def test_standardised_mean_difference_by_hand() -> None:
    group, reference = masks(40, 60)
    values = np.concatenate([np.tile([9.0, 11.0], 20), np.tile([11.0, 13.0], 30)])
    found = fairness.standardised_mean_difference(values, group, reference).estimate
    assert found is not None
    deviation = np.sqrt((40 + 60) / 98)
    assert found.value == pytest.approx(-2 / deviation)
    spread = np.sqrt(100 / 2400 + found.value**2 / 200)
    assert found.high - found.value == pytest.approx(1.959964 * spread, abs=1e-5)


def test_equal_opportunity_counts_only_those_who_repaid() -> None:
    group, reference = masks(50, 50)
    bad = np.concatenate([np.arange(50) >= 40, np.arange(50) >= 30])
    approved = np.concatenate([np.arange(50) < 20, np.arange(50) < 24])
    found = fairness.equal_opportunity_difference(approved, bad, group, reference)
    assert (found.n, found.of) == (40, 30)
    assert found.estimate is not None
    assert found.estimate.value == pytest.approx(20 / 40 - 24 / 30)


def test_calibration_is_observed_less_expected() -> None:
    (group,) = masks(100)
    found = fairness.calibration_in_group(np.full(100, 0.2), approvals((30, 100)), group).estimate
    assert found is not None
    assert found.value == pytest.approx(0.1)
    assert found.low < 0.1 < found.high


@pytest.mark.parametrize("pairs", [[(20, 29), (90, 100)], [(4, 100), (90, 100)]])
def test_too_few_is_insufficient_and_never_a_figure(pairs: list[tuple[int, int]]) -> None:
    group, reference = masks(pairs[0][1], pairs[1][1])
    found = fairness.adverse_impact_ratio(approvals(*pairs), group, reference)
    assert found.estimate is None
    assert found.document()["note"] == "insufficient data"
    assert {found.document()[name] for name in ("value", "low", "high")} == {None}


def test_the_reference_is_the_best_treated_of_those_large_enough() -> None:
    tiny, most, fewer = masks(10, 100, 100)
    approved = approvals((10, 10), (80, 100), (40, 100))
    groups = {"tiny": tiny, "most": most, "fewer": fewer}
    assert fairness.reference_of(groups, approved) == "most"
    lowest = fairness.lowest_ratio(approved, groups)
    assert lowest is not None
    assert lowest.estimate is not None
    assert lowest.estimate.value == pytest.approx(0.5)


def test_ages_are_cut_where_the_regulation_speaks_of_them() -> None:
    column = Column(np.array([2400, 2500, 6199, 6200, 0]), np.array([False] * 4 + [True]))
    groups = fairness.groups_of(column, basis="age", digits=2)
    assert {name: int(rows.sum()) for name, rows in groups.items()} == {
        "below 25": 1, "25 to below 40": 1, "40 to below 62": 1, "62 and above": 1,
    }  # fmt: skip


def test_a_report_names_every_group_and_its_figures() -> None:
    chance = np.random.default_rng(4)
    groups = dict(zip(("f", "m", "x"), masks(200, 250, 5), strict=True))
    bad = chance.random(455) < 0.3
    points = np.rint(550 - 40 * bad + chance.normal(0, 30, 455)).astype(np.int64)
    judged = Judged(points, np.full(455, 0.3), points >= 540, bad)
    report = fairness.attribute_report(judged, groups)
    assert report["reference"] in ("f", "m")
    by_name = {each["name"]: each for each in report["groups"]}
    assert by_name["x"]["adverse_impact_ratio"]["note"] == "insufficient data"
    assert "adverse_impact_ratio" not in by_name[report["reference"]]
    assert sum(each["n"] for each in report["groups"]) == 455


@pytest.mark.data
def test_bostons_mortgages_have_their_known_adverse_impact() -> None:
    """28.3 % of 339 black applicants were denied and 9.3 % of the others (Munnell et al. 1996)."""
    folder = os.environ.get("ASSAY_DATA")
    path = Path(folder or "", "hmda/boston_hmda.csv")
    if not folder or not path.exists():
        pytest.skip("ASSAY_DATA names no folder with hmda/boston_hmda.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    black = np.array([row["afam"] == "yes" for row in rows])
    approved = np.array([row["deny"] == "no" for row in rows])
    found = fairness.adverse_impact_ratio(approved, black, ~black)
    assert (found.n, found.of) == (339, 2041)
    assert found.estimate is not None
    assert found.estimate.value == pytest.approx(0.7168 / 0.9074, abs=1e-3)
    assert found.estimate.high < 0.9
    gap = fairness.difference_interval(243, 339, int(approved[~black].sum()), 2041)
    assert gap.high < -0.13


def scored(seed: int = 3, rows: int = 2_000) -> Scored:
    """Two inputs: `fair` predicts, `proxy` only follows the group."""
    chance = np.random.default_rng(seed)
    group = chance.random(rows) < 0.5
    fair = chance.normal(0, 20, rows)
    proxy = np.where(group, -15, 15) + chance.normal(0, 5, rows)
    bad = chance.random(rows) < 1 / (1 + np.exp(fair / 15))
    contributions = np.rint(np.stack([fair, proxy], axis=1)).astype(np.int64)
    points = 500 + contributions.sum(axis=1)
    groups = {"a": group, "b": ~group}
    return Scored(points, contributions, ("fair", "proxy"), bad.astype(np.int64), groups, 1_000)


def test_the_search_finds_that_the_proxy_is_better_left_out() -> None:
    found = less_discriminatory(scored())
    by_name = {each.name: each for each in found}
    assert by_name["proxy"].auc > by_name[""].auc
    assert by_name["proxy"].ratio is not None
    assert by_name["proxy"].ratio > 0.9
    assert by_name[""].ratio is not None
    assert by_name[""].ratio < 0.7
    assert efficient(found)[[each.name for each in found].index("proxy")]
    assert not efficient(found)[0]


def test_as_many_are_approved_in_every_alternative() -> None:
    assert approved_best(np.array([5, 5, 5, 1]), 2).tolist() == [True, True, False, False]


def test_the_frontier_by_hand() -> None:
    found = [
        Alternative("a", 0.80, 0.7), Alternative("b", 0.79, 0.9), Alternative("c", 0.78, 0.8),
        Alternative("d", 0.81, None), Alternative("e", 0.80, 0.7),
    ]  # fmt: skip
    assert efficient(found) == [True, True, False, False, True]
