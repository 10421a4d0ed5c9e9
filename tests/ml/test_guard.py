"""A guard travels inside the model's artifact, changes no score, and cannot be altered unseen."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.artifacts import ArtifactRefused, pack, unpack
from ml.expert import compile_expert
from ml.guard import Guarded, guard_in, guard_of
from ml.model import Model, load_model
from ml.model_inputs import model_inputs
from tests.ml.loans import invented_loans

EXPERT = {
    "schema": "assay.expert_scorecard/1",
    "base": {"points": 600, "odds": 30, "pdo": 20},
    "intercept": 560,
    "features": [
        {"name": "income", "bins": [{"upto": "2500.00", "points": -40},
                                    {"upto": "5000.00", "points": 0},
                                    {"upto": None, "points": 30}], "missing": -10},
        {"name": "term_months", "missing": 0,
         "bins": [{"upto": 24, "points": 20}, {"upto": None, "points": -20}]},
        {"name": "housing", "missing": -5,
         "bins": [{"values": ["own"], "points": 15}, {"values": ["rent", "free"], "points": -5}]},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def plain() -> Model:
    return compile_expert(EXPERT, invented_loans().dictionary)


@pytest.fixture(scope="module")
def model(plain: Model) -> Guarded:
    loans = invented_loans()
    inputs = model_inputs(loans.dictionary, loans.features)
    points = plain.points_columns(loans.frame)
    guard = guard_of(loans.frame, inputs, points, loans.target, segment="housing")
    return Guarded(plain, guard)


def test_it_scores_exactly_as_the_model_inside(plain: Model, model: Guarded) -> None:
    frame = invented_loans().frame
    one, other = plain.score_columns(frame), model.score_columns(frame)
    assert (one.points == other.points).all()
    assert (one.contributions == other.contributions).all()
    assert model.score_row(frame.row(3)) == plain.score_row(frame.row(3))
    assert model.pd_at(550) == plain.pd_at(550)


def test_it_comes_back_from_its_bytes_with_its_hash(plain: Model, model: Guarded) -> None:
    loaded = load_model(model.to_bytes(), content_hash=model.content_hash)
    assert isinstance(loaded, Guarded)
    assert loaded.to_bytes() == model.to_bytes()
    assert loaded.guard == model.guard
    assert model.content_hash != plain.content_hash
    assert guard_in(load_model(plain.to_bytes())) is None


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_row_and_a_column_have_the_same_doubts(model: Guarded, seed: int) -> None:
    frame = invented_loans(200, seed).frame
    points = model.points_columns(frame)
    found = model.guard.columns(frame, points)
    rows = [
        model.guard.row(values, int(each))
        for values, each in zip(frame.rows_as_values(), points, strict=True)
    ]
    assert found.uncertain.tolist() == [each.uncertain for each in rows]
    assert found.outside_domain.tolist() == [each.outside_domain for each in rows]


def test_both_doubts_occur_and_most_have_neither(model: Guarded) -> None:
    loans = invented_loans(900, 99)
    found = model.guard.columns(loans.frame, model.points_columns(loans.frame))
    assert 0.05 < found.uncertain.mean() < 0.95
    assert found.outside_domain.mean() < 0.06
    assert np.array_equal(
        found.outside_domain[:1], [model.guard.domain.outside_row(loans.frame.row(0))]
    )


@pytest.mark.parametrize(
    "guard",
    [{}, {"schema": "assay.guard/2", "conformal": {}, "domain": {}},
     {"schema": "assay.guard/1", "conformal": {}, "domain": {}}],
)  # fmt: skip
def test_a_guard_that_is_none_is_refused(model: Guarded, guard: dict[str, object]) -> None:
    altered = pack(replace(unpack(model.to_bytes()), guard=guard))
    with pytest.raises(ArtifactRefused) as refused:
        load_model(altered)
    assert refused.value.code == "malformed"
