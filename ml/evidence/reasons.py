"""What the model would tell the declined: which reasons, how often, and whether they add up."""

from collections import Counter
from typing import Any

import numpy as np

from ml.evidence.subject import Subject, share
from ml.reasons import principal_reasons

SCHEMA = "assay.evidence.reasons/1"
MOST_DECLINED = 1_500
REASONS = 4


def stated_reasons(subject: Subject) -> dict[str, Any]:
    """Principal reasons of those below the cut-off, and what each input does to the points."""
    scores = subject.explained
    below = np.flatnonzero(scores.points < subject.cut_off)[:MOST_DECLINED]
    stated: Counter[str] = Counter()
    first: Counter[str] = Counter()
    counts: Counter[int] = Counter()
    for at in below.tolist():
        found = principal_reasons(
            subject.judged.dictionary, [scores.row(at).contributions], REASONS
        )
        counts[len(found)] += 1
        stated.update(reason.code for reason in found)
        first.update(reason.code for reason in found[:1])
    exact = scores.points - scores.contributions.sum(axis=1)
    return {
        "schema": SCHEMA,
        "n": int(scores.points.size),
        "declined": int(below.size),
        "cut_off": subject.cut_off,
        "with_reasons": share(int(below.size) - counts[0], int(below.size)),
        "how_many": {str(number): counts[number] for number in sorted(counts)},
        "reasons": [
            {"code": code, "stated": n, "first": first[code], "share": n / below.size}
            for code, n in stated.most_common()
        ],
        "inputs": _inputs(subject),
        "reference_points": int(np.median(exact)) if exact.size else None,
        "largest_rounding": int(np.abs(exact - np.median(exact)).max()) if exact.size else None,
    }


def _inputs(subject: Subject) -> list[dict[str, Any]]:
    """Each input's weight: its mean absolute contribution, in points, greatest first."""
    scores = subject.explained
    if not scores.points.size:
        return []
    weight = np.abs(scores.contributions).mean(axis=0)
    rows = [
        {"field": name, "mean_points": float(weight[at])} for at, name in enumerate(scores.features)
    ]
    return sorted(rows, key=lambda row: -float(str(row["mean_points"])))
