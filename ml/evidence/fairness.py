"""How the model would treat protected groups at the cut-off, and what would treat them better."""

from typing import Any

import numpy as np

from ml import alternatives, fairness
from ml.evidence.subject import Subject

SCHEMA = "assay.evidence.fairness/1"


def protected_groups(subject: Subject) -> dict[str, Any]:
    """Measures by attribute and group at the cut-off, and alternatives for each attribute."""
    judged = fairness.Judged(subject.points, subject.pd, subject.approved, subject.bad.astype(bool))
    return {
        "schema": SCHEMA,
        "n": int(subject.bad.size),
        "cut_off": subject.cut_off,
        "approval_rate": float(subject.approved.mean()),
        "least_n": fairness.LEAST,
        "least_events": fairness.LEAST_EVENTS,
        "rule": (
            "Insufficient data: fewer than 30 applications in the group or the reference, or fewer"
            " than 5 in a cell that the figure divides by."
        ),
        "attributes": {
            name: {
                **fairness.attribute_report(judged, groups),
                "alternatives": _alternatives(subject, groups),
            }
            for name, groups in subject.held_groups.items()
        },
    }


def _alternatives(subject: Subject, groups: dict[str, Any]) -> list[dict[str, Any]]:
    rows, scores = subject.explained_rows, subject.explained
    approvals = int(subject.approved[rows].sum())
    if not 0 < approvals < rows.size or len(np.unique(subject.bad[rows])) < 2:
        return []
    found = alternatives.less_discriminatory(
        alternatives.Scored(
            scores.points,
            scores.contributions,
            scores.features,
            subject.bad[rows],
            {name: mask[rows] for name, mask in groups.items()},
            approvals,
        )
    )
    marked = alternatives.efficient(found)
    return [
        {**each.document(), "efficient": best} for each, best in zip(found, marked, strict=True)
    ]
