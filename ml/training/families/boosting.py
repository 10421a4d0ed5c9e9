"""XGBoost, as the trainer of boosting makes it."""

from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt
import xgboost

from ml.boosting import tree_margins
from ml.calibration import Calibration
from ml.columns import Frame
from ml.model import Model
from ml.model_inputs import ModelInput
from ml.scaling import Scaling
from ml.training.boosting import _data, _model, _tree_input
from ml.training.families.family import Family, Floats


class Boosting(Family):
    """Monotone boosted trees with native categories."""

    name = "boosting"
    label = {"en": "XGBoost", "de": "XGBoost", "es": "XGBoost", "pt": "XGBoost"}
    explained = "exact"
    simplicity = 40

    def __init__(
        self,
        inputs: Sequence[ModelInput],
        seed: int,
        threads: int = 1,
        depth: int = 2,
        rounds: int = 120,
    ) -> None:
        self.inputs = inputs
        self.seed = seed
        self.threads = threads
        self.depth = depth
        self.rounds = rounds

    def fit(
        self, frame: Frame, bad: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
    ) -> Self:
        outcomes = np.asarray(bad).astype(np.int64)
        self.sources_ = [_tree_input(source, frame) for source in self.inputs]
        self.data_ = _data(self.inputs, self.sources_, frame, outcomes)
        rows = self.data_.rows(np.arange(outcomes.size))
        self.booster_ = xgboost.train(
            self.data_.parameters(self.depth, self.seed), rows, self.rounds
        )
        return self

    def decision_function(self, frame: Frame) -> Floats:
        empty = np.zeros(frame.rows, dtype=np.int64)
        return tree_margins(
            self.booster_, _data(self.inputs, self.sources_, frame, empty).matrix
        ).astype(np.float64)

    def compiled(
        self,
        frame: Frame,
        bad: npt.ArrayLike,
        calibration: Calibration,
        dictionary_hash: str,
        scaling: Scaling,
    ) -> Model:
        return _model(
            self.booster_, self.data_, self.sources_, calibration.straight, dictionary_hash, scaling
        )
