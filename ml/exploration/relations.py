"""How fields go with each other: rank correlation, Cramér's V, variance inflation."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.columns import Column
from ml.metrics import Floats, midranks
from ml.separation import codes_of, numeric

MOST_FIELDS = 60
MOST_VALUES = 50
MOST_ROWS = 10_000
HIGHEST = 1e6


def relations(columns: Mapping[str, Column], seed: int = 0) -> dict[str, Any]:
    """Spearman's correlation and variance inflation of numbers, Cramér's V of the others.

    On at most 10,000 rows and 60 fields of each sort. A missing number takes the middle rank.
    """
    rows = next(iter(columns.values())).null.size if columns else 0
    chosen = np.sort(np.random.default_rng(seed).permutation(rows)[:MOST_ROWS])
    taken = {name: each.take(chosen) for name, each in columns.items()}
    numbers = {name: each for name, each in taken.items() if numeric(each) and _varies(each)}
    others = {name: each for name, each in taken.items() if not numeric(each) and _few(each)}
    ranks = _ranks(list(numbers.values())[:MOST_FIELDS])
    matrix = np.corrcoef(ranks, rowvar=False).reshape(ranks.shape[1], -1) if ranks.size else ranks
    names = list(numbers)[:MOST_FIELDS]
    return {
        "rows": int(chosen.size),
        "spearman": {"fields": names, "matrix": np.round(matrix, 4).tolist()},
        "cramers_v": cramers_v_matrix(dict(list(others.items())[:MOST_FIELDS])),
        "vif": [
            {"field": name, "vif": value}
            for name, value in sorted(
                zip(names, inflation(matrix), strict=True), key=lambda each: -each[1]
            )
        ],
    }


def _varies(column: Column) -> bool:
    known = column.values[~column.null]
    return bool(known.size) and bool((known != known[0]).any())


def _few(column: Column) -> bool:
    return 1 < np.unique(codes_of(column)).size <= MOST_VALUES


def _ranks(columns: list[Column]) -> Floats:
    if not columns:
        return np.empty((0, 0))
    return np.column_stack([_ranked(each) for each in columns])


def _ranked(column: Column) -> Floats:
    ranks = np.empty(column.null.size)
    known = midranks(column.values[~column.null].astype(np.float64))
    ranks[~column.null] = known
    ranks[column.null] = known.mean()
    return ranks


def inflation(correlation: npt.ArrayLike) -> list[float]:
    """Variance inflation of each of k fields from their correlation matrix, 1 for none.

    1 / (1 - R^2) of each on all others (Marquardt 1970); explained wholly it is a million.
    """
    matrix = np.asarray(correlation, dtype=np.float64)
    if not matrix.size:
        return []
    left = [_unexplained(matrix, place) for place in range(matrix.shape[0])]
    return [round(1 / max(share, 1 / HIGHEST), 3) for share in left]


def _unexplained(matrix: Floats, place: int) -> float:
    """Share of a field's variance that the others leave over."""
    rest = np.delete(np.arange(matrix.shape[0]), place)
    if not rest.size:
        return 1.0
    among, towards = matrix[np.ix_(rest, rest)], matrix[rest, place]
    weights, *_ = np.linalg.lstsq(among, towards, rcond=1e-10)
    return float(min(max(1 - towards @ weights, 0.0), 1.0))


def cramers_v_matrix(columns: Mapping[str, Column]) -> dict[str, Any]:
    codes = [codes_of(each, MOST_VALUES) for each in columns.values()]
    matrix = [[1.0 if a is b else round(cramers_v(a, b), 4) for b in codes] for a in codes]
    return {"fields": list(columns), "matrix": matrix}


def cramers_v(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Association of two codings of n rows, 0 none to 1 complete, corrected for chance.

    Bergsma, A bias-correction for Cramér's V and Tschuprow's T (2013).
    """
    one, rows = np.unique(np.asarray(first), return_inverse=True)
    other, columns = np.unique(np.asarray(second), return_inverse=True)
    n, r, k = rows.size, one.size, other.size
    if min(r, k) < 2 or n < 2:
        return 0.0
    table = np.bincount(rows * k + columns, minlength=r * k).reshape(r, k).astype(np.float64)
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / n
    phi = float(((table - expected) ** 2 / expected).sum()) / n
    phi = max(0.0, phi - (k - 1) * (r - 1) / (n - 1))
    least = min(r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)) - 1
    return float(min(1.0, (phi / least) ** 0.5)) if least > 0 else 0.0
