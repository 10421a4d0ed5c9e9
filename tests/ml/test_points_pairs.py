"""Pairs of features in a points table: shared by halves, the same in rows and columns."""

import json
import timeit

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ml.artifacts import Artifact, ArtifactRefused, pack
from ml.canonical import canonical
from ml.columns import Column, Frame
from ml.model import load_model
from ml.points_table import PointsTable, ScorecardDocument
from tests.ml.test_points_table import DOCUMENT, frame_of_everything, table

TOGETHER = [[0, 5, -3, 0], [2, 1, 0, 0], [0, 0, 7, 0], [4, -4, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
"""Income by housing: special code, two thresholds, the rest, missing, other."""
PAIRS = [{"first": "income", "second": "housing", "points": TOGETHER}]
PAIRED = {"schema": "assay.scorecard/2", "pairs": PAIRS}


@pytest.mark.parametrize(
    ("income", "housing", "first", "second"),
    [(-1, "rent", 3, 2), (-1, None, -2, -1), (100_000, "own", 1, 1), (200_000, None, 4, 3),
     (400_000, "own", 2, 2), (400_000, "free", -2, -2), (None, "own", 0, 0), (-1, "castle", 0, 0)],
)  # fmt: skip
def test_a_pair_is_shared_by_halves_and_the_odd_point_goes_to_the_first(
    income, housing, first, second
):
    values = {"income": income, "housing": housing, "telephone": True}
    alone = dict(table().score_row(values).contributions)
    score = table(**PAIRED).score_row(values)
    assert dict(score.contributions) == {
        **alone, "income": alone["income"] + first, "housing": alone["housing"] + second,
    }  # fmt: skip
    assert score.points == table().score_row(values).points + first + second


def test_rows_and_columns_agree_with_pairs():
    model, frame = table(**PAIRED), frame_of_everything()
    scored = model.score_columns(frame)
    assert (model.points_columns(frame) == scored.points).all()
    for number, values in enumerate(frame.rows_as_values()):
        assert model.score_row(values) == scored.row(number)


def test_an_absent_column_is_missing_in_its_pairs_too():
    model = table(**PAIRED)
    assert model.score_columns(Frame({}, 2)).row(1) == model.score_row({})


def test_a_document_without_pairs_keeps_the_first_schema_and_its_bytes():
    assert "pairs" not in json.loads(table().document.canonical())
    assert table().describe()["schema"] == "assay.scorecard/1"


def test_the_artifact_gives_the_pairs_back():
    model = table(**PAIRED)
    again = load_model(model.to_bytes(), content_hash=model.content_hash)
    assert again.describe()["pairs"] == PAIRS
    assert again.to_bytes() == model.to_bytes()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pairs": [PAIRS[0] | {"second": "shoe_size"}]}, "two of the features"),
        ({"pairs": [PAIRS[0] | {"second": "income"}]}, "two of the features"),
        ({"pairs": [PAIRS[0] | {"points": TOGETHER[:-1]}]}, "6 rows of 4 points are needed"),
        ({"pairs": [PAIRS[0] | {"points": [[0, 0, 0]] * 6}]}, "6 rows of 4 points are needed"),
        ({"pairs": [PAIRS[0] | {"points": [[0.5] * 4] * 6}]}, "valid integer"),
        ({"pairs": PAIRS * 2}, "listed twice"),
        ({"pairs": PAIRS * 21}, "at most 20"),
        ({"pairs": []}, "pairs belong to"),
        ({"schema": "assay.scorecard/1"}, "pairs belong to"),
    ],
)
def test_a_malformed_pair_is_refused_with_a_reason(changes, message):
    document = DOCUMENT | PAIRED | changes
    payload = canonical(document) if "0.5" not in str(changes) else json.dumps(document).encode()
    with pytest.raises(ValidationError, match=message):
        ScorecardDocument.model_validate_json(payload)
    with pytest.raises(ArtifactRefused) as refused:
        load_model(pack(Artifact("expert", DOCUMENT["dictionary"], "json", {}, payload)))
    assert refused.value.code == "malformed"


POINTS = st.integers(-60, 60)


