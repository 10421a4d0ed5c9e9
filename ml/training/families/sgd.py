"""Logistic regression by stochastic gradient descent, averaged over its steps."""

from collections.abc import Mapping, Sequence
from typing import Any

from sklearn.linear_model import SGDClassifier

from ml.model_inputs import ModelInput
from ml.training.families.design import Designed
from ml.training.families.family import Floats
from ml.training.space import Range, Real


class Sgd(Designed):
    """A linear model that sees the loans one by one; `alpha` is the strength of its penalty."""

    name = "sgd"
    label = {"en": "stochastic gradient descent", "de": "stochastischer Gradientenabstieg",
             "es": "descenso de gradiente estocástico",
             "pt": "gradiente descendente estocástico"}  # fmt: skip
    simplicity = 52
    scaled = True

    def __init__(
        self,
        inputs: Sequence[ModelInput],
        seed: int,
        threads: int = 1,
        alpha: float = 0.01,
    ) -> None:
        self.inputs = inputs
        self.seed = seed
        self.threads = threads
        self.alpha = alpha

    @classmethod
    def space(cls) -> Mapping[str, Range]:
        return {"alpha": Real(1e-4, 1.0, log=True)}

    def learner(self) -> Any:
        return SGDClassifier(
            loss="log_loss", alpha=self.alpha, max_iter=200, average=True, random_state=self.seed
        )

    def _log_odds(self, matrix: Floats) -> Floats:
        found: Floats = self.learner_.decision_function(matrix)
        return found
