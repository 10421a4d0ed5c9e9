"""Random forest in which every tree sees as many goods as bads (Chen 2004)."""

from collections.abc import Mapping, Sequence
from typing import Any

from imblearn.ensemble import BalancedRandomForestClassifier

from ml.model_inputs import ModelInput
from ml.training.families.design import Designed
from ml.training.space import Range, Real, Whole


class BalancedForest(Designed):
    """`min_leaf` loans at least stand in a leaf; a split looks at `features` of the columns."""

    name = "balanced_forest"
    label = {"en": "balanced random forest", "de": "balancierter Random Forest",
             "es": "bosque aleatorio balanceado",
             "pt": "floresta aleatória balanceada"}  # fmt: skip
    simplicity = 64

    def __init__(
        self,
        inputs: Sequence[ModelInput],
        seed: int,
        threads: int = 1,
        trees: int = 200,
        min_leaf: int = 3,
        features: float = 0.2,
    ) -> None:
        self.inputs = inputs
        self.seed = seed
        self.threads = threads
        self.trees = trees
        self.min_leaf = min_leaf
        self.features = features

    @classmethod
    def space(cls) -> Mapping[str, Range]:
        return {"min_leaf": Whole(2, 60, log=True), "features": Real(0.05, 0.8)}

    def learner(self) -> Any:
        return BalancedRandomForestClassifier(
            n_estimators=self.trees, min_samples_leaf=self.min_leaf, max_features=self.features,
            random_state=self.seed, n_jobs=self.threads,
            sampling_strategy="all", replacement=True, bootstrap=False,
        )  # fmt: skip
