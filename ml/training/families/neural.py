"""A small neural network: one hidden layer."""

from collections.abc import Mapping, Sequence
from typing import Any

from sklearn.neural_network import MLPClassifier

from ml.model_inputs import ModelInput
from ml.training.families.design import Designed
from ml.training.space import Range, Real, Whole


class Neural(Designed):
    """`alpha` is the strength of its penalty; it stops when a tenth kept back gets no better."""

    name = "neural"
    label = {"en": "neural network", "de": "neuronales Netz", "es": "red neuronal",
             "pt": "rede neural"}  # fmt: skip
    simplicity = 80
    scaled = True

    def __init__(
        self,
        inputs: Sequence[ModelInput],
        seed: int,
        threads: int = 1,
        units: int = 16,
        alpha: float = 1.0,
        rate: float = 0.003,
    ) -> None:
        self.inputs = inputs
        self.seed = seed
        self.threads = threads
        self.units = units
        self.alpha = alpha
        self.rate = rate

    @classmethod
    def space(cls) -> Mapping[str, Range]:
        return {
            "units": Whole(4, 64, log=True), "alpha": Real(0.01, 10.0, log=True),
            "rate": Real(0.0005, 0.02, log=True),
        }  # fmt: skip

    def learner(self) -> Any:
        return MLPClassifier(
            hidden_layer_sizes=(self.units,), alpha=self.alpha, learning_rate_init=self.rate,
            early_stopping=True, max_iter=60, random_state=self.seed,
        )  # fmt: skip
