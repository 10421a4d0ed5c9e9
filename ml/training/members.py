"""Families that work together in one: what each says of loans it has not learnt from."""

from collections.abc import Sequence
from dataclasses import dataclass
from inspect import signature

import numpy as np
import numpy.typing as npt

from ml.calibration import Straight, fit_platt
from ml.columns import Frame
from ml.training.families import family
from ml.training.families.family import Family
from ml.training.split import stratified_folds
from ml.training.trained import TrainingRefused

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
FOLDS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """m fitted families, each with what makes its log-odds comparable to the others'.

    `held_out` (n, m) are the calibrated log-odds of the n loans from fits without them.
    """

    fitted: tuple[Family, ...]
    straights: tuple[Straight, ...]
    held_out: Floats

    def log_odds(self, frame: Frame) -> Floats:
        """Calibrated log-odds (n, m) of being bad."""
        pairs = zip(self.fitted, self.straights, strict=True)
        return np.column_stack(
            [straight(each.decision_function(frame)) for each, straight in pairs]
        )


def fitted_members(
    members: Sequence[Family], frame: Frame, bad: Ints, weight: Floats | None, seed: int
) -> Members:
    """Fit each member on folds and on everything. TrainingRefused where one learns nothing."""
    fold = stratified_folds(bad, seed=seed, folds=FOLDS)
    raw = np.empty((bad.size, len(members)))
    for number in range(FOLDS):
        here, others = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        for place, member in enumerate(members):
            part = None if weight is None else weight[others]
            member.fit(frame.take(others), bad[others], part)
            raw[here, place] = member.decision_function(frame.take(here))
    straights = tuple(_straight(raw[:, place], bad, weight) for place in range(len(members)))
    fitted = tuple(member.fit(frame, bad, weight) for member in members)
    held_out = [straight(raw[:, place]) for place, straight in enumerate(straights)]
    return Members(fitted, straights, np.column_stack(held_out))


def _straight(log_odds: Floats, bad: Ints, weight: Floats | None) -> Straight:
    try:
        return fit_platt(log_odds, bad, weight)
    except ValueError as error:
        raise TrainingRefused(str(error)) from error


def made(name: str, like: Family) -> Family:
    """A member with its family's defaults, and the inputs, seed, threads and engine of another."""
    entry = family(name)
    shared = {"inputs", "seed", "threads", "engine"} & set(like.get_params(deep=False))
    known = shared & set(signature(entry).parameters)
    return entry(**{each: getattr(like, each) for each in known})
