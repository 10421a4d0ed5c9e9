"""Fields that tell the time: their values move with the date, and so does the observed outcome.

Young loans have had less time to go bad, and a book changes; a field by which early and late loans
can be told apart then predicts the outcome for a reason that is gone tomorrow.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from ml.columns import Column
from ml.leakage.finding import Finding
from ml.metrics import Interval, auc_interval
from ml.separation import Bools, alone

CLOCK = 0.90
"""AUC of telling the later half of the loans from the earlier one. A rate or a limit that was
raised once reaches 0.75; what reaches 0.90 is a counter, a running number or a period's name."""


def moving(
    columns: Mapping[str, Column], target: Bools, days: npt.NDArray[np.int64] | None, seed: int
) -> list[Finding]:
    """Findings for the fields that tell early from late, where the outcome moves with the date."""
    if days is None or not _both(late := days > np.median(days)):
        return []
    drift = auc_interval(target, days)
    if drift.low <= 0.5 <= drift.high:
        return []
    found = []
    for name, column in columns.items():
        told = alone(column, late, seed=seed).auc
        if told.value >= CLOCK:
            found.append(Finding("moves_with_the_date", (name,), _evidence(told, drift)))
    return found


def _both(late: Bools) -> bool:
    return bool(late.any() and not late.all())


def _evidence(told: Interval, drift: Interval) -> dict[str, object]:
    return {"late_auc": told, "outcome_by_date_auc": drift, "threshold": CLOCK}
