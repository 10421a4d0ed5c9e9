"""The bad rate of each segment: the values of fields with few of them."""

from typing import Any

import numpy as np

from ml.columns import Column
from ml.drift.calibration import rate_interval
from ml.separation import Bools, numeric

MOST_SEGMENTS = 12


def segments(column: Column, ended: Bools, bad: Bools) -> list[dict[str, Any]] | None:
    """Per value: rows, bads and the bad rate with its interval, the largest first.

    None for a field whose values are no segments: numbers, texts, more values than twelve.
    """
    if numeric(column) or column.values.dtype == object:
        return None
    known = ~column.null & ended
    values = column.values[known].astype(np.int64)
    counts = np.bincount(values) if values.size else np.zeros(0, np.int64)
    present = np.flatnonzero(counts)
    if not 1 < present.size <= MOST_SEGMENTS:
        return None
    bads = np.bincount(values, weights=bad[known]).astype(np.int64)
    ranked = sorted(present.tolist(), key=lambda code: -int(counts[code]))
    return [_line(_named(column, code), int(counts[code]), int(bads[code])) for code in ranked]


def _named(column: Column, code: int) -> str:
    return column.categories[code] if column.categories is not None else ("false", "true")[code]


def _line(name: str, rows: int, bads: int) -> dict[str, Any]:
    rate, low, high = rate_interval(bads, rows)
    return {"value": name, "rows": rows, "bads": bads, "rate": rate, "low": low, "high": high}
