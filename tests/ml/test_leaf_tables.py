"""TreeSHAP by look-up against XGBoost's own `pred_contribs`."""

import numpy as np
import pytest
import xgboost

from ml.leaf_tables import LeafTables, TooDeep

KINDS = ["q", "q", "c", "q"]


def rows(count: int, seed: int) -> np.ndarray:
    """Numbers of few values, a category of seven, and gaps everywhere."""
    chance = np.random.default_rng(seed)
    matrix = chance.normal(size=(count, 4)).round(1).astype(np.float32)
    matrix[:, 2] = chance.integers(0, 7, count)
    matrix[chance.random(matrix.shape) < 0.1] = np.nan
    return matrix


def grown(depth: int, rounds: int = 12, **more) -> xgboost.Booster:
    matrix = rows(700, 1)
    pull = np.nan_to_num(matrix[:, 0]) + np.isin(matrix[:, 2], (1, 4)) * np.nan_to_num(matrix[:, 1])
    bad = pull + np.random.default_rng(2).normal(size=700) > 0.4
    data = xgboost.DMatrix(matrix, bad, feature_types=KINDS, enable_categorical=True)
    settings = {"objective": "binary:logistic", "max_depth": depth, "eta": 0.3, "nthread": 1}
    return xgboost.train(settings | more, data, rounds)


def tables(booster: xgboost.Booster) -> LeafTables:
    return LeafTables(bytes(booster.save_raw("json")), len(KINDS))


def expected(booster: xgboost.Booster, matrix: np.ndarray) -> np.ndarray:
    data = xgboost.DMatrix(matrix, feature_types=KINDS, enable_categorical=True)
    return booster.predict(data, pred_contribs=True)


@pytest.mark.parametrize(
    ("depth", "more"),
    [
        (1, {}),
        (3, {}),
        (5, {}),
        (6, {"max_cat_to_onehot": 1}),
        (4, {"monotone_constraints": "(1,0,0,-1)"}),
    ],
)
def test_the_values_are_those_of_treeshap(depth, more):
    booster, fresh = grown(depth, **more), rows(300, 3)
    found = tables(booster)
    shares = expected(booster, fresh)
    assert np.abs(found.columns(fresh) - shares[:, :-1]).max() < 1e-5
    assert found.expected == pytest.approx(float(shares[0, -1]), abs=1e-5)


def test_a_row_has_the_bits_of_its_columns():
    found, fresh = tables(grown(5)), rows(200, 4)
    together = found.columns(fresh)
    assert all(np.array_equal(found.row(fresh[row]), together[row]) for row in range(200))


def test_chunks_make_no_difference(monkeypatch):
    found, fresh = tables(grown(3)), rows(200, 5)
    together = found.columns(fresh)
    monkeypatch.setattr("ml.leaf_tables.CHUNK", 33)
    assert np.array_equal(found.columns(fresh), together)


def test_a_feature_no_tree_asks_for_has_nothing_at_all():
    matrix = rows(300, 6)
    matrix[:, 3] = 1.0
    data = xgboost.DMatrix(matrix, matrix[:, 0] > 0, feature_types=KINDS, enable_categorical=True)
    values = tables(xgboost.train({"objective": "binary:logistic"}, data, 5)).columns(rows(50, 6))
    assert values[:, 0].any()
    assert not values[:, 3].any()


def test_a_stump_without_splits_gives_nothing():
    booster = grown(2, min_child_weight=1e9)
    assert not tables(booster).columns(rows(5, 7)).any()
    assert not tables(booster).row(rows(1, 7)[0]).any()


def test_trees_too_deep_to_explain_are_refused():
    booster = grown(16, rounds=3, min_child_weight=0.0, reg_lambda=0.0)
    with pytest.raises(TooDeep):
        tables(booster)
