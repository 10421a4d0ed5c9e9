"""Stacking (Wolpert 1992): a logistic regression over what other families say."""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from ml.columns import Frame
from ml.model_inputs import ModelInput
from ml.training.engine import LOCAL, Engine
from ml.training.families.design import two_classes, weights
from ml.training.families.family import Family, Floats
from ml.training.members import fitted_members, made
from ml.training.space import Range, Real

MEMBERS = ("woe", "boosting", "forest")


class Stacking(Family):
    """It learns from log-odds of loans that the members had not learnt from."""

    name = "stacking"
    label = {"en": "stacking", "de": "Stacking", "es": "stacking", "pt": "stacking"}
    simplicity = 90

    def __init__(
        self,
        inputs: Sequence[ModelInput],
        seed: int,
        threads: int = 1,
        engine: Engine = LOCAL,
        members: Sequence[str] = MEMBERS,
        c: float = 1.0,
    ) -> None:
        self.inputs = inputs
        self.seed = seed
        self.threads = threads
        self.engine = engine
        self.members = members
        self.c = c

    @classmethod
    def space(cls) -> Mapping[str, Range]:
        return {"c": Real(0.001, 10.0, log=True)}

    def fit(
        self, frame: Frame, bad: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
    ) -> Self:
        outcome, weight = two_classes(bad), weights(sample_weight)
        with threadpool_limits(limits=self.threads):
            members = {name: made(name, self) for name in self.members}
            self.members_ = fitted_members(members, frame, outcome, weight, self.seed)
            self.learner_ = LogisticRegression(C=self.c, solver="newton-cholesky")
            rows = self.members_.rows
            part = None if weight is None else weight[rows]
            self.learner_.fit(self.members_.held_out, outcome[rows], part)
        return self

    def decision_function(self, frame: Frame) -> Floats:
        found: Floats = self.learner_.decision_function(self.members_.log_odds(frame))
        return found

    def account(self) -> Mapping[str, object]:
        pairs = zip(self.members_.fitted, self.learner_.coef_[0].tolist(), strict=True)
        return {"weights": dict(pairs), "left_out": self.members_.left_out}
