"""Families that work together in one: what each says of loans it has not learnt from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
COMPARED_ROWS = 15_000
"""Members are compared on at most so many loans, drawn by chance: more would weigh them alike.
Where there are more, one fold of these is enough to judge by, and members are fitted once."""


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """Fitted families by name, each with what makes its log-odds comparable to the others'.

    `held_out` (r, m) are the calibrated log-odds of the loans in `rows` (r,) from fits without
    them. Who learnt nothing is not among the m, but in `left_out` with the reason.
    """

    fitted: dict[str, Family]
    straights: dict[str, Straight]
    rows: Ints
    held_out: Floats
    left_out: dict[str, str]

    def log_odds(self, frame: Frame) -> Floats:
        """Calibrated log-odds (n, m) of being bad."""
        raw = {name: each.decision_function(frame) for name, each in self.fitted.items()}
        return np.column_stack([self.straights[name](each) for name, each in raw.items()])


def fitted_members(
    members: Mapping[str, Family], frame: Frame, bad: Ints, weight: Floats | None, seed: int
) -> Members:
    """Fit each member on folds and on everything. TrainingRefused where none learns anything."""
    rows = _compared(bad, seed)
    fold = stratified_folds(bad[rows], seed=seed, folds=FOLDS)
    judging = range(FOLDS) if rows.size == bad.size else range(1)
    judged = rows[np.isin(fold, judging)]
    folds = [np.sort(rows[fold == number]) for number in range(FOLDS)]
    told, part = bad[judged], None if weight is None else weight[judged]
    found = Members({}, {}, judged, np.empty((judged.size, 0)), {})
    held_out = []
    for name, member in members.items():
        try:
            raw = _held_out(member, frame, bad, weight, folds, judging)[judged]
            found.straights[name] = _straight(raw, told, part)
            found.fitted[name] = member.fit(frame, bad, weight)
        except TrainingRefused as error:
            found.left_out[name] = str(error)
            continue
        held_out.append(found.straights[name](raw))
    if not held_out:
        raise TrainingRefused("; ".join(found.left_out.values()))
    return replace(found, held_out=np.column_stack(held_out))


def _compared(bad: Ints, seed: int) -> Ints:
    """Goods and bads in their proportion."""
    parts = -(-bad.size // COMPARED_ROWS)
    if parts == 1:
        return np.arange(bad.size)
    return np.flatnonzero(stratified_folds(bad, seed=seed + 1, folds=parts) == 0)


def _held_out(
    member: Family,
    frame: Frame,
    bad: Ints,
    weight: Floats | None,
    folds: Sequence[Ints],
    judging: Iterable[int],
) -> Floats:
    """Log-odds of all loans, told for those of the folds judged by, from fits without them."""
    raw = np.full(bad.size, np.nan)
    for number in judging:
        others = np.sort(np.concatenate([rows for n, rows in enumerate(folds) if n != number]))
        part = None if weight is None else weight[others]
        fitted = member.fit(frame.take(others), bad[others], part)
        raw[folds[number]] = fitted.decision_function(frame.take(folds[number]))
    return raw


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
