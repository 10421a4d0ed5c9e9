"""Who would be decided otherwise: the matrix of outcomes, and who comes in and goes out, by reason.

Counts only: no application is named. "Today" is the policy in force run over the same facts, or,
where there is none, what was decided then.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from underwriting.decisioning.decided import (
    APPROVE,
    COUNTER_OFFER,
    DECLINE,
    NO_RULE,
    OUTCOMES,
    REFER,
    Decided,
)

Codes = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]
MOST_CAUSES = 20


class Sides(NamedTuple):
    """The outcomes of today and of the candidate; -1 where today's is not known."""

    today: Codes
    candidate: Codes


def matrix(sides: Sides) -> list[list[int]]:
    """Counts: a row each outcome of today (in OUTCOMES' order), a column each of the candidate."""
    known = sides.today >= 0
    size = len(OUTCOMES)
    cells = sides.today[known].astype(np.int64) * size + sides.candidate[known]
    rows: list[list[int]] = np.bincount(cells, minlength=size * size).reshape(size, size).tolist()
    return rows


def swaps(sides: Sides, today: Decided | None, candidate: Decided) -> dict[str, Any]:
    """Who is newly made an offer, by why not today; who no longer is, by why not then."""
    lends_today, lends = lent(sides.today), lent(sides.candidate)
    known = sides.today >= 0
    came, went = known & lends & ~lends_today, known & lends_today & ~lends
    return {
        "in": {"applications": int(came.sum()), "reasons": _by_reason(came, sides.today, today)},
        "out": {"applications": int(went.sum()), "reasons": _by_reason(went, None, candidate)},
    }


def sentences_basis(sides: Sides, today: Decided | None, candidate: Decided) -> dict[str, Any]:
    """Per new outcome: how many, what they were before, and which rule and reason is why.

    {"applications": n, "declined": {"count": 412, "before": {"refer": 363, ...}, "causes": [...]},
    "referred": {...}, "offered": {...}}, a cause being {"count", "reason", "rule_set", "row",
    "before"}. An offer's causes are those for which today's policy did not make it.
    """
    known = sides.today >= 0
    changed = known & (sides.today != sides.candidate)
    to = {"declined": DECLINE, "referred": REFER}
    found: dict[str, Any] = {"applications": int(known.sum())}
    for name, outcome in to.items():
        rows = changed & (sides.candidate == outcome)
        found[name] = _moved(rows, sides.today, candidate)
    offered = known & lent(sides.candidate) & ~lent(sides.today)
    found["offered"] = _moved(offered, sides.today, today)
    return found


def lent(outcome: Codes) -> Mask:
    """Whoever is made an offer: as asked, or another."""
    return np.isin(outcome, (APPROVE, COUNTER_OFFER))


def _moved(rows: Mask, before: Codes, why: Decided | None) -> dict[str, Any]:
    return {
        "count": int(rows.sum()),
        "before": _outcomes(before[rows]),
        "causes": [] if why is None else _causes(rows, before, why),
    }


def _causes(rows: Mask, before: Codes, why: Decided) -> list[dict[str, Any]]:
    """By first reason and the rule that weighed most, the most frequent first."""
    at = np.flatnonzero(rows)
    codes = why.first_codes()
    pairs = why.reason[at].astype(np.int64) * (len(why.rules) + 1) + why.rule[at] + 1
    values, of = np.unique(pairs, return_inverse=True)
    merged: dict[tuple[str, str, str], list[int]] = {}
    for number, pair in enumerate(values.tolist()):
        reason, rule = divmod(pair, len(why.rules) + 1)
        named = why.rules[rule - 1] if rule - 1 != NO_RULE else ("", "")
        merged.setdefault((codes[reason], *named), []).append(number)
    found: list[dict[str, Any]] = []
    for (code, rule_set, row), numbers in merged.items():
        own = at[np.isin(of, numbers)]
        cause = {"reason": code, "rule_set": rule_set, "row": row, "count": len(own)}
        found.append({**cause, "before": _outcomes(before[own])})
    found.sort(key=lambda each: (-each["count"], each["reason"], each["row"]))
    return found[:MOST_CAUSES]


def _by_reason(rows: Mask, before: Codes | None, why: Decided | None) -> list[dict[str, Any]]:
    if why is None:
        return []
    listed = _causes(rows, why.outcome if before is None else before, why)
    found: dict[str, int] = {}
    for cause in listed:
        found[cause["reason"]] = found.get(cause["reason"], 0) + cause["count"]
    return [{"reason": code, "count": count} for code, count in found.items()]


def _outcomes(codes: Codes) -> Mapping[str, int]:
    counts = np.bincount(codes[codes >= 0].astype(np.int64), minlength=len(OUTCOMES)).tolist()
    return {name: count for name, count in zip(OUTCOMES, counts, strict=True) if count}
