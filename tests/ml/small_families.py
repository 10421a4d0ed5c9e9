"""Families that learn in a blink, for tests of the tournament itself."""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
from sklearn.linear_model import LogisticRegression

from ml.columns import Frame
from ml.model_inputs import ModelInput
from ml.training import TrainingRefused
from ml.training.families.family import Family
from ml.training.space import Choice, Range, Real


class Quick(Family):
    """Logistic regression on the numbers, compared only; counts how often it is fitted."""

    name = "quick"
    label = {"en": "quick one", "de": "Schneller"}
    simplicity = 900
    fits = 0

    def __init__(
        self,
        inputs: Sequence[ModelInput],
        seed: int,
        threads: int = 1,
        c: float = 1.0,
        sign: str = "right",
    ) -> None:
        self.inputs = inputs
        self.seed = seed
        self.threads = threads
        self.c = c
        self.sign = sign

    @classmethod
    def space(cls) -> Mapping[str, Range]:
        return {"c": Real(0.001, 10.0, log=True), "sign": Choice(("right", "wrong"))}

    def fit(self, frame: Frame, bad: np.ndarray, sample_weight: np.ndarray | None = None) -> Self:
        type(self).fits += 1
        matrix = self._matrix(frame)
        self.scale_ = matrix.mean(axis=0), matrix.std(axis=0) + 1e-9
        self.model_ = LogisticRegression(C=self.c).fit(self._scaled(matrix), bad, sample_weight)
        return self

    def decision_function(self, frame: Frame) -> np.ndarray:
        score = self.model_.decision_function(self._scaled(self._matrix(frame)))
        return score if self.sign == "right" else -score

    def _scaled(self, matrix: np.ndarray) -> np.ndarray:
        return (matrix - self.scale_[0]) / self.scale_[1]

    def _matrix(self, frame: Frame) -> np.ndarray:
        numbers = [frame.columns[each.name] for each in self.inputs if each.kind == "number"]
        return np.column_stack([np.where(c.null, 0, c.values).astype(float) for c in numbers])


class Stubborn(Quick):
    """Never learns."""

    name = "stubborn"
    label = {"en": "stubborn one"}
    simplicity = 901

    def fit(self, frame: Frame, bad: np.ndarray, sample_weight: np.ndarray | None = None) -> Self:
        raise TrainingRefused("not with these loans")
