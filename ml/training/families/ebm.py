"""An explainable boosting machine (Nori, Jenkins, Koch, Caruana 2019), as a yardstick.

interpret-core's `ExplainableBoostingClassifier`: cyclic boosting of one feature at a time, then of
pairs that its FAST search finds. Features with a direction of risk take no part in its pairs,
which is how the library keeps them monotone.
"""

import warnings
from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
import numpy.typing as npt
from interpret.glassbox import ExplainableBoostingClassifier

from ml.columns import Frame
from ml.model_inputs import ModelInput
from ml.training.additive_design import design_of, even_or
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
        known = ~np.isnan(matrix).all(axis=0)
        self.known_ = np.flatnonzero(known)
        columns = [self.design_.columns[place] for place in self.known_]
        self.ebm_ = ExplainableBoostingClassifier(
            feature_types=["nominal" if c.sort == "named" else "continuous" for c in columns],
            monotone_constraints=[column.sign for column in columns],
            outer_bags=self.bags,
            interactions=self.pairs,
            learning_rate=self.learning_rate,
            min_samples_leaf=self.min_loans,
            max_rounds=self.max_rounds,
            n_jobs=self.threads,
            random_state=self.seed,
        )
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Missing values detected")  # we draw no graphs of it
            self.ebm_.fit(matrix[:, self.known_], outcome, weight)
        return self

    def decision_function(self, frame: Frame) -> Floats:
        matrix = self.design_.matrix(self.design_.index(frame))
        return np.asarray(self.ebm_.decision_function(matrix[:, self.known_]), dtype=np.float64)
