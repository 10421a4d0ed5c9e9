"""The points table: exact sums, rows and columns alike, clipped PD, refusal of a broken table."""

import json
import timeit

import numpy as np
import pytest
from pydantic import ValidationError

from ml.columns import Column, Frame
from ml.model import load_model
from ml.points_table import PointsTable, ScorecardDocument

DOCUMENT = {
    "schema": "assay.scorecard/1",
    "family": "expert",
    "dictionary": "sha256:" + "0" * 64,
    "base": {"points": 600, "odds": 30, "pdo": 20},
    "intercept": 560,
    "features": [
        {
            "name": "income",
            "kind": "number",
            "bins": [
                {"values": [-1], "points": -30},
                {"upto": 150_000, "points": -10},
                {"upto": 300_000, "points": 0},
                {"upto": None, "points": 12},
            ],
            "missing": -8,
            "other": 0,
            "reference": 0,
        },
        {
            "name": "housing",
            "kind": "category",
            "bins": [{"values": ["own"], "points": 10}, {"values": ["rent", "free"], "points": -4}],
            "missing": -6,
            "other": -5,
            "reference": 3,
        },
        {
            "name": "telephone",
            "kind": "boolean",
            "bins": [{"values": [True], "points": 3}, {"values": [False], "points": -3}],
            "missing": -2,
            "other": 0,
            "reference": 0,
        },
    ],
    "pd": [[540, 200_000], [560, 100_000], [580, 50_000]],
}


def table(**changes: object) -> PointsTable:
    text = json.dumps(DOCUMENT | changes)
    return PointsTable(ScorecardDocument.model_validate_json(text))


@pytest.mark.parametrize(
    ("income", "points"),
    [(149_999, -10), (150_000, 0), (299_999, 0), (300_000, 12), (-1, -30), (-2, -10), (None, -8)],
)
def test_a_bin_holds_what_lies_below_its_threshold(income, points):
    assert table().score_row({"income": income}).contributions[0] == ("income", points)


def test_contributions_add_up_to_the_points():
    score = table().score_row({"income": 100_000, "housing": "own", "telephone": False})
    assert score.points == 560 - 10 + 10 - 3
    assert score.contributions == (("income", -10), ("housing", 7), ("telephone", -3))
    assert score.points == 560 + 3 + sum(points for _, points in score.contributions)


def test_an_unknown_category_and_an_absent_name_have_points_of_their_own():
    score = table().score_row({"housing": "castle"})
    assert score.contributions == (("income", -8), ("housing", -8), ("telephone", -2))


@pytest.mark.parametrize(
    ("intercept", "pd_ppm"),
    [(300, 200_000), (540, 200_000), (559, 200_000), (560, 100_000), (580, 50_000), (900, 50_000)],
)
def test_pd_steps_down_and_is_clipped_at_both_ends(intercept, pd_ppm):
    values = {"income": 200_000, "housing": "zzz", "telephone": True}
    assert table(intercept=intercept + 2).score_row(values).pd_ppm == pd_ppm


def frame_of_everything() -> Frame:
    """Every combination of a bin's edges, gaps, special codes and unknown categories."""
    incomes = np.array([-2, -1, 0, 149_999, 150_000, 299_999, 300_000, 10**15, 7])
    housings = np.array([0, 1, 2, 3, -1], dtype=np.int32)
    telephones = np.array([True, False, True])
    grid = np.array(np.meshgrid(range(9), range(5), range(3))).reshape(3, -1)
    columns = {
        "income": Column(incomes[grid[0]], grid[0] == 8),
        "housing": Column(housings[grid[1]], grid[1] == 4, ("castle", "free", "own", "rent")),
        "telephone": Column(telephones[grid[2]], grid[2] == 2),
    }
    return Frame(columns, grid.shape[1])


def test_rows_and_columns_give_the_same_scores():
    model, frame = table(), frame_of_everything()
    scored = model.score_columns(frame)
    assert [scored.row(i) for i in range(frame.rows)] == [
        model.score_row(frame.row(i)) for i in range(frame.rows)
    ]


def test_an_absent_column_is_missing_in_every_row():
    model = table()
    assert model.score_columns(Frame({}, 2)).row(1) == model.score_row({})


def test_no_rows_give_no_scores():
    assert table().score_columns(Frame({}, 0)).points.shape == (0,)


def test_the_artifact_gives_the_model_back():
    model = table()
    again = load_model(model.to_bytes(), content_hash=model.content_hash)
    assert again.to_bytes() == model.to_bytes()
    assert again.describe() == model.describe()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pd": [[540, 100], [560, 200]]}, "PD rises"),
        ({"pd": [[560, 200], [540, 100]]}, "must rise"),
        ({"pd": []}, "empty"),
        ({"pd": [[0, 5], [9_000_000, 1]]}, "too many points"),
        ({"base": {"points": 600, "odds": 0, "pdo": 20}}, "positive"),
        ({"features": [DOCUMENT["features"][0]] * 2}, "listed twice"),
        ({"surprise": 1}, "not permitted"),
        ({"intercept": 560.5}, "valid integer"),
    ],
)
def test_a_broken_document_is_refused(changes, message):
    with pytest.raises(ValidationError, match=message):
        table(**changes)


@pytest.mark.parametrize(
    ("bins", "message"),
    [
        ([{"upto": 5, "points": 1}], "must be open"),
        ([{"upto": 5, "points": 1}, {"upto": 5, "points": 2}, {"upto": None, "points": 3}], "rise"),
        ([{"upto": None, "points": 1}, {"values": ["a"], "points": 2}], "another type"),
        ([{"upto": None, "points": 1}, {"values": [1, 1], "points": 2}], "listed twice"),
    ],
)
def test_bins_that_do_not_cover_a_number_once_are_refused(bins, message):
    feature = DOCUMENT["features"][0] | {"bins": bins}
    with pytest.raises(ValidationError, match=message):
        table(features=[feature])


def test_a_row_of_twenty_features_takes_microseconds():
    """The aim is 15 microseconds; the bound leaves room for a busy machine."""
    features = [DOCUMENT["features"][i % 3] | {"name": f"field_{i}"} for i in range(20)]
    model = table(features=features)
    values = {f"field_{i}": (200_000, "rent", True)[i % 3] for i in range(20)}
    fastest = min(timeit.repeat(lambda: model.score_row(values), number=200, repeat=20)) / 200
    assert fastest < 30e-6
