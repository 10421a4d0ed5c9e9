"""LightGBM: gradient boosting that grows its trees leaf by leaf."""

from collections.abc import Mapping, Sequence
from typing import Any

from lightgbm import LGBMClassifier

from ml.model_inputs import ModelInput
from ml.training.families.design import Designed
from ml.training.families.family import Floats
from ml.training.space import Range, Real, Whole


class LightGbm(Designed):
    """Monotone where the dictionary says in which direction a field moves risk."""

    name = "light_gbm"
    label = {"en": "LightGBM", "de": "LightGBM", "es": "LightGBM", "pt": "LightGBM"}
    simplicity = 70

    def __init__(
        self,
        inputs: Sequence[ModelInput],
        seed: int,
        threads: int = 1,
        rounds: int = 150,
        leaves: int = 8,
        rate: float = 0.05,
        min_leaf: int = 20,
        columns: float = 0.5,
        penalty: float = 2.0,
    ) -> None:
        self.inputs = inputs
        self.seed = seed
        self.threads = threads
        self.rounds = rounds
        self.leaves = leaves
        self.rate = rate
        self.min_leaf = min_leaf
        self.columns = columns
        self.penalty = penalty

    @classmethod
    def space(cls) -> Mapping[str, Range]:
        return {
            "rounds": Whole(40, 500, log=True), "leaves": Whole(3, 48, log=True),
            "rate": Real(0.02, 0.2, log=True), "min_leaf": Whole(5, 100, log=True),
            "columns": Real(0.3, 1.0), "penalty": Real(0.1, 30.0, log=True),
        }  # fmt: skip

    def learner(self) -> Any:
        return LGBMClassifier(
            n_estimators=self.rounds, num_leaves=self.leaves, learning_rate=self.rate,
            min_child_samples=self.min_leaf, colsample_bytree=self.columns,
            reg_lambda=self.penalty, subsample=0.8, subsample_freq=1,
            monotone_constraints=self.design_.signs_, random_state=self.seed,
            n_jobs=self.threads, deterministic=True, force_row_wise=True, verbosity=-1,
        )  # fmt: skip

    def _log_odds(self, matrix: Floats) -> Floats:
        found: Floats = self.learner_.booster_.predict(
            matrix, raw_score=True, num_threads=self.threads
        )
        return found
