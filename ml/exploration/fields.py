"""One field of a data set: type, gaps, range, oddities, and how its bins went."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ml.columns import Column
from ml.exploration.bins import Binned, evidence
from ml.exploration.oddities import oddities
from ml.separation import Bools, alone, distinct, numeric

QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def field(
    name: str,
    column: Column,
    found: Binned,
    *,
    kind: str,
    digits: int,
    specials: Sequence[int],
    ended: Bools,
    bad: Bools,
) -> dict[str, Any]:
    """What is known of the field over n rows; numbers in the column's own scale but in `range`."""
    bins, value = evidence(found, ended, bad)
    return {
        "name": name,
        "kind": kind,
        "digits": digits,
        "rows": int(column.null.size),
        "missing": int(column.null.sum()),
        "distinct": distinct(column),
        "special": int((~column.null & np.isin(column.values, list(specials))).sum())
        if specials
        else 0,
        "range": _range(column, specials, digits),
        "oddities": oddities(name, column, digits),
        "bins": bins,
        "iv": value,
        "auc": _auc(column, ended, bad),
    }


def _range(column: Column, specials: Sequence[int], digits: int) -> dict[str, float] | None:
    """Ends, mean and quantiles in natural units, special codes aside; None without an order."""
    if not numeric(column):
        return None
    values = column.values[~column.null & ~np.isin(column.values, list(specials))]
    if not values.size:
        return None
    natural = values.astype(np.float64) / 10**digits
    quantiles = np.quantile(natural, QUANTILES)
    found = {f"p{round(100 * q)}": float(v) for q, v in zip(QUANTILES, quantiles, strict=True)}
    return {
        "min": float(natural.min()),
        "max": float(natural.max()),
        "mean": float(natural.mean()),
        "deviation": float(natural.std()),
        "zeros": int((natural == 0).sum()),
        **found,
    }


def _auc(column: Column, ended: Bools, bad: Bools) -> float | None:
    """How well the field alone ranks loans with a known end; None without goods or bads."""
    known = bad[ended]
    if not known.any() or known.all():
        return None
    return round(max(0.5, alone(column.take(ended), known).auc.value), 6)
