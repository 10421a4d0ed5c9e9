"""Gaussian naive Bayes: every column by itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from sklearn.naive_bayes import GaussianNB

from ml.model_inputs import ModelInput
from ml.training.families.design import Designed
from ml.training.families.family import Floats
from ml.training.space import Range, Real


class NaiveBayes(Designed):
    """`smoothing` widens every bell curve by that share of the widest one."""

    name = "naive_bayes"
    label = {"en": "naive Bayes", "de": "naiver Bayes", "es": "Bayes ingenuo",
             "pt": "Bayes ingênuo"}  # fmt: skip
    simplicity = 54
    scaled = True

    def __init__(
        self, inputs: Sequence[ModelInput], seed: int, threads: int = 1, smoothing: float = 0.1
    ) -> None:
        self.inputs = inputs
        self.seed = seed
        self.threads = threads
        self.smoothing = smoothing

    @classmethod
    def space(cls) -> Mapping[str, Range]:
        return {"smoothing": Real(1e-4, 10.0, log=True)}

    def learner(self) -> Any:
        return GaussianNB(var_smoothing=self.smoothing)

    def _log_odds(self, matrix: Floats) -> Floats:
        """The difference of the logarithms, which probabilities of 0 and 1 would lose."""
        joint = self.learner_.predict_joint_log_proba(matrix)
        found: Floats = joint[:, 1] - joint[:, 0]
        return found
