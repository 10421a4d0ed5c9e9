"""Every family keeps scikit-learn's conventions, and a new one is one file with one class."""

import sys
from functools import partial
from inspect import signature

import numpy as np
import pytest
from sklearn.base import clone

from ml.calibration import probability
from ml.columns import Column, Frame
from ml.model_inputs import model_inputs
from ml.training import TrainingRefused, families
from ml.training.families import glass_box
from ml.training.families.family import Family
from ml.training.space import Choice, Real, Whole
from tests.ml.loans import Loans, invented_loans

QUICK = {"trees": 12, "rounds": 15, "members": ("logistic", "naive_bayes"), "max_rounds": 20,
         "bags": 2}  # fmt: skip
"""Small settings, so that all families are seen; each takes those it knows."""
SEED = 7
EVERY = pytest.mark.parametrize("name", families.names())


@pytest.fixture(autouse=True)
def few_rounds(monkeypatch) -> None:
    """The glass box's cyclic boosting, which has no setting of its own for it, stops early."""
    monkeypatch.setattr(glass_box, "INNER_BAGS", 1)
    monkeypatch.setattr(glass_box, "Settings", partial(glass_box.Settings, max_rounds=60))


@pytest.fixture(scope="module")
def loans() -> Loans:
    return invented_loans(240)


@pytest.fixture(scope="module")
def inputs(loans):
    return model_inputs(loans.dictionary, loans.features)


def quick(name: str, inputs) -> Family:
    entry = families.family(name)
    known = {each: QUICK[each] for each in QUICK if each in signature(entry).parameters}
    return entry(inputs=inputs, seed=SEED, **known)


@pytest.fixture(scope="module")
def fitted(loans, inputs):
    """Each family fitted once."""
    made: dict[str, Family] = {}

    def found(name: str) -> Family:
        if name not in made:
            made[name] = quick(name, inputs).fit(loans.frame, loans.target)
        return made[name]

    return found


@EVERY
def test_the_constructor_only_assigns(name, inputs):
    family = quick(name, inputs)
    given = family.get_params(deep=False)
    assert vars(family) == given
    assert family.inputs is inputs
    assert set(given) == set(signature(type(family)).parameters)


@EVERY
def test_fit_returns_itself_and_a_clone_learns_the_same(name, loans, fitted):
    family = fitted(name)
    again = clone(family)
    assert vars(again) == again.get_params(deep=False)
    assert again.fit(loans.frame, loans.target) is again
    scores = family.decision_function(loans.frame)
    assert scores.shape == (loans.frame.rows,)
    assert scores.dtype == np.float64
    assert np.array_equal(again.decision_function(loans.frame), scores)


@EVERY
def test_it_ranks_better_than_chance_and_higher_is_worse(name, loans, fitted):
    scores = fitted(name).decision_function(loans.frame)
    bad = loans.target == 1
    assert (scores[bad][:, None] > scores[~bad][None, :]).mean() > 0.6


@EVERY
def test_probabilities_are_those_of_the_log_odds(name, loans, fitted):
    found = fitted(name).predict_proba(loans.frame)
    assert found.shape == (loans.frame.rows, 2)
    assert np.allclose(found.sum(axis=1), 1)
    log_odds = fitted(name).decision_function(loans.frame)
    assert np.allclose(found[:, 1], probability(log_odds))


@EVERY
def test_what_it_has_never_seen_does_not_break_it(name, loans, fitted):
    frame = loans.frame.take(np.arange(4))
    gaps = np.array([True, False, True, False])
    strange = Frame(
        {
            each: Column(column.values, gaps, column.categories)
            for each, column in frame.columns.items()
        }
        | {"housing": Column(np.array([0, 0, 1, -1], np.int32), gaps, ("castle", "tent"))}
        | {"enquiries": Column(np.array([98, 2**40, -(2**40), 98]), gaps)},
        4,
    )
    assert np.isfinite(fitted(name).decision_function(strange)).all()
    alone = fitted(name).decision_function(strange.take(np.array([1])))
    assert np.allclose(alone, fitted(name).decision_function(strange)[1])


@EVERY
def test_a_field_without_any_value_does_not_break_it(name, loans, inputs):
    nothing = Column(np.zeros(loans.frame.rows, np.int64), np.ones(loans.frame.rows, bool))
    frame = loans.frame.joined({"income": nothing})
    assert np.isfinite(quick(name, inputs).fit(frame, loans.target).decision_function(frame)).all()


