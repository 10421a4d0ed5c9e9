"""One row's margin and contributions by look-up: XGBoost's own numbers, to the bit."""

import os
from pathlib import Path

import numpy as np
import pytest
import xgboost

from ml.apportion import apportioned, apportioned_row
from ml.boosting import Boosting, Encoder, encode, tree_margins
from ml.calibration import Calibration, Straight
from ml.columns import Frame, repeated
from ml.leaf_rows import LeafRows
from ml.leaf_tables import LeafTables
from ml.model import load_model
from ml.model_inputs import model_inputs
from ml.scaling import STANDARD
from ml.training.families import family
from tests.ml.loans import Loans, german_loans, invented_loans
from tests.ml.test_leaf_tables import KINDS, grown, rows
from tests.proof import loans as proof


def telling(found: LeafTables, count: int, seed: int) -> np.ndarray:
    """Rows of values that lie on thresholds, just below them, in odd categories and in gaps."""
    probes = found.rows.probes()
    chance = np.random.default_rng(seed)
    columns = [chance.choice(np.unique(column), count) for column in probes.T]
    return np.stack(columns, axis=1)


def assert_the_same_margins(booster: xgboost.Booster, matrix: np.ndarray) -> None:
    found = LeafTables(bytes(booster.save_raw("json")), matrix.shape[1])
    probes = found.rows.probes()
    margin = found.rows.sum_of(probes, tree_margins(booster, probes))
    assert margin is not None
    every = np.concatenate([matrix, telling(found, 500, 8)])
    each = [found.rows.leaves(found.rows.answers(row)) for row in every.tolist()]
    assert [margin.row(own) for own in each] == tree_margins(booster, every).tolist()
    assert margin.columns(np.array(each)).tolist() == tree_margins(booster, every).tolist()
    shares = np.array([found.rows.contributions(own) for own in each])
    assert np.array_equal(shares, found.columns(every))


@pytest.mark.parametrize(
    ("depth", "more"),
    [
        (1, {}),
        (3, {"base_score": 0.07}),
        (5, {"num_parallel_tree": 3, "subsample": 0.5}),
        (6, {"max_cat_to_onehot": 1}),
        (9, {"min_child_weight": 0.0}),
        (2, {"min_child_weight": 1e9}),
    ],
)
def test_margins_are_xgboosts_to_the_bit(depth, more):
    assert_the_same_margins(grown(depth, **more), rows(1_000, 3))


def test_trees_of_a_single_feature_give_the_bits_of_their_columns():
    matrix = rows(400, 6)[:, :1]
    data = xgboost.DMatrix(matrix, np.nan_to_num(matrix[:, 0]) > 0, feature_types=KINDS[:1])
    settings = {"objective": "binary:logistic", "eta": 0.1, "subsample": 0.5, "nthread": 1}
    assert_the_same_margins(xgboost.train(settings, data, 60), matrix)


def test_another_sum_is_not_taken_for_xgboosts():
    booster = grown(3)
    found = LeafTables(bytes(booster.save_raw("json")), len(KINDS))
    probes = found.rows.probes()
    margins = tree_margins(booster, probes)
    margins[100] = np.nextafter(np.float32(margins[100]), np.float32(9))
    assert found.rows.sum_of(probes, margins) is None


def fitted(loans: Loans, rounds: int) -> Boosting:
    """A boosted model of these loans in so many trees at most, as it is loaded to decide."""
    usable = model_inputs(loans.dictionary, loans.features)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ml.training.families.boosting.MOST_ROUNDS", rounds)
        learnt = family("boosting")(inputs=usable, seed=1).fit(loans.frame, loans.target)
    plain = Calibration("none", Straight(0.0, 1.0))
    model = learnt.compiled(
        loans.frame, loans.target, plain, loans.dictionary.content_hash, STANDARD
    )
    found = load_model(model.to_bytes())
    assert isinstance(found, Boosting)
    return found


def assert_rows_are_columns(model: Boosting, loans: Loans) -> None:
    assert model._margin is not None
    scored = model.score_columns(loans.frame)
    every = loans.frame.rows_as_values()
    assert all(model.score_row(values) == scored.row(at) for at, values in enumerate(every))
    encoders = [Encoder(each) for each in model.settings.inputs]
    assert_the_same_margins(model._booster, encode(encoders, loans.frame))


def test_german_rows_have_xgboosts_margin_and_their_columns_score():
    loans = german_loans()
    assert_rows_are_columns(fitted(loans, 80), loans)


@pytest.mark.exhaustive
@pytest.mark.data
@pytest.mark.parametrize("name", ["german", "pakdd", "taiwan"])
def test_every_real_row_has_xgboosts_margin_and_its_columns_score(name):
    """A thousand, fifty thousand and thirty thousand rows."""
    if name != "german" and not Path(os.environ.get("ASSAY_DATA", ""), proof.TAIWAN).exists():
        pytest.skip("needs the shared data sets (ASSAY_DATA)")
    loans = getattr(proof, name)()
    assert_rows_are_columns(fitted(loans, 800), loans)


@pytest.fixture(scope="module")
def invented() -> Boosting:
    return fitted(invented_loans(), 60)


def test_numbers_beyond_float32_and_special_codes_fall_where_columns_put_them(invented):
    values = invented_loans().frame.row(3)
    odd = [2**24 + 1, 2**53 + 1, 2**62, -(2**62), -1, 0, 98, None, "castle"]
    for name in ("amount", "income", "enquiries", "housing"):
        for value in odd if name == "housing" else odd[:-1]:
            row = values | {name: value}
            assert invented.score_row(row) == invented._score_alone(row)


@pytest.mark.parametrize(
    "moving", [(), ("amount",), ("term_months", "income"), ("housing", "telephone", "enquiries")]
)
def test_points_of_facts_that_move_are_those_of_whole_columns(invented, moving):
    frame = invented_loans().frame.take(np.arange(200))
    fixed = frame.row(7)
    held = {n: (v, invented_loans().dictionary.entries[n].kind) for n, v in fixed.items()}
    every = Frame({**repeated(held, 200), **{name: frame.columns[name] for name in moving}}, 200)
    assert every.columns["income"].same == ("income" not in moving)
    whole = Frame({n: c.take(np.arange(200)) for n, c in every.columns.items()}, 200)
    assert not any(column.same for column in whole.columns.values())
    assert invented.points_columns(every).tolist() == invented.points_columns(whole).tolist()
    assert every.row(3) == whole.row(3)


def test_trees_that_cannot_be_shown_to_agree_are_asked_themselves(invented, monkeypatch):
    asked = [invented_loans().frame.row(row) for row in range(50)]
    found = [invented.score_row(values) for values in asked]
    monkeypatch.setattr(invented, "_margin", None)
    monkeypatch.setattr(LeafRows, "leaves", None)
    assert [invented.score_row(values) for values in asked] == found


def test_a_row_is_shared_out_as_its_column():
    chance = np.random.default_rng(5)
    parts = chance.normal(size=(500, 6)).round(1) * chance.integers(0, 30, (500, 1))
    parts[chance.random(parts.shape) < 0.3] = 0.0
    totals = np.rint(parts.sum(axis=1)).astype(np.int64) + chance.integers(-9, 10, 500)
    together = apportioned(parts, totals).tolist()
    pairs = zip(parts.tolist(), totals.tolist(), strict=True)
    assert [apportioned_row(row, total) for row, total in pairs] == together
