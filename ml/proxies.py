"""The proxy radar: how well each field, and all of them together, tell a protected group.

A field that may decide can stand in for one that may not: a postcode for origin, a title for sex.
The radar says how well, by the AUC of predicting the group on rows of other folds, so that a lender
can ask whether the field earns its place. For the compliance role only. Disparate impact left
Regulation B on 21 July 2026 but stays in state law and lenders' own policies; the measure is a
question, not a verdict.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import numpy as np

from ml.columns import Column, Frame
from ml.metrics import Interval
from ml.separation import Bools, alone, numeric, together

FEWEST = 100
"""People in a group, and outside it, below which the answer is "insufficient data": an AUC of one
half would have an interval of more than 0.1 either way."""
MOST_ROWS = 20_000
MOST_GROUPS = 12
ELDERLY = 62
"""12 CFR 1002.2(o): elderly is 62 or older."""
YOUNG = 26
LISTED = 15


def proxies(
    frame: Frame, protected: Mapping[str, Column], bases: Mapping[str, str], *, seed: int = 0
) -> dict[str, Any]:
    """For each group of each protected field: n, the AUC of the set, and the strongest fields.

    `frame` holds n rows of what may decide, `protected` the same rows of what may not, `bases` what
    each protected field is (age, sex, ...). Groups too small to say are listed as such.
    """
    rows = _sample(frame.rows, seed)
    taken = frame.take(rows)
    columns = {name: each for name, each in taken.columns.items() if not each.null.all()}
    found = [
        {"field": name, "basis": bases.get(name, ""), **_group(label, mask, known, columns, seed)}
        for name, column in protected.items()
        for label, mask, known in groups(column.take(rows), bases.get(name, ""))
    ]
    return {"rows": frame.rows, "looked_at": int(rows.size), "groups": found}


def _sample(rows: int, seed: int) -> Any:
    if rows <= MOST_ROWS:
        return np.arange(rows)
    return np.sort(np.random.default_rng(seed).choice(rows, MOST_ROWS, replace=False))


def groups(column: Column, basis: str) -> Iterator[tuple[str, Bools, Bools]]:
    """Each group: its name, who is in it, and of whom the field is known, shape (n,) each.

    Ages are the young, the elderly and who lies between; other numbers are quarters of the rows.
    """
    known = ~column.null
    if not known.any():
        return
    if column.categories is not None:
        counts = np.bincount(column.values[known], minlength=len(column.categories))
        for code in np.argsort(-counts, kind="stable")[:MOST_GROUPS].tolist():
            if counts[code]:
                yield column.categories[code], known & (column.values == code), known
    elif column.values.dtype == bool:
        yield "true", known & column.values, known
    elif numeric(column):
        yield from _bands(column, known, basis)


def _bands(column: Column, known: Bools, basis: str) -> Iterator[tuple[str, Bools, Bools]]:
    values = column.values
    if basis == "age":
        cuts = [YOUNG, ELDERLY]
    else:
        cuts = sorted({int(cut) for cut in np.quantile(values[known], [0.25, 0.5, 0.75])})
    edges = [None, *cuts, None]
    for low, high in pairwise(edges):
        inside = known.copy()
        if low is not None:
            inside &= values >= low
        if high is not None:
            inside &= values < high
        yield _band_name(low, high), inside, known


def _band_name(low: int | None, high: int | None) -> str:
    if low is None:
        return f"< {high}"
    return f"≥ {low}" if high is None else f"{low} – {high - 1}"


def _group(
    label: str, mask: Bools, known: Bools, columns: Mapping[str, Column], seed: int
) -> dict[str, Any]:
    inside = mask[known]
    told: dict[str, Any] = {"group": label, "n": int(inside.sum()), "of": int(inside.size)}
    if min(told["n"], told["of"] - told["n"]) < FEWEST:
        return {**told, "insufficient": True}
    kept = {name: each.take(known) for name, each in columns.items()}
    singles = {name: alone(each, inside, seed=seed) for name, each in kept.items()}
    ranked = sorted(singles, key=lambda name: -singles[name].auc.value)
    return {
        **told,
        "insufficient": False,
        "together": _plain(together(kept, inside, seed=seed)),
        "fields": [
            {"field": name, "by": singles[name].by, "auc": _plain(singles[name].auc)}
            for name in ranked[:LISTED]
        ],
    }


def _plain(found: Interval | None) -> dict[str, float] | None:
    return None if found is None else asdict(found)
