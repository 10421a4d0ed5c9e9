"""Trees grown in memory, from Parquet pages and on a Dask cluster are the same within tolerance."""

import numpy as np
import pytest
from sklearn.base import clone

from ml.model_inputs import model_inputs
from ml.training.engine import KINDS, LOCAL, Engine
from ml.training.families.boosting import Boosting
from tests.ml.loans import Loans, invented_loans

SETTINGS = {"rounds": 25, "rows": 1.0, "columns": 1.0}
"""Without drawing rows or columns by chance, so that only sketches and sums differ."""


@pytest.fixture(scope="module")
def loans() -> Loans:
    return invented_loans(900)


@pytest.fixture(scope="module")
def cluster():
    """Two workers of one thread each, as threads of this process."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None,
        silence_logs=40, protocol="tcp", host="127.0.0.1",
    ) as running:  # fmt: skip
        yield running.scheduler_address


def boosting(loans: Loans, engine: Engine, **settings) -> Boosting:
    inputs = model_inputs(loans.dictionary, loans.features)
    return Boosting(inputs, seed=1, engine=engine, **SETTINGS | settings)


@pytest.fixture(scope="module")
def local(loans) -> np.ndarray:
    fitted = boosting(loans, LOCAL).fit(loans.frame, loans.target)
    return fitted.decision_function(loans.frame)


def assert_alike(found: np.ndarray, local: np.ndarray) -> None:
    """Log-odds that rank the same loans the same way, and are as far apart."""
    assert np.corrcoef(found, local)[0, 1] > 0.995
    assert np.abs(found - local).mean() < 0.08


def test_external_memory_grows_the_same_trees(loans, local, monkeypatch):
    monkeypatch.setattr("ml.training.engine.PAGE_ROWS", 250)
    fitted = boosting(loans, Engine("external_memory")).fit(loans.frame, loans.target)
    assert_alike(fitted.decision_function(loans.frame), local)
    assert fitted.account()["engine"] == "external_memory"


def test_a_cluster_grows_the_same_trees(loans, local, cluster):
    engine = Engine("dask", cluster)
    fitted = boosting(loans, engine).fit(loans.frame, loans.target)
    assert_alike(fitted.decision_function(loans.frame), local)


def test_weights_reach_every_engine(loans, cluster):
    weight = np.where(loans.target == 1, 4.0, 1.0)
    for engine in (LOCAL, Engine("external_memory"), Engine("dask", cluster)):
        plain = boosting(loans, engine, rounds=4).fit(loans.frame, loans.target)
        weighed = boosting(loans, engine, rounds=4).fit(loans.frame, loans.target, weight)
        gained = weighed.decision_function(loans.frame) - plain.decision_function(loans.frame)
        assert gained.mean() > 0.3


def test_rounds_are_found_by_folds_out_of_memory_too(loans):
    found = boosting(loans, Engine("external_memory"), rounds=None, eta=0.3)
    near = boosting(loans, LOCAL, rounds=None, eta=0.3)
    assert abs(
        found.fit(loans.frame, loans.target).rounds_ - near.fit(loans.frame, loans.target).rounds_
    ) < 25  # fmt: skip


def test_an_engine_is_a_setting_like_any_other(loans):
    family = boosting(loans, Engine("dask", "tcp://scheduler:8786"))
    assert clone(family).engine == family.engine


@pytest.mark.parametrize(("kind", "address"), [("spark", ""), ("dask", ""), ("local", "tcp://x:1")])
def test_an_engine_that_cannot_be_is_refused(kind, address):
    with pytest.raises(ValueError, match="engine"):
        Engine(kind, address)
    assert KINDS == ("local", "external_memory", "dask")
