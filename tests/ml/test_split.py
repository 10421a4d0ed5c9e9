"""Splitting honestly: no loan in two parts, no applicant in two parts, and the same again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.training import split_again, split_rows, stratified_folds


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


@pytest.mark.parametrize(
    ("method", "wanted"), [("grouped", "whose loan"), ("out_of_time", "every loan's date")]
)
def test_a_split_without_what_it_goes_by_is_refused(method, wanted):
    with pytest.raises(ValueError, match=wanted):
        split_rows([0, 1] * 20, seed=1, method=method)


def test_folds_spread_goods_and_bads():
    target = np.repeat([0, 1], [75, 25])
    fold = stratified_folds(target, seed=1, folds=5)
    assert np.bincount(fold).tolist() == [20] * 5
    assert np.bincount(fold[target == 1]).tolist() == [5] * 5


@settings(max_examples=30, deadline=None)
@given(
    people=st.integers(20, 60),
    method=st.sampled_from(["grouped", "out_of_time"]),
    seed=st.integers(0, 99),
)
def test_nobodys_loans_stand_in_two_parts(people, method, seed):
    chance = np.random.default_rng(seed)
    whose, target = chance.integers(0, people, 200), chance.integers(0, 2, 200)
    days = whose + chance.integers(0, 15, 200)
    split = split_rows(target, seed=seed, dates=days, groups=whose, method=method, holdout=0.3)
    assert not set(whose[split.train]) & set(whose[split.holdout])
    assert split.train.size + split.holdout.size + split.apart == 200
    assert split.apart == 0 or method == "out_of_time"
    one_loan_each = np.arange(200)
    assert split_rows(target, seed=seed, groups=one_loan_each, method="grouped").apart == 0


def test_nobodys_loans_lie_in_two_folds():
    chance = np.random.default_rng(1)
    whose, target = chance.integers(0, 60, 300), chance.integers(0, 2, 300)
    fold = stratified_folds(target, seed=1, folds=3, groups=whose)
    assert all(len(set(fold[whose == person])) == 1 for person in set(whose))
    assert np.bincount(fold).min() > 60


def test_a_stored_split_is_made_again_or_refused():
    target = np.arange(200) % 3 == 0
    ids = [f"loan {number}" for number in range(200)]
    split = split_rows(target, seed=3, ids=ids)
    again = split_again(split.document(), target, ids=ids)
    assert (again.holdout == split.holdout).all()
    with pytest.raises(ValueError, match="not the loans"):
        split_again(split.document(), target, ids=[*ids[1:], "another"])
    with pytest.raises(ValueError, match="not those"):
        split_again(split.document(), np.arange(200) % 2 == 0, ids=ids)
