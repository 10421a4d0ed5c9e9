"""Whether the model is the same from folds to the held-out part, over time, and by segment."""

from typing import Any

import numpy as np
import numpy.typing as npt

from ml.drift.baseline import points_column
from ml.drift.bins import Bins
from ml.drift.psi import psi, psi_levels
from ml.evidence.subject import Subject, auc_of, category_parts, share

SCHEMA = "assay.evidence.stability/1"
PARTS = 6
FEWEST = 50


def stability(subject: Subject) -> dict[str, Any]:
    """PSI of points held out against folds, AUC and bad rate by time and segment."""
    folds, held = points_column(subject.trained.fold_points), points_column(subject.points)
    bins = Bins.of(folds, "number")
    before, after = bins.counts(folds), bins.counts(held)
    levels = psi_levels(int(after.sum()), int(before.sum()), len(before))
    return {
        "schema": SCHEMA,
        "n": int(subject.points.size),
        "folds_auc": auc_of(subject.judged.learnt_bad, subject.trained.fold_points),
        "held_auc": auc_of(subject.bad, subject.points),
        "psi": {"value": psi(before, after), "warn": levels.warn, "alarm": levels.alarm},
        "bins": {
            "labels": list(bins.labels), "folds": _whole(before), "held_out": _whole(after),
        },
        "periods": _periods(subject),
        "segments": {
            name: [_part(subject, value, rows) for value, rows in category_parts(column).items()]
            for name, column in subject.judged.held_segments.items()
        },
    }  # fmt: skip


def _periods(subject: Subject) -> list[dict[str, Any]]:
    """The held-out part in as many equal stretches of time as its rows carry."""
    days = subject.judged.held_days
    if days is None:
        return []
    order = np.argsort(days, kind="stable")
    count = min(PARTS, max(order.size // FEWEST, 1))
    found = []
    for rows in np.array_split(order, count):
        ends = days[rows].astype("datetime64[D]")
        mask = np.zeros(days.size, bool)
        mask[rows] = True
        found.append(_part(subject, f"{ends.min()} – {ends.max()}", mask))
    return found


def _part(subject: Subject, name: str, rows: npt.NDArray[np.bool_]) -> dict[str, Any]:
    bad = subject.bad[rows]
    n = int(rows.sum())
    return {
        "name": name,
        "n": n,
        "auc": auc_of(bad, subject.points[rows]) if n >= FEWEST else auc_of([], subject.points[:0]),
        "bad_rate": share(int(bad.sum()), n),
        "mean_pd": float(subject.pd[rows].mean()) if n else None,
    }


def _whole(counts: npt.ArrayLike) -> list[int]:
    return [int(count) for count in np.asarray(counts)]
