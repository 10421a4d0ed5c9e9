"""Whether the lender would have made or lost money: frontier, simulation, and loans one by one."""

from typing import Any

import numpy as np

from ml import profit
from ml.evidence.subject import Subject
from ml.profit import CutOff, Portfolio
from ml.reasons import principal_reasons

SCHEMA = "assay.evidence.profit/1"
MOST_CUTS = 80
MOST_PROFILES = 500
REASONS = 4
MOST_MONTHS = 36


def earnings(subject: Subject) -> dict[str, Any] | None:
    """None while the lender has said nothing of what it earns: profit is never guessed."""
    found, economics = subject.portfolio, subject.economics
    if found is None or economics is None:
        return None
    cuts = profit.frontier(found, list(subject.held_groups.values()))
    here = profit.at_cut_off(cuts, subject.cut_off)
    ways = {
        "model": subject.approved,
        "approve_all": np.ones(subject.bad.size, bool),
        "refuse_all": np.zeros(subject.bad.size, bool),
    }
    if subject.approved_today is not None:
        ways["in_charge"] = subject.approved_today
    broken = profit.broken_limits(here, economics) if here else ()
    return {
        "schema": SCHEMA,
        "n": int(subject.bad.size),
        "economics": economics.document(),
        "chosen": None if subject.chosen is None else subject.chosen.document(),
        "cut_off": subject.cut_off,
        "held_out": None if here is None else here.document(),
        "limits_broken": list(broken),
        "fairness_told": any(cut.ratio is not None for cut in cuts),
        "frontier": [cut.document() for cut in _thinned(cuts)],
        "curve": [list(pair) for pair in profit.earned_by_rank(found)],
        "simulation": profit.simulated(found, ways),
        "months": _months(subject, found),
        "profiles": _profiles(subject, found),
    }


def _thinned(cuts: list[CutOff]) -> list[CutOff]:
    """At most MOST_CUTS, evenly spread over the shares approved."""
    if len(cuts) <= MOST_CUTS:
        return cuts
    wanted = np.linspace(cuts[0].approval_rate, cuts[-1].approval_rate, MOST_CUTS)
    rates = np.array([-cut.approval_rate for cut in cuts])
    places = np.unique(np.minimum(np.searchsorted(rates, -wanted), len(cuts) - 1))
    return [cuts[at] for at in places]


def _months(subject: Subject, found: Portfolio) -> list[dict[str, Any]]:
    """What the model and approving all would have earned month by month, where dates are known."""
    days = subject.judged.held_days
    if days is None:
        return []
    month = days.astype("datetime64[D]").astype("datetime64[M]")
    known, place = np.unique(month, return_inverse=True)
    worth = found.realised
    rows = []
    for at in range(max(0, known.size - MOST_MONTHS), known.size):
        here = place == at
        rows.append(
            {
                "month": str(known[at]),
                "n": int(here.sum()),
                "model": float(np.where(subject.approved, worth, 0.0)[here].sum()),
                "approve_all": float(worth[here].sum()),
            }
        )
    return rows


def _profiles(subject: Subject, found: Portfolio) -> list[dict[str, Any]]:
    """Held-out loans one by one, riskiest first: no fact of anybody's, only what followed."""
    rows = subject.explained_rows
    kept = np.unique(np.linspace(0, rows.size - 1, min(rows.size, MOST_PROFILES)).astype(int))
    order = kept[np.argsort(subject.explained.points[kept], kind="stable")]
    return [_profile(subject, found, int(at), number) for number, at in enumerate(order, 1)]


def _profile(subject: Subject, found: Portfolio, at: int, number: int) -> dict[str, Any]:
    row = int(subject.explained_rows[at])
    score = subject.explained.row(at)
    approved = score.points >= subject.cut_off
    reasons = principal_reasons(subject.judged.dictionary, [score.contributions], REASONS)
    return {
        "number": number,
        "points": score.points,
        "pd_ppm": int(subject.pd_ppm[row]),
        "approved": bool(approved),
        "bad": bool(subject.bad[row]),
        "amount": float(found.lent[row]),
        "expected": float(found.expected[row]),
        "earned": float(found.realised[row]) if approved else 0.0,
        "missed": 0.0 if approved else float(found.realised[row]),
        "reasons": [[reason.code, reason.points] for reason in reasons],
    }
