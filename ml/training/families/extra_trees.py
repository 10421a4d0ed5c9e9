"""Extremely randomised trees (Geurts 2006): thresholds are drawn too."""

from collections.abc import Mapping, Sequence
from typing import Any

from sklearn.ensemble import ExtraTreesClassifier

from ml.model_inputs import ModelInput
from ml.training.families.design import Designed
from ml.training.space import Range, Real, Whole


class ExtraTrees(Designed):
    """`min_leaf` loans at least stand in a leaf; a split looks at `features` of the columns."""

    name = "extra_trees"
    label = {"en": "extra trees", "de": "Extra Trees", "es": "extra trees",
             "pt": "extra trees"}  # fmt: skip
    simplicity = 62

    def __init__(
        self,
        inputs: Sequence[ModelInput],
        seed: int,
        threads: int = 1,
        trees: int = 200,
        min_leaf: int = 5,
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
        return ExtraTreesClassifier(
            n_estimators=self.trees, min_samples_leaf=self.min_leaf, max_features=self.features,
            random_state=self.seed, n_jobs=self.threads,
        )  # fmt: skip
