"""XGBoost stumps: every tree looks at one feature, or at one of a few pairs.

What the glass box is made of, before it is averaged, written down as tables and rounded: a
yardstick of what that costs.
"""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy.typing as npt
from threadpoolctl import threadpool_limits

from ml.columns import Frame
from ml.model_inputs import ModelInput
from ml.training.additive_design import design_of, even_or
from ml.training.additive_trees import AdditiveTrees, Growth, Pair, strongest_pairs
from ml.training.families.design import two_classes
from ml.training.families.family import Family, Floats
from ml.training.space import Choice, Range, Real, Whole


class Stumps(Family):
    """Depth 1 without pairs, depth 2 with them."""

    name = "stumps"
    label = {"en": "boosted stumps", "de": "geboostete Stümpfe", "es": "tocones potenciados",
             "pt": "tocos potenciados"}  # fmt: skip
    simplicity = 22

    def __init__(
        self,
        inputs: Sequence[ModelInput],
        seed: int,
        threads: int = 1,
        pairs: int = 0,
        rounds: int = 300,
        eta: float = 0.08,
        min_loans: float = 30.0,
        shrink: float = 5.0,
        max_bins: int = 96,
    ) -> None:
        self.inputs = inputs
        self.seed = seed
        self.threads = threads
        self.pairs = pairs
        self.rounds = rounds
        self.eta = eta
        self.min_loans = min_loans
        self.shrink = shrink
        self.max_bins = max_bins

    @classmethod
    def space(cls) -> Mapping[str, Range]:
        return {
            "pairs": Choice((0, 3, 6)),
            "rounds": Whole(80, 1_200, log=True),
            "min_loans": Real(5.0, 100.0, log=True),
            "shrink": Real(1.0, 30.0, log=True),
        }

    def fit(
        self, frame: Frame, bad: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
    ) -> Self:
        outcome, weight = two_classes(bad), even_or(sample_weight, frame.rows)
        with threadpool_limits(limits=self.threads):
            self.design_ = design_of(self.inputs, frame, outcome, weight, self.max_bins)
            matrix = self.design_.learning_matrix(frame, outcome, weight, self.seed)
            learnt = (matrix, outcome, weight)
            self.trees_ = AdditiveTrees(self.design_, self._growth(1))
            self.grown_ = self.trees_.grown(learnt, self.rounds, 0)
            self.pairs_: tuple[Pair, ...] = ()
            if self.pairs:
                alone = self.trees_.log_odds([self.grown_], matrix)
                index = self.design_.index(frame)
                self.pairs_ = strongest_pairs(
                    self.design_, index, outcome, weight, alone, self.pairs
                )
                self.trees_ = AdditiveTrees(self.design_, self._growth(2), self.pairs_)
                self.grown_ = self.trees_.grown(learnt, self.rounds, 0)
        return self

    def decision_function(self, frame: Frame) -> Floats:
        matrix = self.design_.matrix(self.design_.index(frame))
        return self.trees_.log_odds([self.grown_], matrix)

    def account(self) -> Mapping[str, object]:
        names = [each.name for each in self.inputs]
        return {"pairs": [[names[first], names[second]] for first, second in self.pairs_]}

    def _growth(self, depth: int) -> Growth:
        return Growth(self.eta, depth, self.min_loans, self.shrink, self.seed, self.threads)
