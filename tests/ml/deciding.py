"""A model of each family that may decide, learnt from German Credit once for all tests."""

from functools import cache

import numpy as np

from ml.blend import blend
from ml.calibration import Calibration, Straight
from ml.model import FAMILIES, Model
from ml.model_inputs import model_inputs
from ml.scaling import STANDARD
from ml.training.families import family
from tests.ml.loans import Loans, german_loans

SETTINGS = {"boosting": {"rounds": 100}}
TRAINED = [name for name in FAMILIES if name != "expert"]
TABLES = [name for name in TRAINED if FAMILIES[name] == "ml.points_table"]
PLAIN = Calibration("none", Straight(0.0, 1.0))


def learnt(name: str, loans: Loans, seed: int) -> Model:
    """A blend is made of the other two, which is what it is in production too."""
    if name == "blend":
        return blended([learnt(each, loans, seed) for each in ("boosting", "woe")])
    inputs = model_inputs(loans.dictionary, loans.features)
    entry = family(name)(inputs=inputs, seed=seed, **SETTINGS.get(name, {}))
    fitted = entry.fit(loans.frame, loans.target)
    dictionary = loans.dictionary.content_hash
    return fitted.compiled(loans.frame, loans.target, PLAIN, dictionary, STANDARD)


def blended(members: list[Model]) -> Model:
    steps = members[1].document.pd
    return blend(members, [600, 400], members[0].dictionary_hash, STANDARD, steps)


@cache
def model_of(name: str, first: int = 0, last: int = 1_000, seed: int = 1) -> Model:
    """Learnt from some of the German loans, which are put in an order by lot."""
    if name == "blend":
        return blended([model_of(each, first, last, seed) for each in ("boosting", "woe")])
    german, lot = german_loans(), np.random.default_rng(5).permutation(1_000)
    rows = np.sort(lot[first:last])
    part = Loans(german.frame.take(rows), german.target[rows], german.dictionary)
    return learnt(name, part, seed)