@st.composite
def documents(draw):
    """Up to three features of any kind, and a pair of the first two."""
    kinds = draw(st.lists(st.sampled_from(["number", "category", "boolean"]), min_size=2,
                          max_size=3))  # fmt: skip
    features = [draw(feature(f"f{place}", kind)) for place, kind in enumerate(kinds)]
    rows, width = (len(each["bins"]) + 2 for each in features[:2])
    cells = st.lists(st.lists(POINTS, min_size=width, max_size=width), min_size=rows, max_size=rows)
    pair = {"first": "f0", "second": "f1", "points": draw(cells)}
    return DOCUMENT | {"schema": "assay.scorecard/2", "features": features, "pairs": [pair]}


@st.composite
def feature(draw, name, kind):
    if kind == "number":
        uptos = sorted(draw(st.sets(st.integers(-50, 50), max_size=4)))
        bins = [{"upto": upto, "points": draw(POINTS)} for upto in [*uptos, None]]
        codes = draw(st.sets(st.integers(-60, 60), max_size=2))
        bins += [{"values": [code], "points": draw(POINTS)} for code in sorted(codes)]
    elif kind == "boolean":
        bins = [{"values": [value], "points": draw(POINTS)} for value in (False, True)]
    else:
        bins = [{"values": [value], "points": draw(POINTS)} for value in "abc"]
    ends = {part: draw(POINTS) for part in ("missing", "other", "reference")}
    return {"name": name, "kind": kind, "bins": bins, **ends}


VALUES = {
    "number": st.none() | st.integers(-70, 70),
    "boolean": st.none() | st.booleans(),
    "category": st.none() | st.sampled_from(["a", "b", "c", "d"]),
}


@settings(max_examples=40, deadline=None)
@given(document=documents(), data=st.data())
def test_any_table_scores_rows_as_columns_and_adds_up(document, data):
    model = PointsTable(ScorecardDocument.model_validate_json(json.dumps(document)))
    kinds = {each["name"]: each["kind"] for each in document["features"]}
    row = st.fixed_dictionaries({name: VALUES[kind] for name, kind in kinds.items()})
    rows = data.draw(st.lists(row, min_size=1, max_size=6))
    frame = Frame.of(rows, kinds)
    scored = model.score_columns(frame)
    at_reference = document["intercept"] + sum(each["reference"] for each in document["features"])
    for number, values in enumerate(rows):
        score = model.score_row(values)
        assert score == scored.row(number)
        assert score.points == at_reference + sum(points for _, points in score.contributions)


def of_twenty_features() -> PointsTable:
    """Twenty features and eight pairs."""
    features = [DOCUMENT["features"][i % 3] | {"name": f"field_{i}"} for i in range(20)]
    pairs = [
        {"first": f"field_{place}", "second": f"field_{place + 1}", "points": TOGETHER}
        for place in range(0, 18, 3)
    ] + [{"first": "field_0", "second": f"field_{3 * n + 1}", "points": TOGETHER} for n in (2, 3)]
    return table(**PAIRED | {"features": features, "pairs": pairs})


def test_a_row_of_twenty_features_and_eight_pairs_takes_microseconds():
    """Under 10 on a machine of its own; the bound leaves room for a busy one."""
    model = of_twenty_features()
    values = {f"field_{i}": (200_000, "rent", True)[i % 3] for i in range(20)}
    fastest = min(timeit.repeat(lambda: model.score_row(values), number=200, repeat=20)) / 200
    assert fastest < 30e-6


def test_columns_of_twenty_features_and_eight_pairs_are_quick():
    """Over 500,000 rows a second on a machine of its own."""
    model, chance, rows = of_twenty_features(), np.random.default_rng(1), 20_000
    columns = {}
    for place in range(0, 20, 3):
        columns[f"field_{place}"] = Column(
            chance.integers(0, 400_000, rows), chance.random(rows) < 0.1
        )
        columns[f"field_{place + 1}"] = Column(
            chance.integers(0, 3, rows).astype(np.int32),
            np.zeros(rows, bool),
            ("free", "own", "rent"),
        )
        columns[f"field_{place + 2}"] = Column(chance.random(rows) < 0.5, np.zeros(rows, bool))
    frame = Frame(columns, rows)
    fastest = min(timeit.repeat(lambda: model.score_columns(frame), number=1, repeat=5))
    assert rows / fastest > 150_000
