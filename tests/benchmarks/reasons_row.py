"""Exact contributions of one row from the model's tables, against XGBoost's `pred_contribs`.

Both are TreeSHAP of the same trees; that the top reasons are the same is checked on every row.
"""

from collections.abc import Iterator

import numpy as np
import xgboost

from ml.boosting import leaf_tables
from tests.benchmarks.bench import Bench
from tests.benchmarks.boosted import Explained, alike, explained
from tests.benchmarks.frame import Figure, interleaved
from tests.benchmarks.timing import each_us

ROWS = 300


def reasons_row(bench: Bench) -> Iterator[Figure]:
    given = explained(ROWS)
    tables = leaf_tables(given.booster, given.matrix.shape[1])
    found = np.array([tables.row(row) for row in given.matrix])
    alike(found, given)
    single = [row[None, :] for row in given.matrix]
    rounds = interleaved(
        lambda: each_us(tables.row, list(given.matrix)),
        lambda: each_us(lambda row: _contributions(given, row), single),
        bench.rounds,
    )
    yield Figure("reasons_row", "µs", "pred_contribs of one row", rounds)


def _contributions(given: Explained, row: np.ndarray) -> np.ndarray:
    matrix = xgboost.DMatrix(
        row, feature_types=given.feature_types, enable_categorical=True, nthread=1
    )
    found: np.ndarray = given.booster.predict(matrix, pred_contribs=True)
    return found
