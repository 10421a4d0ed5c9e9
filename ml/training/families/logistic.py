"""Logistic regression on scaled columns, as the seeds compared it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sklearn.linear_model import LogisticRegression

from ml.model_inputs import ModelInput
from ml.training.families.design import Designed
from ml.training.families.family import Floats
from ml.training.space import Range, Real


class Logistic(Designed):
    """Ridge-penalised logistic regression; `c` is the inverse of the penalty."""

    name = "logistic"
    label = {"en": "logistic regression", "de": "logistische Regression",
             "es": "regresión logística", "pt": "regressão logística"}  # fmt: skip
    simplicity = 50
    scaled = True

    def __init__(
        self, inputs: Sequence[ModelInput], seed: int, threads: int = 1, c: float = 0.1
    ) -> None:
        self.inputs = inputs
        self.seed = seed
        self.threads = threads
        self.c = c

    @classmethod
    def space(cls) -> Mapping[str, Range]:
        return {"c": Real(0.001, 10.0, log=True)}

    def learner(self) -> Any:
        return LogisticRegression(C=self.c, solver="newton-cholesky", max_iter=200)

    def _log_odds(self, matrix: Floats) -> Floats:
        found: Floats = self.learner_.decision_function(matrix)
        return found
