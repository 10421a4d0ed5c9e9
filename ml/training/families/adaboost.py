"""AdaBoost over small trees."""

from collections.abc import Mapping, Sequence
from typing import Any

from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

from ml.model_inputs import ModelInput
from ml.training.families.design import Designed
from ml.training.families.family import Floats
from ml.training.space import Range, Real, Whole


class Adaboost(Designed):
    """Trees of `depth`, each looking harder at what the earlier ones got wrong."""

    name = "adaboost"
    label = {"en": "AdaBoost", "de": "AdaBoost", "es": "AdaBoost", "pt": "AdaBoost"}
    simplicity = 66

    def __init__(
        self,
        inputs: Sequence[ModelInput],
        seed: int,
        threads: int = 1,
        rounds: int = 150,
        depth: int = 1,
        rate: float = 0.5,
    ) -> None:
        self.inputs = inputs
        self.seed = seed
        self.threads = threads
        self.rounds = rounds
        self.depth = depth
        self.rate = rate

    @classmethod
    def space(cls) -> Mapping[str, Range]:
        return {
            "rounds": Whole(50, 300), "depth": Whole(1, 2), "rate": Real(0.05, 1.0, log=True),
        }  # fmt: skip

    def learner(self) -> Any:
        return AdaBoostClassifier(
            DecisionTreeClassifier(max_depth=self.depth),
            n_estimators=self.rounds, learning_rate=self.rate, random_state=self.seed,
        )  # fmt: skip

    def _log_odds(self, matrix: Floats) -> Floats:
        found: Floats = self.learner_.decision_function(matrix)
        return found
