"""The declined, side by side: as the model takes them, by the two customary ways, and bounded."""

from typing import Any

import numpy as np

from ml import reject_inference
from ml.evidence.subject import Subject
from ml.metrics import share_interval
from ml.scaling import PPM

SCHEMA = "assay.evidence.reject_inference/1"
FEWEST = 30


def declined_applicants(subject: Subject) -> dict[str, Any]:
    """Bad rates of the declined and of all who applied, without and with reject inference."""
    declined = subject.judged.declined
    n = 0 if declined is None else declined.rows
    if declined is None or n < FEWEST:
        note = f"{n} declined applications are known; at least {FEWEST} are needed"
        return {"schema": SCHEMA, "declined": n, "note": note}
    points = subject.model.points_columns(declined)
    pd = subject.model.pd_at_columns(points) / PPM
    accepted = np.concatenate([subject.trained.fold_points, subject.points])
    bad = np.concatenate([subject.judged.learnt_bad, subject.bad])
    rates = {
        "without": pd,
        "fuzzy": reject_inference.fuzzy_rates(pd, reject_inference.TIMES_ODDS),
        "parcelling": reject_inference.parcel_rates(
            accepted, bad, points, reject_inference.TIMES_ODDS
        ),
    }
    found = share_interval(int(bad.sum()), int(bad.size))
    return {
        "schema": SCHEMA,
        "declined": n,
        "accepted": int(bad.size),
        "times_odds": reject_inference.TIMES_ODDS,
        "accepted_bad_rate": {"value": found.value, "low": found.low, "high": found.high},
        "methods": [
            _method(name, rate, points, subject.cut_off, (int(bad.sum()), int(bad.size)))
            for name, rate in rates.items()
        ],
        "bounds": reject_inference.bounds(accepted, bad, points).document(),
        "approved_of_declined": float((points >= subject.cut_off).mean()),
        "lines": _lines(accepted, bad, points, rates),
    }


def _method(
    name: str, rates: Any, points: Any, cut_off: int, accepted: tuple[int, int]
) -> dict[str, Any]:
    bads, loans = accepted
    approved = points >= cut_off
    return {
        "name": name,
        "declined_bad_rate": float(rates.mean()),
        "everyone_bad_rate": float((bads + rates.sum()) / (loans + rates.size)),
        "bad_rate_if_approved_now": float(rates[approved].mean()) if approved.any() else None,
    }


def _lines(accepted: Any, bad: Any, points: Any, rates: dict[str, Any]) -> list[dict[str, Any]]:
    """The line of log-odds over points, from the accepted alone and with each way added."""
    both = np.concatenate([accepted, points, points])
    outcomes = np.concatenate([bad, np.ones(points.size), np.zeros(points.size)])
    found = []
    for name, rate in rates.items():
        if name == "without":
            line = reject_inference.line_of(accepted, bad)
        else:
            weights = np.concatenate([np.ones(accepted.size), rate, 1 - rate])
            line = reject_inference.line_of(both, outcomes, weights)
        found.append({"name": name, "intercept": line.intercept, "slope": line.slope})
    return found
