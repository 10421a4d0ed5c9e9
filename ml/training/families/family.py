"""What every family of models brings to a tournament.

A family follows scikit-learn's conventions: the constructor only assigns, `fit` returns self,
`get_params` and `set_params` come from `BaseEstimator`, what is learnt ends in an underscore.
Its X is a `Frame` of typed columns, its y n outcomes (1 = bad, 0 = good).

A new family is one file in this folder with one class. It is found by its file; nothing lists it.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator

from ml.calibration import Calibration, probability
from ml.columns import Frame
from ml.model import Model
from ml.model_inputs import ModelInput
from ml.scaling import Scaling
from ml.training.space import Range, Setting

Floats = npt.NDArray[np.float64]
Explained = Literal["table", "exact", "none"]
"""How a score is explained: `table` adds up whole points, `exact` has exact contributions
(TreeSHAP), `none` is compared only and never decides."""


class Family(BaseEstimator, ABC):  # type: ignore[misc]  # scikit-learn is untyped
    """A kind of model: how it learns, what may be tuned, and what it becomes in production."""

    name: ClassVar[str]
    """Its one word: the file's name, the artifact's family where it has one."""
    label: ClassVar[Mapping[str, str]]
    """What people call it, per language (en, de, es, pt)."""
    explained: ClassVar[Explained] = "none"
    simplicity: ClassVar[int]
    """Its place among the families; the lower, the easier to explain. No two share one."""
    defaults: ClassVar[Mapping[str, Setting]] = {}
    """Settings of the first trial, where they are not the constructor's."""

    inputs: Sequence[ModelInput]
    seed: int
    threads: int

    @abstractmethod
    def fit(
        self, frame: Frame, bad: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
    ) -> Self:
        """Learn from exactly these n rows. Raises TrainingRefused where they cannot carry it."""

    @abstractmethod
    def decision_function(self, frame: Frame) -> Floats:
        """Log-odds of being bad, shape (n,), before calibration."""

    def predict_proba(self, frame: Frame) -> Floats:
        """Uncalibrated probabilities of good and bad, shape (n, 2)."""
        bad = probability(self.decision_function(frame))
        return np.column_stack([1 - bad, bad])

    @classmethod
    def space(cls) -> Mapping[str, Range]:
        """The settings worth tuning; none where there are none."""
        return {}

    def compiled(
        self,
        frame: Frame,
        bad: npt.ArrayLike,
        calibration: Calibration,
        dictionary_hash: str,
        scaling: Scaling,
    ) -> Model | None:
        """The model of record, or None for a family that is compared only.

        `frame` and `bad` are the rows `fit` saw: references of contributions and the ends of
        the PD table come from them.
        """
        return None

    def account(self) -> Mapping[str, object]:
        """What a model card says about the fit; JSON-able."""
        return {}
