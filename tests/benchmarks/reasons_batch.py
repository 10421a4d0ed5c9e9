"""Exact contributions of many rows at once, against XGBoost's `pred_contribs` of the same rows."""

from collections.abc import Iterator

import xgboost

from ml.boosting import leaf_tables
from tests.benchmarks.bench import Bench
from tests.benchmarks.boosted import alike, explained
from tests.benchmarks.frame import Figure, interleaved
from tests.benchmarks.timing import once_ms

ROWS = 20_000


def reasons_batch(bench: Bench) -> Iterator[Figure]:
    given = explained(bench.scaled(ROWS))
    tables = leaf_tables(given.booster, given.matrix.shape[1])
    matrix = xgboost.DMatrix(
        given.matrix, feature_types=given.feature_types, enable_categorical=True, nthread=1
    )
    alike(tables.columns(given.matrix), given)
    rounds = interleaved(
        lambda: once_ms(lambda: tables.columns(given.matrix)),
        lambda: once_ms(lambda: given.booster.predict(matrix, pred_contribs=True)),
        bench.rounds,
    )
    yield Figure(
        "reasons_batch", f"ms for {len(given.matrix)} rows", "pred_contribs of them", rounds
    )
