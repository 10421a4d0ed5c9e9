"""Training a WoE scorecard."""

import itertools
import os
import subprocess
import sys

import numpy as np
import pytest
from optbinning import OptimalBinning

from ml import metrics
from ml.columns import Column, Frame
from ml.model import load_model
from ml.model_inputs import ModelInput, ModelInputRefused
from ml.scaling import Scaling
from ml.training import TrainingRefused, train
from ml.training.binning import bin_feature, evidence, information_value
from tests.ml.loans import Loans, german_loans, invented_loans, pakdd_loans


@pytest.fixture(scope="module")
def loans() -> Loans:
    return invented_loans()


@pytest.fixture(scope="module")
def trained(loans):
    return train("woe", loans.frame, loans.target, loans.dictionary, loans.features, seed=1)


def test_every_row_scores_as_its_column(loans, trained):
    scored = trained.model.score_columns(loans.frame)
    for index, values in enumerate(loans.frame.rows_as_values()):
        assert trained.model.score_row(values) == scored.row(index)


def test_points_follow_the_direction_of_risk(trained):
    features = {feature["name"]: feature for feature in trained.model.describe()["features"]}
    for name, falling in (("amount", True), ("term_months", True), ("income", False)):
        points = [part["points"] for part in features[name]["bins"] if "upto" in part]
        assert len(points) > 1
        assert points == sorted(points, reverse=falling)


def test_a_special_code_and_a_gap_have_bins_of_their_own(trained):
    features = {feature["name"]: feature for feature in trained.model.describe()["features"]}
    assert [part["values"] for part in features["enquiries"]["bins"] if "values" in part] == [[98]]
    with_gap = trained.model.score_row({"income": None})
    assert dict(with_gap.contributions)["income"] == (
        features["income"]["missing"] - features["income"]["reference"]
    )


def test_the_average_good_loan_loses_nothing(loans, trained):
    """Contributions of goods average out to zero, within rounding."""
    contributions = trained.model.score_columns(loans.frame).contributions
    means = contributions[loans.target == 0].mean(axis=0)
    assert np.abs(means).max() <= 0.5


def test_held_out_folds_are_ranked_and_calibrated(loans, trained):
    auc = metrics.auc(loans.target, -trained.fold_points)
    assert auc == pytest.approx(trained.metrics["auc"])
    assert auc > 0.7
    assert metrics.ece(loans.target, trained.fold_pd_ppm / 1e6) < 0.05
    assert trained.fold_pd_ppm.mean() / 1e6 == pytest.approx(loans.target.mean(), abs=0.02)


def test_the_scale_is_the_lenders(loans):
    scaling = Scaling(points=500, odds=10, pdo=40)
    model = train(
        "woe", loans.frame, loans.target, loans.dictionary, loans.features, seed=1, scaling=scaling
    ).model
    score = model.score_row(loans.frame.row(0))
    assert score.pd_ppm == scaling.pd_ppm(score.points)


def test_pd_never_rises_with_points(trained):
    steps = trained.model.describe()["pd"]
    assert all(one[0] < two[0] and one[1] >= two[1] for one, two in itertools.pairwise(steps))


def test_the_same_seed_gives_the_same_bytes(loans, trained):
    again = train("woe", loans.frame, loans.target, loans.dictionary, loans.features, seed=1)
    assert again.model.content_hash == trained.model.content_hash


TRAIN_ELSEWHERE = """
from ml.training import train
from tests.ml.loans import invented_loans
loans = invented_loans()
for family in ("woe", "boosting"):
    trained = train(family, *loans, loans.features, seed=1)
    print(trained.model.content_hash)
"""


