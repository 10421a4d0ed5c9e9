"""Learning from the declined as well, whose outcomes nobody knows.

A first fit on the accepted says how risky the declined look; a second one learns from both. It
adds no information (Crook and Banasik 2004), so a tournament does it only when it is asked to.
"""

import numpy as np
import numpy.typing as npt

from ml.calibration import probability
from ml.columns import Frame
from ml.reject_inference import Augmented, fuzzy_augmented, parcel_rates, parcelled
from ml.training.families.family import Family

Ints = npt.NDArray[np.int64]

FINE = 100
"""Bands of parcelling are cut by hundredths of log-odds."""


def with_declined(
    method: str, family: Family, frame: Frame, bad: Ints, declined: Frame, seed: int
) -> Augmented:
    """n accepted rows with the declined beside them, by what `family` has learnt from the former.

    `method` is fuzzy or parcelling; ValueError for another.
    """
    asked = family.decision_function(declined)
    if method == "fuzzy":
        return fuzzy_augmented(frame, bad, declined, probability(asked))
    if method != "parcelling":
        raise ValueError(f"nothing is learnt from the declined by {method!r}")
    known = _whole(family.decision_function(frame))
    return parcelled(frame, bad, declined, parcel_rates(known, bad, _whole(asked)), seed)


def _whole(log_odds: npt.NDArray[np.float64]) -> Ints:
    """Points rise as risk falls."""
    return np.rint(-FINE * log_odds).astype(np.int64)
