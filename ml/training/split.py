"""Keeping some loans back, so that a model is judged by what it has not seen."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Method = Literal["random", "out_of_time"]


@dataclass(frozen=True, slots=True)
class Split:
    """Row numbers to learn from and to judge by, each ascending.

    `cut` is the first day of the holdout when the split is by time.
    """

    method: Method
    seed: int
    train: Ints
    holdout: Ints
    cut: int | None = None

    def document(self) -> dict[str, object]:
        return {
            "method": self.method,
            "seed": self.seed,
            "train": int(self.train.size),
            "holdout": int(self.holdout.size),
            "cut": self.cut,
        }


def split_rows(
    target: npt.ArrayLike,
    *,
    seed: int,
    holdout: float = 0.3,
    dates: npt.ArrayLike | None = None,
    method: Method = "random",
) -> Split:
    """Split n loans: by chance within goods and bads, or the latest loans by date.

    `dates` are days since 1970 for "out_of_time"; loans of one day stay together. Raises
    ValueError where either side would lack goods or bads.
    """
    bad = np.asarray(target).astype(bool)
    if not 0 < holdout < 1:
        raise ValueError("holdout must lie between 0 and 1")
    if method == "out_of_time":
        split = _out_of_time(np.asarray(dates, dtype=np.int64), seed, holdout)
    else:
        split = _random(bad, seed, holdout)
    for name, rows in (("training", split.train), ("holdout", split.holdout)):
        if not bad[rows].any() or bad[rows].all():
            raise ValueError(f"the {name} part needs goods and bads")
    return split


def _random(bad: npt.NDArray[np.bool_], seed: int, holdout: float) -> Split:
    generator = np.random.default_rng(seed)
    held = [
        generator.permutation(rows)[: round(rows.size * holdout)]
        for rows in (np.flatnonzero(bad), np.flatnonzero(~bad))
    ]
    mask = np.zeros(bad.size, dtype=bool)
    mask[np.concatenate(held)] = True
    return Split("random", seed, np.flatnonzero(~mask), np.flatnonzero(mask))


def _out_of_time(dates: Ints, seed: int, holdout: float) -> Split:
    cut = int(np.sort(dates)[int(dates.size * (1 - holdout))])
    late = dates >= cut
    return Split("out_of_time", seed, np.flatnonzero(~late), np.flatnonzero(late), cut)


def stratified_folds(target: npt.ArrayLike, *, seed: int, folds: int) -> Ints:
    """The fold of each of n rows, 0 to folds - 1, goods and bads spread evenly."""
    bad = np.asarray(target).astype(bool)
    if min(int(bad.sum()), int((~bad).sum())) < folds:
        raise ValueError(f"each of {folds} folds needs a good and a bad")
    generator = np.random.default_rng(seed)
    fold = np.empty(bad.size, dtype=np.int64)
    for rows in (np.flatnonzero(bad), np.flatnonzero(~bad)):
        fold[generator.permutation(rows)] = np.arange(rows.size) % folds
    return fold
