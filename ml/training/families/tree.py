"""One decision tree."""

from collections.abc import Mapping, Sequence
from typing import Any

from sklearn.tree import DecisionTreeClassifier

from ml.model_inputs import ModelInput
from ml.training.families.design import Designed
from ml.training.space import Range, Real, Whole


class Tree(Designed):
    """`min_share` is the least share of the loans in a leaf."""

    name = "tree"
    label = {"en": "decision tree", "de": "Entscheidungsbaum", "es": "árbol de decisión",
             "pt": "árvore de decisão"}  # fmt: skip
    simplicity = 56

    def __init__(
        self,
        inputs: Sequence[ModelInput],
        seed: int,
        threads: int = 1,
        depth: int = 5,
        min_share: float = 0.03,
    ) -> None:
        self.inputs = inputs
        self.seed = seed
        self.threads = threads
        self.depth = depth
        self.min_share = min_share

    @classmethod
    def space(cls) -> Mapping[str, Range]:
        return {"depth": Whole(2, 10), "min_share": Real(0.002, 0.1, log=True)}

    def learner(self) -> Any:
        return DecisionTreeClassifier(
            max_depth=self.depth, min_samples_leaf=self.min_share, random_state=self.seed
        )
