"""What is odd about a field, in codes and figures: input that was never meant, or means nothing."""

import re
from typing import Any

import numpy as np

from ml.columns import Column
from ml.separation import numeric

Oddity = dict[str, Any]
MOSTLY = 0.5
NEARLY = 0.99
RARE = 0.001
EXTREME = 100
"""A largest value so many times the 99th percentile is a slip of the keyboard more often than a
fact."""
YOUNGEST, OLDEST = 18, 100
AGE = re.compile(r"(^|_)(age|edad|idade|alter)(_|$)")
NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?")
NOTHING = frozenset({"", "-", ".", "?", "n/a", "na", "nan", "null"})
"""Spellings of no value, in lower case, that came through as values."""
SHOWN = 5


def oddities(name: str, column: Column, digits: int) -> list[Oddity]:
    """Everything odd about one column; `digits` are the decimals of its scaled numbers."""
    rows = column.null.size
    missing = int(column.null.sum())
    if missing == rows:
        return [{"code": "empty"}]
    found = [{"code": "mostly_missing", "share": missing / rows}] if missing > MOSTLY * rows else []
    known = column.take(~column.null)
    found += _constant(known, missing)
    if numeric(column):
        return found + _numbers(name, known.values.astype(np.float64) / 10**digits)
    return found + (_words(known) if column.categories is not None else [])


def _constant(known: Column, missing: int) -> list[Oddity]:
    texts = known.values.astype(str) if known.values.dtype == object else known.values
    _, counts = np.unique(texts, return_counts=True)
    if counts.size == 1:
        return [{"code": "constant", "value": str(known.item(0)), "missing": missing}]
    share = float(counts.max() / counts.sum())
    return [{"code": "nearly_constant", "share": share}] if share >= NEARLY else []


def _numbers(name: str, values: Any) -> list[Oddity]:
    found = []
    if AGE.search(name.lower()):
        odd = int(((values < YOUNGEST) | (values > OLDEST)).sum())
        if odd:
            low, high = float(values.min()), float(values.max())
            found.append({"code": "impossible_age", "rows": odd, "low": low, "high": high})
    usual, top = float(np.quantile(values, 0.99)), float(values.max())
    if usual > 0 and top > EXTREME * usual:
        odd = int((values > EXTREME * usual).sum())
        found.append({"code": "extreme", "rows": odd, "high": top, "usual": usual})
    return found


def _words(known: Column) -> list[Oddity]:
    names = known.categories or ()
    counts = np.bincount(known.values, minlength=len(names))
    seen = {name: int(count) for name, count in zip(names, counts, strict=True) if count}
    found = []
    blank = [name for name in seen if name.strip().lower() in NOTHING]
    if blank:
        found.append({"code": "blank", "rows": sum(seen.pop(name) for name in blank)})
    numbers = [name for name in seen if NUMBER.fullmatch(name.strip())]
    if numbers and len(numbers) < len(seen):
        words = sum(count for name, count in seen.items() if name not in numbers)
        rows = sum(seen[name] for name in numbers)
        if words > rows:
            found.append(_examples("numbers_among_words", numbers, rows))
    rare = [n for n, c in seen.items() if c < RARE * known.null.size and n not in numbers]
    if rare and len(rare) <= len(seen) / 2:
        found.append(_examples("rare_values", rare, sum(seen[name] for name in rare)))
    return found


def _examples(code: str, names: list[str], rows: int) -> Oddity:
    return {"code": code, "rows": rows, "examples": sorted(names)[:SHOWN], "values": len(names)}
