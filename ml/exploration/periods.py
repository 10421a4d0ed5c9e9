"""How a data set moves over time: its bad rate, and each field against its own beginning."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.drift.calibration import rate_interval
from ml.drift.psi import psi, psi_levels
from ml.exploration.bins import Binned
from ml.separation import Bools

Ints = npt.NDArray[np.int64]
EPOCH = date(1970, 1, 1)
MOST_MONTHS = 24
MONTHS_A_QUARTER = 3
FEWEST = 50
"""Rows without which a period is not compared."""


class Periods:
    """The calendar months of n dates, or the quarters where they span more than two years."""

    def __init__(self, days: Ints) -> None:
        dates = [EPOCH + timedelta(days=int(day)) for day in days.tolist()]
        months = np.array([day.year * 12 + day.month - 1 for day in dates], dtype=np.int64)
        span = int(months.max() - months.min()) + 1 if months.size else 0
        self.kind = "month" if span <= MOST_MONTHS else "quarter"
        size = 1 if self.kind == "month" else MONTHS_A_QUARTER
        self.codes, self.places = np.unique(months // size, return_inverse=True)
        self.names = [self._name(int(code)) for code in self.codes]

    def _name(self, code: int) -> str:
        if self.kind == "month":
            return f"{code // 12}-{code % 12 + 1:02}"
        return f"{code // 4} Q{code % 4 + 1}"


def bad_rates(periods: Periods, ended: Bools, bad: Bools) -> list[dict[str, Any]]:
    """Per period: rows, loans with a known end, bads, and the bad rate with its interval."""
    lines = []
    for place, name in enumerate(periods.names):
        inside = periods.places == place
        known, bads = int((inside & ended).sum()), int((inside & ended & bad).sum())
        rate, low, high = rate_interval(bads, known) if known else (None, None, None)
        lines.append(
            {"period": name, "rows": int(inside.sum()), "ended": known, "bads": bads,
             "rate": rate, "low": low, "high": high}
        )  # fmt: skip
    return lines


def stability(found: Binned, periods: Periods) -> list[dict[str, Any]]:
    """PSI of each period against all rows before it, with the level that chance alone reaches.

    The first period with enough rows is what the next is compared with.
    """
    lines: list[dict[str, Any]] = []
    for place, name in enumerate(periods.names):
        inside, before = periods.places == place, periods.places < place
        rows, reference = int(inside.sum()), int(before.sum())
        if min(rows, reference) < FEWEST:
            lines.append({"period": name, "rows": rows, "psi": None, "warn": None})
            continue
        was, now = found.counts(before), found.counts(inside)
        used = (was + now) > 0
        levels = psi_levels(rows, reference, int(used.sum()))
        lines.append(
            {"period": name, "rows": rows, "psi": round(psi(was[used], now[used]), 6),
             "warn": round(levels.warn, 6)}
        )  # fmt: skip
    return lines
