"""Scorecards set by hand: human forms, sensible defaults, every problem named."""

import copy

import pytest

from ml.expert import ExpertScorecardError, compile_expert
from ml.model import load_model
from ml.scaling import Scaling
from tests.ml.loans import invented_dictionary

DOCUMENT = {
    "schema": "assay.expert_scorecard/1",
    "base": {"points": 600, "odds": 30, "pdo": 20},
    "intercept": 580,
    "features": [
        {
            "name": "income",
            "bins": [
                {"upto": "1500.00", "points": -10},
                {"upto": "3000.00", "points": 0},
                {"upto": None, "points": 12},
            ],
            "missing": -8,
            "reference": 0,
        },
        {
            "name": "enquiries",
            "bins": [
                {"values": [98], "points": -1},
                {"upto": 3, "points": 5},
                {"upto": None, "points": -5},
            ],
            "missing": -3,
        },
        {
            "name": "housing",
            "bins": [{"values": ["own"], "points": 10}, {"values": ["rent"], "points": -4}],
            "missing": -6,
        },
        {
            "name": "telephone",
            "bins": [{"values": [True], "points": 3}, {"values": [False], "points": -3}],
            "missing": -3,
        },
    ],
}


def problems(**path_values: object) -> list[tuple[str, str]]:
    """Compile with values put at paths like `features__0__name` and give back the problems."""
    document = copy.deepcopy(DOCUMENT)
    for path, value in path_values.items():
        *steps, last = [int(part) if part.isdigit() else part for part in path.split("__")]
        place = document
        for step in steps:
            place = place[step]
        place[last] = value
    with pytest.raises(ExpertScorecardError) as refused:
        compile_expert(document, invented_dictionary())
    return refused.value.problems


def test_human_forms_become_typed_values():
    model = compile_expert(DOCUMENT, invented_dictionary())
    values = {"income": 149_999, "enquiries": 98, "housing": "own", "telephone": True}
    score = model.score_row(values)
    assert score.points == 580 - 10 - 1 + 10 + 3
    assert score.contributions == (
        ("income", -10), ("enquiries", -6), ("housing", 0), ("telephone", 0),
    )  # fmt: skip


def test_an_unlisted_category_gets_the_worst_bin():
    model = compile_expert(DOCUMENT, invented_dictionary())
    assert dict(model.score_row({"housing": "free"}).contributions)["housing"] == -4 - 10


def test_pd_follows_the_stated_odds():
    model = compile_expert(DOCUMENT, invented_dictionary())
    score = model.score_row({"income": 200_000, "enquiries": 0, "housing": "own"})
    assert score.points == 580 + 0 + 5 + 10 - 3
    assert score.pd_ppm == Scaling().pd_ppm(592)
    assert Scaling().pd_ppm(600) == round(1_000_000 / 31)
    assert Scaling().pd_ppm(620) == round(1_000_000 / 61)


def test_a_given_pd_table_is_taken():
    model = compile_expert(DOCUMENT | {"pd": [[550, 90_000], [580, 40_000]]}, invented_dictionary())
    assert (
        model.score_row({"income": 400_000, "housing": "own", "telephone": True}).pd_ppm == 40_000
    )


def test_the_compiled_scorecard_is_an_artifact_bound_to_its_dictionary():
    model = compile_expert(DOCUMENT, invented_dictionary())
    dictionary_hash = invented_dictionary().content_hash
    assert load_model(model.to_bytes(), dictionary_hash=dictionary_hash).family == "expert"


@pytest.mark.parametrize(
    ("path", "value", "pointer", "message"),
    [
        ("features__0__name", "nothing", "/features/0/name", "not in the dictionary"),
        ("features__2__name", "sex", "/features/2/name", "does not allow"),
        ("features__1__name", "income", "/features/1/name", "twice"),
        ("features__0__bins__0__upto", "15OO", "/features/0/bins/0/upto", "not a number"),
        ("features__0__bins__0__upto", "1.005", "/features/0/bins/0/upto", "2 decimals"),
        ("features__0__bins__0__upto", 1500, "/features/0/bins/0/upto", "not a money"),
        ("features__1__bins__1__upto", "3", "/features/1/bins/1/upto", "not a integer"),
        ("features__2__bins__0__values", ["castle"], "/features/2/bins/0/values/0", "no value"),
        ("features__3__bins__0__values", [1], "/features/3/bins/0/values/0", "not a boolean"),
        ("features__0__bins__2__upto", "9000.00", "/features/0", "must be open"),
        ("features__0__bins__0__points", 1.5, "/features/0/bins/0", "valid integer"),
        ("intercept", "580", "/intercept", "valid integer"),
        ("base", {"points": 600}, "/base", "exactly"),
        ("pd", [[500, 10], [510, 20]], "/", "PD rises"),
    ],
)
def test_a_problem_is_named_where_it_is(path, value, pointer, message):
    found = problems(**{path: value})
    assert found[0][0].startswith(pointer)
    assert any(message in text for _, text in found)


def test_every_unreadable_value_is_named():
    found = problems(features__0__bins__0__upto="x", features__2__bins__1__values=["a", "b"])
    assert [pointer for pointer, _ in found] == [
        "/features/0/bins/0/upto",
        "/features/2/bins/1/values/0",
        "/features/2/bins/1/values/1",
    ]
