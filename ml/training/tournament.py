"""One call from past loans to a recommended model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from ml.columns import Frame
from ml.dictionary import Dictionary
from ml.model import Model
from ml.scaling import STANDARD, Scaling
from ml.training.boosting import train_boosting
from ml.training.compare import Comparison, compare
from ml.training.loan_data import LoanData
from ml.training.plan import Plan
from ml.training.progress import Progress, part, silent
from ml.training.scorecard import train_scorecard
from ml.training.split import Method, Split, split_rows
from ml.training.trained import Trained

__all__ = ["Family", "LoanData", "Plan", "Tournament", "tournament", "train"]

Family = Literal["woe", "boosting"]


class Trainer(Protocol):
    """What a family brings to be trained."""

    def __call__(
        self,
        frame: Frame,
        target: npt.ArrayLike,
        dictionary: Dictionary,
        features: Sequence[str],
        *,
        seed: int,
        progress: Progress = silent,
        scaling: Scaling = STANDARD,
    ) -> Trained: ...


TRAINERS: dict[str, Trainer] = {"woe": train_scorecard, "boosting": train_boosting}


@dataclass(frozen=True)
class Tournament:
    """The split, what was trained on its one side, and the verdict of the other."""

    split: Split
    candidates: tuple[Trained | Model, ...]
    comparison: Comparison

    @property
    def champion(self) -> Model:
        """The recommended model."""
        candidate = self.candidates[self.comparison.recommended]
        return candidate.model if isinstance(candidate, Trained) else candidate


def train(
    family: Family,
    frame: Frame,
    target: npt.ArrayLike,
    dictionary: Dictionary,
    features: Sequence[str],
    *,
    seed: int,
    progress: Progress = silent,
    scaling: Scaling = STANDARD,
) -> Trained:
    """Train one family on exactly the rows given."""
    trainer = TRAINERS[family]
    return trainer(
        frame, target, dictionary, features, seed=seed, progress=progress, scaling=scaling
    )


def tournament(
    frame: Frame,
    target: npt.ArrayLike,
    dictionary: Dictionary,
    features: Sequence[str],
    *,
    seed: int,
    families: Sequence[Family] = ("woe", "boosting"),
    extra: Sequence[Model] = (),
    dates: npt.ArrayLike | None = None,
    holdout: float = 0.3,
    progress: Progress = silent,
    scaling: Scaling = STANDARD,
) -> Tournament:
    """Split, train each family on one part, compare on the other.

    With `dates` (days since 1970) the latest loans are held out, otherwise a random part.
    `extra` are finished models to compare with, such as the expert scorecard in charge.
    """
    outcomes = np.asarray(target)
    progress("split", 0.0)
    method: Method = "random" if dates is None else "out_of_time"
    split = split_rows(outcomes, seed=seed, holdout=holdout, dates=dates, method=method)
    learnt, judged = frame.take(split.train), frame.take(split.holdout)
    known, unseen = outcomes[split.train], outcomes[split.holdout]
    candidates: list[Trained | Model] = list(extra)
    for number, family in enumerate(families):
        share = 0.95 / len(families)
        candidates.append(
            TRAINERS[family](
                learnt,
                known,
                dictionary,
                features,
                seed=seed,
                progress=part(progress, share * number, share * (number + 1)),
                scaling=scaling,
            )
        )
    progress("comparing", 0.95)
    comparison = compare(candidates, learnt, known, judged, unseen)
    progress("comparing", 1.0)
    return Tournament(split, tuple(candidates), comparison)
