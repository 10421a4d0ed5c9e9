"""What the prediction sets that travel with the model came to on loans it has never seen."""

from typing import Any

import numpy as np

from ml import conformal
from ml.evidence.subject import Subject, category_parts, share

SCHEMA = "assay.evidence.conformal/1"


def conformal_sets(subject: Subject) -> dict[str, Any]:
    """Coverage by class and segment, sizes of the sets, and the bad rate of the uncertain."""
    if subject.guard is None:
        return {"schema": SCHEMA, "note": "the model travels without prediction sets"}
    sets, held = subject.guard.conformal, subject.judged.held
    uncertain = sets.uncertain_columns(held, subject.points)
    bad = subject.bad.astype(bool)
    return {
        "schema": SCHEMA,
        "n": int(bad.size),
        **conformal.coverage(sets, held, subject.points, bad),
        "bad_if_uncertain": share(int(bad[uncertain].sum()), int(uncertain.sum())),
        "bad_if_certain": share(int(bad[~uncertain].sum()), int((~uncertain).sum())),
        "by_segment": {
            name: _by_value(subject, column, uncertain)
            for name, column in subject.judged.held_segments.items()
        },
    }


def _by_value(subject: Subject, column: Any, uncertain: Any) -> list[dict[str, Any]]:
    """Coverage for each value of a segment, whether it has thresholds of its own or not."""
    guard = subject.guard
    assert guard is not None  # noqa: S101 - its only caller has looked
    limits, bad = guard.conformal.overall, subject.bad.astype(bool)
    found = []
    for value, rows in category_parts(column).items():
        in_good = (subject.points >= limits.good_from)[rows & ~bad]
        in_bad = (subject.points <= limits.bad_upto)[rows & bad]
        found.append(
            {
                "value": value,
                "n": int(rows.sum()),
                "good": share(int(np.sum(in_good)), int(in_good.size)),
                "bad": share(int(np.sum(in_bad)), int(in_bad.size)),
                "uncertain": share(int(uncertain[rows].sum()), int(rows.sum())),
            }
        )
    return found
