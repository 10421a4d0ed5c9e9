"""A field in bins, with goods and bads of each: weight of evidence and information value.

    WoE = ln(share of goods in the bin / share of bads),  IV = sum of (goods - bads) * WoE

Siddiqi, Credit Risk Scorecards (2006), chapter 6: IV below 0.02 predicts nothing, from 0.3 on
much, above 0.5 more than a field should.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.columns import Column
from ml.separation import Bools, numeric

Ints = npt.NDArray[np.int64]
MOST_BINS = 10
MOST_VALUES = 12
HALF = 0.5
"""Added to goods and bads of each bin, so that a bin without bads stays finite."""


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin: `low` inclusive, `high` inclusive in the column's own numbers, or `value` names;
    kind is missing, special, range, value or others."""

    kind: str
    low: int | None = None
    high: int | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Binned:
    """n rows' places in the bins, shape (n,)."""

    bins: tuple[Bin, ...]
    places: Ints

    def counts(self, rows: Bools | None = None) -> Ints:
        """Rows in each bin."""
        places = self.places if rows is None else self.places[rows]
        return np.bincount(places, minlength=len(self.bins))


def binned(column: Column, specials: Sequence[int] = ()) -> Binned:
    """Missing first, special codes on their own, then tenths of the rows or the values."""
    return _ranges(column, specials) if numeric(column) else _values(column)


def _ranges(column: Column, specials: Sequence[int]) -> Binned:
    values = column.values.astype(np.int64)
    plain = ~column.null & ~np.isin(values, list(specials))
    known = values[plain]
    ends = np.unique(known)
    if ends.size > MOST_BINS:
        quantiles = np.linspace(0, 1, MOST_BINS + 1)[1:]
        ends = np.unique(np.quantile(known, quantiles, method="higher"))
    found = [code for code in specials if bool((values[~column.null] == code).any())]
    bins = [Bin("missing"), *(Bin("special", code, code) for code in found)]
    places = np.zeros(values.size, np.int64)
    for place, code in enumerate(found, start=1):
        places[~column.null & (values == code)] = place
    first = len(bins)
    places[plain] = np.searchsorted(ends, known) + first
    low = int(known.min()) if known.size else 0
    for end in ends.tolist():
        bins.append(Bin("range", low, int(end)))
        low = int(end) + 1
    return Binned(tuple(bins), places)


def _values(column: Column) -> Binned:
    """Each of the commonest values, and all others together."""
    names = column.categories
    if names is None:
        texts, codes = np.unique(column.values.astype(str), return_inverse=True)
        names, values = tuple(map(str, texts)), codes.astype(np.int64)
    else:
        values = column.values.astype(np.int64)
    counts = np.bincount(values[~column.null], minlength=len(names))
    ranked = [code for code in np.argsort(-counts, kind="stable").tolist() if counts[code]]
    listed, others = ranked[:MOST_VALUES], ranked[MOST_VALUES:]
    bins = [Bin("missing"), *(Bin("value", value=names[code]) for code in listed)]
    where = np.zeros(max(len(names), 1), np.int64)
    where[listed] = np.arange(1, len(listed) + 1)
    if others:
        bins.append(Bin("others", value=str(len(others))))
        where[others] = len(bins) - 1
    return Binned(tuple(bins), np.where(column.null, 0, where[np.where(column.null, 0, values)]))


def evidence(found: Binned, ended: Bools, bad: Bools) -> tuple[list[dict[str, Any]], float]:
    """Per bin with a row: rows, goods, bads, bad rate, WoE and its part of IV; and IV.

    `ended` says which of n rows have a known end, `bad` which of them ended badly, shape (n,).
    """
    every = found.counts()
    bads, goods = found.counts(ended & bad), found.counts(ended & ~bad)
    good_share = (goods + HALF) / (goods + HALF).sum()
    bad_share = (bads + HALF) / (bads + HALF).sum()
    woe = np.log(good_share / bad_share)
    lines, total = [], 0.0
    for place, each in enumerate(found.bins):
        if not every[place]:
            continue
        known = int(goods[place] + bads[place])
        part = float((good_share[place] - bad_share[place]) * woe[place]) if known else 0.0
        total += part
        lines.append(
            {
                "kind": each.kind,
                "low": each.low,
                "high": each.high,
                "value": each.value,
                "rows": int(every[place]),
                "goods": int(goods[place]),
                "bads": int(bads[place]),
                "rate": round(float(bads[place]) / known, 6) if known else None,
                "woe": round(float(woe[place]), 6) if known else None,
                "iv": round(part, 6),
            }
        )
    return lines, round(total, 6)
