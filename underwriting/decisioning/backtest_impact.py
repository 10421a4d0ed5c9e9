"""How both policies treat groups of people: ratios of approval with n and interval (four fifths).

For the compliance role alone, and kept apart from the rest of the report. A counter-offer is no
approval. A figure of too few is "insufficient data", never "passed" (see `ml.fairness`).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.fairness import FOUR_FIFTHS, INSUFFICIENT, adverse_impact_ratio, reference_of

Mask = npt.NDArray[np.bool_]
Groups = Mapping[str, Mapping[str, Mask]]
"""Of each protected attribute its groups of applications."""
PPM = 1_000_000


def adverse_impact(approved: Mask, attributes: Groups) -> dict[str, dict[str, Any]]:
    """By "attribute: group": n, approval rate and ratio to the group approved most (ppm)."""
    found = {}
    for attribute, groups in attributes.items():
        reference = reference_of(groups, approved)
        for name, rows in groups.items():
            found[f"{attribute}: {name}"] = _group(approved, rows, groups, name, reference)
    return found


def _group(
    approved: Mask, rows: Mask, groups: Mapping[str, Mask], name: str, reference: str | None
) -> dict[str, Any]:
    n, count = int(rows.sum()), int(approved[rows].sum())
    said: dict[str, Any] = {
        "n": n,
        "approved": count,
        "approval_rate_ppm": round(count / n * PPM) if n else None,
        "reference": reference,
        **dict.fromkeys(("ratio_ppm", "low_ppm", "high_ppm")),
        "sufficient": False,
        "note": INSUFFICIENT,
    }
    if reference is None:
        return said
    measure = adverse_impact_ratio(approved, rows, groups[reference]).estimate
    if measure is None:
        return said
    ends = (measure.value, measure.low, measure.high)
    ratio, low, high = (round(end * PPM) for end in ends)
    note = "reference" if name == reference else ""
    if ratio < FOUR_FIFTHS * PPM:
        note = "below four fifths"
    told = {"ratio_ppm": ratio, "low_ppm": low, "high_ppm": high, "sufficient": True, "note": note}
    return {**said, **told}
