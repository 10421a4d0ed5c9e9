"""Whether one field follows from another: by rank, or as any function of it."""

import numpy as np

from ml.columns import Column
from ml.metrics import Floats, midranks
from ml.separation import codes_of, numeric

FINE_BINS = 50
ROWS_A_BIN = 20
"""With fewer rows a bin explains its own few values, not the field."""


def dependence(column: Column, on: Column) -> float:
    """From 0 to 1, how much of a field's ranks another one explains, on rows where both are known.

    The larger of the squared rank correlation (Spearman 1904) and the correlation ratio over the
    other's bins (Pearson 1905), which sees any function. 0 where too little is known to say, and
    for two categories unless one names the other's values.
    """
    known = ~column.null & ~on.null
    rows = int(known.sum())
    if rows < FINE_BINS * ROWS_A_BIN:
        return 0.0
    given = on.take(known)
    ranks = _ranks(column.take(known))
    if ranks.std() == 0:
        return 0.0
    explained = _ratio(ranks, codes_of(given, FINE_BINS))
    if numeric(given) and numeric(column):
        others = midranks(given.values.astype(np.float64))
        if others.std() > 0:
            explained = max(explained, float(np.corrcoef(ranks, others)[0, 1]) ** 2)
    return explained


def _ranks(column: Column) -> Floats:
    if numeric(column):
        return midranks(column.values.astype(np.float64))
    return codes_of(column).astype(np.float64)


def _ratio(ranks: Floats, codes: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> float:
    """Variance between bins over all variance; 0 where bins are too many for the rows."""
    rows = np.bincount(codes)
    if np.count_nonzero(rows) * ROWS_A_BIN > ranks.size:
        return 0.0
    means = np.bincount(codes, weights=ranks) / np.maximum(rows, 1)
    between = float((rows * (means - ranks.mean()) ** 2).sum())
    return between / float(((ranks - ranks.mean()) ** 2).sum())
