"""Gradient boosting over histograms, as scikit-learn does it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sklearn.ensemble import HistGradientBoostingClassifier

from ml.model_inputs import ModelInput
from ml.training.families.design import Designed
from ml.training.families.family import Floats
from ml.training.space import Range, Real, Whole


class GradientBoosting(Designed):
    """Monotone where the dictionary says in which direction a field moves risk."""

    name = "gradient_boosting"
    label = {"en": "gradient boosting", "de": "Gradient Boosting", "es": "gradient boosting",
             "pt": "gradient boosting"}  # fmt: skip
    simplicity = 68

    def __init__(
        self,
        inputs: Sequence[ModelInput],
        seed: int,
        threads: int = 1,
        rounds: int = 120,
        depth: int = 3,
        rate: float = 0.05,
        min_leaf: int = 20,
        penalty: float = 2.0,
    ) -> None:
        self.inputs = inputs
        self.seed = seed
        self.threads = threads
        self.rounds = rounds
        self.depth = depth
        self.rate = rate
        self.min_leaf = min_leaf
        self.penalty = penalty

    @classmethod
    def space(cls) -> Mapping[str, Range]:
        return {
            "rounds": Whole(40, 400, log=True), "depth": Whole(2, 6),
            "rate": Real(0.02, 0.2, log=True), "min_leaf": Whole(5, 100, log=True),
            "penalty": Real(0.1, 30.0, log=True),
        }  # fmt: skip

    def learner(self) -> Any:
        return HistGradientBoostingClassifier(
            max_iter=self.rounds, max_depth=self.depth, learning_rate=self.rate,
            min_samples_leaf=self.min_leaf, l2_regularization=self.penalty,
            monotonic_cst=self.design_.signs_, early_stopping=False, random_state=self.seed,
        )  # fmt: skip

    def _log_odds(self, matrix: Floats) -> Floats:
        found: Floats = self.learner_.decision_function(matrix)
        return found
