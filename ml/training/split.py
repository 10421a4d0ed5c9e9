"""Keeping some loans back, so that a model is judged by what it has not seen."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from ml.scaling import PPM

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Method = Literal["random", "grouped", "out_of_time"]


@dataclass(frozen=True, slots=True)
class Split:
    """Row numbers to learn from and to judge by, each ascending.

    `cut` is the first day of the holdout when the split is by time; `apart` are rows in neither
    part, loans of an applicant who also stands in the holdout. `rows_hash` is over the ids of all
    rows in their order, `held_hash` over those held out: with them the same split can be made
    again, or is refused.
    """

    method: Method
    seed: int
    train: Ints
    holdout: Ints
    rows_hash: str
    held_hash: str
    share: float
    cut: int | None = None
    apart: int = 0

    def document(self) -> dict[str, object]:
        """What is stored of a split: enough to make it again from the same loans."""
        return {
            "method": self.method,
            "seed": self.seed,
            "share_ppm": round(self.share * PPM),
            "rows": self.rows_hash,
            "held": self.held_hash,
            "train": int(self.train.size),
            "holdout": int(self.holdout.size),
            "cut": self.cut,
            "apart": self.apart,
        }


def split_rows(
    target: npt.ArrayLike,
    *,
    seed: int,
    holdout: float = 0.3,
    dates: npt.ArrayLike | None = None,
    groups: npt.ArrayLike | None = None,
    method: Method = "random",
    ids: Sequence[str] | None = None,
) -> Split:
    """Split n loans: by chance within goods and bads, by applicant, or the latest by date.

    `dates` are days since 1970 for "out_of_time"; loans of one day stay together. `groups` are
    n numbers, one for each applicant; nobody's loans stand in both parts under "grouped" and
    "out_of_time". Raises ValueError where either side would lack goods or bads.
    """
    bad = np.asarray(target).astype(bool)
    if not 0 < holdout < 1:
        raise ValueError("holdout must lie between 0 and 1")
    days = None if dates is None else np.asarray(dates, dtype=np.int64)
    whose = None if groups is None else np.asarray(groups)
    held, cut = _held(method, bad, seed, holdout, days, whose)
    learnt = ~held
    if method != "random" and whose is not None:
        learnt &= ~np.isin(whose, whose[held])
    for name, rows in (("training", learnt), ("holdout", held)):
        if not bad[rows].any() or bad[rows].all():
            raise ValueError(f"the {name} part needs goods and bads")
    return Split(
        method=method,
        seed=seed,
        train=np.flatnonzero(learnt),
        holdout=np.flatnonzero(held),
        rows_hash=rows_hash(np.arange(bad.size), ids),
        held_hash=rows_hash(np.flatnonzero(held), ids),
        share=holdout,
        cut=cut,
        apart=int((~learnt & ~held).sum()),
    )


def split_again(
    document: Mapping[str, object],
    target: npt.ArrayLike,
    *,
    dates: npt.ArrayLike | None = None,
    groups: npt.ArrayLike | None = None,
    ids: Sequence[str] | None = None,
) -> Split:
    """The split a stored document tells of. Raises ValueError where the loans are others."""
    if document["rows"] != rows_hash(np.arange(np.asarray(target).size), ids):
        raise ValueError("these are not the loans that were split")
    again = split_rows(
        target,
        seed=int(str(document["seed"])),
        holdout=int(str(document["share_ppm"])) / PPM,
        dates=dates,
        groups=groups,
        method=document["method"],  # type: ignore[arg-type]
        ids=ids,
    )
    if again.document() != dict(document):
        raise ValueError("outcomes, dates or applicants are not those that were split")
    return again


def rows_hash(rows: Ints, ids: Sequence[str] | None) -> str:
    """A hash of the ids of those rows in their order; without ids, of their numbers."""
    named = [str(row) if ids is None else ids[row] for row in rows.tolist()]
    return f"sha256:{hashlib.sha256(chr(10).join(named).encode()).hexdigest()}"


def _held(
    method: Method, bad: Mask, seed: int, share: float, days: Ints | None, groups: Ints | None
) -> tuple[Mask, int | None]:
    if method == "random":
        return _drawn(bad, seed, share), None
    if method == "grouped":
        if groups is None:
            raise ValueError("a split by applicant needs to know whose loan each is")
        _, whose = np.unique(groups, return_inverse=True)
        return _drawn(np.bincount(whose, weights=bad) > 0, seed, share)[whose], None
    if days is None:
        raise ValueError("a split by time needs every loan's date")
    cut = int(np.sort(days)[int(days.size * (1 - share))])
    return days >= cut, cut


def _drawn(bad: Mask, seed: int, share: float) -> Mask:
    """By chance, the same share of goods and of bads."""
    generator = np.random.default_rng(seed)
    held = np.zeros(bad.size, dtype=bool)
    for rows in (np.flatnonzero(bad), np.flatnonzero(~bad)):
        held[generator.permutation(rows)[: round(rows.size * share)]] = True
    return held


def stratified_folds(
    target: npt.ArrayLike, *, seed: int, folds: int, groups: npt.ArrayLike | None = None
) -> Ints:
    """The fold of each of n rows, 0 to folds - 1, goods and bads spread evenly.

    With `groups`, all loans of one applicant lie in one fold, and it is applicants with a bad
    loan that are spread evenly.
    """
    bad = np.asarray(target).astype(bool)
    if groups is not None:
        _, whose = np.unique(np.asarray(groups), return_inverse=True)
        spread = stratified_folds(np.bincount(whose, weights=bad) > 0, seed=seed, folds=folds)
        return spread[whose]
    if min(int(bad.sum()), int((~bad).sum())) < folds:
        raise ValueError(f"each of {folds} folds needs a good and a bad")
    generator = np.random.default_rng(seed)
    fold = np.empty(bad.size, dtype=np.int64)
    for rows in (np.flatnonzero(bad), np.flatnonzero(~bad)):
        fold[generator.permutation(rows)] = np.arange(rows.size) % folds
    return fold
