"""A challenger against the champion in figures that a test may look at every day.

Both functions give one difference per loan or application, in [-1, 1] and positive where the
challenger did better, for `ml.sequential.compared`.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
PPM = 1_000_000
COST_RATIO = 5.0
"""A bad loan taken costs five times what a good one earns (Statlog German Credit's matrix)."""


def brier_differences(
    champion_pd_ppm: npt.ArrayLike, challenger_pd_ppm: npt.ArrayLike, bad: npt.ArrayLike
) -> Floats:
    """The champion's Brier loss less the challenger's, loan by loan, shape (n,).

    PDs in parts per million on the same n loans, outcomes 1 (bad) or 0 (good). The Brier score is
    a proper scoring rule (Brier 1950), so only the better PD gains by it.
    """
    outcome = np.asarray(bad, dtype=np.float64)
    champion = np.asarray(champion_pd_ppm, dtype=np.float64) / PPM
    challenger = np.asarray(challenger_pd_ppm, dtype=np.float64) / PPM
    return np.asarray((champion - outcome) ** 2 - (challenger - outcome) ** 2, dtype=np.float64)


def split_differences(
    challenged: npt.ArrayLike,
    approved: npt.ArrayLike,
    bad: npt.ArrayLike,
    share_ppm: int,
    cost_ratio: float = COST_RATIO,
) -> Floats:
    """What each application of a split test says of "the challenger earns more", shape (n,).

    An approved loan that was repaid earns 1, one that turned bad costs `cost_ratio`, a declined
    application nothing. Weighing each by the inverse of the chance of its arm (Horvitz, Thompson
    1952) makes the mean the difference of the arms' earnings; all are divided by the largest
    weight times `cost_ratio`, so that they lie in [-1, 1]. Raises ValueError unless the share
    lies strictly between nobody and everybody.
    """
    share = share_ppm / PPM
    if not 0 < share < 1:
        raise ValueError("the share lies between nobody and everybody")
    by_challenger = np.asarray(challenged, dtype=bool)
    earned = np.where(np.asarray(bad, dtype=bool), -cost_ratio, 1.0)
    earned = np.where(np.asarray(approved, dtype=bool), earned, 0.0)
    weighed = np.where(by_challenger, earned / share, -earned / (1 - share))
    largest = cost_ratio / min(share, 1 - share)
    return np.asarray(weighed / largest, dtype=np.float64)