@EVERY
@pytest.mark.parametrize("outcome", [0, 1])
def test_loans_that_all_turned_out_alike_are_refused(name, loans, inputs, outcome):
    with pytest.raises(TrainingRefused):
        quick(name, inputs).fit(loans.frame, np.full(loans.frame.rows, outcome))


@EVERY
def test_weights_matter(name, loans, inputs, fitted):
    chance = np.random.default_rng(3)
    weight = chance.choice([0.2, 3.0], loans.frame.rows)
    weighed = quick(name, inputs).fit(loans.frame, loans.target, weight)
    scores = weighed.decision_function(loans.frame)
    assert np.isfinite(scores).all()
    assert not np.allclose(scores, fitted(name).decision_function(loans.frame))


@EVERY
def test_what_is_tuned_are_its_settings_and_its_defaults_lie_within(name):
    entry = families.family(name)
    parameters = signature(entry).parameters
    for setting, where in entry.space().items():
        default = entry.defaults.get(setting, parameters[setting].default)
        match where:
            case Choice(options):
                assert default in options
            case Whole(low, high, _) | Real(low, high, _):
                assert low <= default <= high


def test_no_two_share_a_place_and_all_have_names_in_four_languages():
    found = families.families().values()
    assert len({each.simplicity for each in found}) == len(found)
    assert all(set(each.label) == {"en", "de", "es", "pt"} for each in found)


@pytest.mark.parametrize("name", ["blend", "stacking"])
def test_members_are_compared_on_a_part_of_many_loans(name, loans, inputs, monkeypatch):
    monkeypatch.setattr("ml.training.members.COMPARED_ROWS", 100)
    family = quick(name, inputs).fit(loans.frame, loans.target, np.ones(loans.frame.rows))
    rows = family.members_.rows
    assert 20 < rows.size <= 34, "one fold in three of the hundred"
    assert abs(loans.target[rows].mean() - loans.target.mean()) < 0.05
    assert np.isfinite(family.decision_function(loans.frame)).all()


NEW_FAMILY = '''
"""Everybody is as likely to be bad as those who live in the same kind of home."""

import numpy as np

from ml.training.families import glass_box
from ml.training.families.family import Family


class Homes(Family):
    name = "homes"
    label = {"en": "homes", "de": "Wohnformen", "es": "viviendas", "pt": "moradias"}
    simplicity = 99

    def __init__(self, inputs, seed, threads=1, prior=10.0):
        self.inputs = inputs
        self.seed = seed
        self.threads = threads
        self.prior = prior

    def fit(self, frame, bad, sample_weight=None):
        codes = frame.columns["housing"].values
        bads = np.bincount(codes, weights=bad, minlength=3) + self.prior * np.mean(bad)
        rate = bads / (np.bincount(codes, minlength=3) + self.prior)
        self.log_odds_ = np.log(rate / (1 - rate))
        return self

    def decision_function(self, frame):
        return self.log_odds_[frame.columns["housing"].values]
'''


@pytest.fixture
def dropped_in(tmp_path, monkeypatch):
    """A folder beside the families with one file in it: that is all a new family is."""
    (tmp_path / "homes.py").write_text(NEW_FAMILY)
    monkeypatch.setattr(families, "__path__", [*families.__path__, str(tmp_path)])
    families.names.cache_clear()
    yield
    families.names.cache_clear()
    sys.modules.pop("ml.training.families.homes", None)


@pytest.mark.usefixtures("dropped_in")
def test_a_new_family_is_one_file_with_one_class(loans, inputs):
    assert list(families.families())[-1] == "homes"
    known = families.family("homes")(inputs, seed=1).fit(loans.frame, loans.target)
    assert len(set(known.decision_function(loans.frame).tolist())) == 3
    assert known.compiled(loans.frame, loans.target, None, "", None) is None
    assert vars(clone(known)) == {"inputs": inputs, "seed": 1, "threads": 1, "prior": 10.0}


def test_a_file_without_its_family_is_an_error(tmp_path, monkeypatch):
    (tmp_path / "empty.py").write_text('"""Nothing."""\n')
    monkeypatch.setattr(families, "__path__", [*families.__path__, str(tmp_path)])
    families.names.cache_clear()
    try:
        with pytest.raises(TypeError, match="one family named 'empty'"):
            families.family("empty")
    finally:
        families.names.cache_clear()
        sys.modules.pop("ml.training.families.empty", None)


def test_a_family_nobody_brought_is_unknown():
    with pytest.raises(KeyError):
        families.family("oracle")
