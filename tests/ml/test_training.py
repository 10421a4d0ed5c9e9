"""Splitting honestly, comparing on what nobody has seen, and one call for it all."""

import json
import os
import time
from dataclasses import replace

import numpy as np
import pytest

from ml.expert import compile_expert
from ml.training import TrainingRefused, compare, split_rows, stratified_folds, tournament, train
from ml.training.compare import Evaluation, recommended
from tests.ml.loans import Loans, german_loans, invented_dictionary, invented_loans, pakdd_loans
from tests.ml.test_expert import DOCUMENT


@pytest.fixture(scope="module")
def loans() -> Loans:
    return invented_loans()


@pytest.fixture(scope="module")
def played(loans):
    expert = compile_expert(DOCUMENT, invented_dictionary())
    steps: list[tuple[str, float]] = []
    result = tournament(
        *loans, loans.features, seed=1, extra=[expert],
        progress=lambda step, fraction: steps.append((step, fraction)),
    )  # fmt: skip
    return result, steps


def test_a_random_split_keeps_the_bad_rate_and_every_loan_once():
    target = np.repeat([0, 1], [700, 300])
    split = split_rows(target, seed=4, holdout=0.3)
    assert sorted([*split.train, *split.holdout]) == list(range(1000))
    assert target[split.holdout].sum() == 90
    assert split.holdout.size == 300
    assert (split_rows(target, seed=4).holdout == split.holdout).all()
    assert (split_rows(target, seed=5).holdout != split.holdout).any()


def test_out_of_time_holds_the_latest_loans_out():
    dates = np.array([5, 1, 2, 3, 4, 5, 1, 2, 3, 4])
    split = split_rows([0, 1] * 5, seed=1, holdout=0.2, dates=dates, method="out_of_time")
    assert dates[split.train].max() < split.cut == 5 == dates[split.holdout].min()


def test_a_part_without_bads_is_refused():
    with pytest.raises(ValueError, match="holdout part needs goods and bads"):
        split_rows([0, 1, 0, 0], seed=1, dates=[1, 2, 3, 4], method="out_of_time")


def test_folds_spread_goods_and_bads():
    target = np.repeat([0, 1], [75, 25])
    fold = stratified_folds(target, seed=1, folds=5)
    assert np.bincount(fold).tolist() == [20] * 5
    assert np.bincount(fold[target == 1]).tolist() == [5] * 5


def test_the_tournament_judges_all_on_the_same_held_out_loans(played):
    result, _ = played
    families = [evaluation.family for evaluation in result.comparison.evaluations]
    assert families == ["expert", "woe", "boosting"]
    assert result.comparison.loans == result.split.holdout.size
    assert all(e.auc_low < e.auc < e.auc_high for e in result.comparison.evaluations)
    assert result.champion.content_hash in {
        evaluation.content_hash for evaluation in result.comparison.evaluations
    }


def test_progress_rises_to_one(played):
    _, steps = played
    fractions = [fraction for _, fraction in steps]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert {step for step, _ in steps} == {"split", "binning", "fitting", "comparing"}


def test_the_document_is_json(played):
    result, _ = played
    json.dumps(result.comparison.document(), allow_nan=False)
    json.dumps([c.metrics for c in result.candidates[1:]], allow_nan=False)
    json.dumps(result.split.document(), allow_nan=False)


def test_the_holdout_never_reaches_training(loans):
    """Turning every held-out outcome round changes no trained model, only the verdict."""
    split = split_rows(loans.target, seed=1)
    turned = loans.target.copy()
    turned[split.holdout] = 1 - turned[split.holdout]
    models = [
        train(family, loans.frame.take(split.train), target[split.train], loans.dictionary,
              loans.features, seed=1).model.content_hash
        for target in (loans.target, turned)
        for family in ("woe", "boosting")
    ]  # fmt: skip
    assert models[:2] == models[2:]


def test_what_progress_raises_cancels(loans):
    def cancel(step: str, fraction: float) -> None:
        raise KeyboardInterrupt(step)

    with pytest.raises(KeyboardInterrupt):
        train("woe", *loans, loans.features, seed=1, progress=cancel)


EVALUATION = Evaluation(
    family="boosting", content_hash="", auc=0.8, auc_low=0.77, auc_high=0.83, gini=0.6, ks=0.5,
    brier=0.1, log_loss=0.3, ece=0.01, cost_ratio=5.0, cost_per_loan=0.5, threshold_pd_ppm=1,
    recall_bads=0.5, accuracy=0.7, microseconds_per_row=1.0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("woe", "expert", "chosen"), [(0.78, 0.6, 1), (0.76, 0.6, 0), (0.78, 0.77, 2)]
)
def test_the_simplest_within_the_best_ones_interval_is_recommended(woe, expert, chosen):
    evaluations = [
        EVALUATION,
        replace(EVALUATION, family="woe", auc=woe),
        replace(EVALUATION, family="expert", auc=expert),
    ]
    assert recommended(evaluations) == chosen


def test_words_say_why_in_four_languages(played):
    result, _ = played
    words = result.comparison.words
    assert set(words) == {"en", "de", "es", "pt"}
    assert all(str(result.comparison.loans) in text for text in words.values())


def test_a_model_that_scores_rows_otherwise_than_columns_is_refused(loans):
    model = compile_expert(DOCUMENT, invented_dictionary())

    class Careless(type(model)):
        def score_row(self, values):
            return super().score_row(values)._replace(points=0)

    with pytest.raises(TrainingRefused, match="score differently"):
        compare([Careless(model.document)], *loans[:2], *loans[:2])


def test_german_credit_trains_and_compares_in_seconds():
    loans = german_loans()
    start = time.monotonic()
    result = tournament(*loans, loans.features, seed=1)
    assert time.monotonic() - start < 20
    best = max(evaluation.auc for evaluation in result.comparison.evaluations)
    assert best > 0.74


@pytest.mark.data
def test_pakdd_trains_and_compares_in_its_time():
    """All 50,000 within three minutes; `ASSAY_PAKDD_ROWS=50000` asks for them."""
    loans = pakdd_loans(int(os.environ.get("ASSAY_PAKDD_ROWS", "20000")))
    start = time.monotonic()
    result = tournament(*loans, loans.features, seed=1)
    assert time.monotonic() - start < loans.frame.rows / 50_000 * 140 + 40
    for evaluation in result.comparison.evaluations:
        assert evaluation.auc > 0.57
        assert evaluation.ece < 0.04
