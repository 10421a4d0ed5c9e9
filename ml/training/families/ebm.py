"""An explainable boosting machine as a yardstick: see `ml.training.explainable`."""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy.typing as npt

from ml.columns import Frame
from ml.model_inputs import ModelInput
from ml.training.additive_design import design_of, even_or
from ml.training.explainable import Explainable, Settings
from ml.training.families.design import two_classes
from ml.training.families.family import Family, Floats
from ml.training.space import Choice, Range, Real, Whole


class Ebm(Family):
    """Compared only: what of it is worth having in tables, the glass box has."""

    name = "ebm"
    label = {"en": "explainable boosting", "de": "erklärbares Boosting",
             "es": "boosting explicable", "pt": "boosting explicável"}  # fmt: skip
    simplicity = 25

    def __init__(
        self,
        inputs: Sequence[ModelInput],
        seed: int,
        threads: int = 1,
        bags: int = 8,
        pairs: str = "3x",
        learning_rate: float = 0.015,
        max_bins: int = 256,
        min_loans: int = 4,
        max_rounds: int = 50_000,
    ) -> None:
        self.inputs = inputs
        self.seed = seed
        self.threads = threads
        self.bags = bags
        self.pairs = pairs
        self.learning_rate = learning_rate
        self.max_bins = max_bins
        self.min_loans = min_loans
        self.max_rounds = max_rounds

    @classmethod
    def space(cls) -> Mapping[str, Range]:
        return {
            "pairs": Choice(("0x", "1x", "3x")),
            "learning_rate": Real(0.005, 0.05, log=True),
            "min_loans": Whole(2, 50, log=True),
        }

    def fit(
        self, frame: Frame, bad: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
    ) -> Self:
        outcome, weight = two_classes(bad), even_or(sample_weight, frame.rows)
        self.design_ = design_of(self.inputs, frame, outcome, weight, self.max_bins)
        matrix = self.design_.learning_matrix(frame, outcome, weight, self.seed)
        settings = Settings(
            self.bags, self.pairs, self.learning_rate, self.min_loans, self.max_rounds
        )
        machine = Explainable(self.design_, settings, self.seed, self.threads)
        self.machine_ = machine.fit(matrix, outcome, weight)
        return self

    def decision_function(self, frame: Frame) -> Floats:
        return self.machine_.log_odds(self.design_.matrix(self.design_.index(frame)))