def test_another_process_and_hash_seed_give_the_same_bytes(loans, trained):
    boosted = train("boosting", *loans, loans.features, seed=1).model
    environment = os.environ | {"PYTHONHASHSEED": "4711"}
    answer = subprocess.run(
        [sys.executable, "-c", TRAIN_ELSEWHERE],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert answer.stdout.split() == [trained.model.content_hash, boosted.content_hash]


def test_the_artifact_loads_and_scores_alike(loans, trained):
    model = load_model(trained.model.to_bytes(), dictionary_hash=loans.dictionary.content_hash)
    assert model.score_row(loans.frame.row(5)) == trained.model.score_row(loans.frame.row(5))


def test_a_prohibited_field_is_never_trained_on(loans):
    with pytest.raises(ModelInputRefused, match="sex: the dictionary does not allow it"):
        train("woe", loans.frame, loans.target, loans.dictionary, ["income", "sex"], seed=1)


def test_noise_is_refused(loans):
    noise = np.random.default_rng(1).integers(0, 2, loans.frame.rows)
    with pytest.raises(TrainingRefused):
        train("woe", loans.frame, noise, loans.dictionary, ["telephone"], seed=1)


@pytest.mark.parametrize(
    ("target", "message"),
    [(np.zeros(900), "too few"), (np.full(900, 2), "other values"), (np.zeros(3), "shape")],
)
def test_a_target_that_cannot_be_learnt_is_refused(loans, target, message):
    with pytest.raises(TrainingRefused, match=message):
        train("woe", loans.frame, target, loans.dictionary, loans.features, seed=1)


def test_a_feature_that_counts_the_wrong_way_round_is_dropped():
    """`twin` repeats income with noise: beside income its weight turns against its evidence."""
    loans = invented_loans()
    income = loans.frame.columns["income"]
    amount = Column(-income.values // 7 * 7, income.null)
    frame = Frame({**loans.frame.columns, "amount": amount}, loans.frame.rows)
    trained = train("woe", frame, loans.target, loans.dictionary, loans.features, seed=1)
    assert all(weight > 0 for weight in trained.metrics["account"]["weights"].values())


def test_information_value_agrees_with_optbinning():
    """Without shrinking, on bins that all hold goods and bads, our figure is theirs."""
    loans = german_loans()
    column = loans.frame.columns["duration_in_month"]
    theirs = OptimalBinning(dtype="numerical", monotonic_trend="ascending")
    theirs.fit(column.values.astype(float), loans.target)
    theirs.binning_table.build()
    index = np.searchsorted(theirs.splits, column.values, side="right")
    bads = np.bincount(index, weights=loans.target) / loans.target.sum()
    goods = np.bincount(index, weights=1 - loans.target) / (1 - loans.target).sum()
    ours = information_value(np.log(bads / goods)[index], loans.target)
    assert ours == pytest.approx(theirs.binning_table.iv, rel=1e-6)


def test_a_special_code_of_a_category_is_never_grouped_with_another():
    """`98` in an answer by name: as risky as `rent` here, and yet apart from it."""
    names = ("98", "own", "rent")
    column = Column(np.repeat([0, 1, 2], 100).astype(np.int32), np.zeros(300, bool), names)
    bad = np.concatenate([np.arange(100) % 2, np.arange(100) % 5 == 0, np.arange(100) % 2])
    plain = bin_feature(ModelInput("home", "category", None), column, bad)
    apart = bin_feature(ModelInput("home", "category", None, codes=("98",)), column, bad)
    assert ("98", "rent") in plain.groups
    assert ("98",) in apart.groups
    assert ("rent",) in apart.groups


def test_an_empty_bin_weighs_nothing_and_a_small_one_little():
    column = Column(np.array([1] * 50 + [2] * 50 + [3]), np.zeros(101, dtype=bool))
    target = np.array([0, 1] * 50 + [1])
    source = ModelInput("x", "number", None, specials=(3,))
    bins = bin_feature(source, column, target)
    woe = evidence(bins, bins.index(column), target)
    assert woe[-1] == pytest.approx(0)
    assert woe[-2] == pytest.approx(0)
    assert 0 < woe[bins.main] < 0.2


def test_german_credit_reaches_the_expected_auc():
    """5-fold, fields on a prohibited basis held apart: about 0.78."""
    loans = german_loans()
    trained = train("woe", loans.frame, loans.target, loans.dictionary, loans.features, seed=1)
    assert trained.metrics["auc"] > 0.77
    scored = trained.model.score_columns(loans.frame)
    rows = loans.frame.rows_as_values()
    assert all(trained.model.score_row(row) == scored.row(i) for i, row in enumerate(rows))


@pytest.mark.data
def test_pakdd_rows_score_as_columns():
    loans = pakdd_loans(5_000)
    trained = train("woe", loans.frame, loans.target, loans.dictionary, loans.features, seed=1)
    scored = trained.model.score_columns(loans.frame)
    rows = loans.frame.rows_as_values()
    assert all(trained.model.score_row(row) == scored.row(i) for i, row in enumerate(rows))
