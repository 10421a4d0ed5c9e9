"""XGBoost: monotone boosted trees with native categories, the yardstick and the challenger."""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from ml.boosting import (
    OBJECTIVE,
    BoostingSettings,
    Encoder,
    encode,
    exact,
    leaf_tables,
    tree_margins,
)
from ml.boosting import Boosting as BoostingModel
from ml.calibration import Calibration
from ml.columns import Frame
from ml.model import Model
from ml.model_inputs import ModelInput
from ml.scaling import Scaling
from ml.training.engine import LOCAL, Engine
from ml.training.families.design import two_classes, weights
from ml.training.families.family import Family, Floats
from ml.training.space import Range, Real, Whole
from ml.training.split import stratified_folds
from ml.training.tree_data import Ints, Singles, TreeData, tree_data

FOLDS = 3
MOST_ROUNDS = 800
PATIENCE = 40
MANY_ROWS = 5_000
"""From so many loans on, one of the folds says well enough when to stop."""


class Boosting(Family):
    """A field's direction of risk is a constraint on the margin.

    `depth` of the trees, `eta` how far each one goes, `min_child` the least sum of p(1 - p) in a
    leaf, `rows` and `columns` the share each tree and each split sees, `penalty` on the leaves.
    How many `rounds` is found by folds inside the rows given, unless it is told.
    """

    name = "boosting"
    label = {"en": "XGBoost", "de": "XGBoost", "es": "XGBoost", "pt": "XGBoost"}
    explained = "exact"
    simplicity = 40

    def __init__(
        self,
        inputs: Sequence[ModelInput],
        seed: int,
        threads: int = 1,
        engine: Engine = LOCAL,
        rounds: int | None = None,
        depth: int = 3,
        eta: float = 0.05,
        min_child: float = 4.0,
        rows: float = 0.7,
        columns: float = 0.5,
        penalty: float = 2.0,
    ) -> None:
        self.inputs = inputs
        self.seed = seed
        self.threads = threads
        self.engine = engine
        self.rounds = rounds
        self.depth = depth
        self.eta = eta
        self.min_child = min_child
        self.rows = rows
        self.columns = columns
        self.penalty = penalty

    @classmethod
    def space(cls) -> Mapping[str, Range]:
        return {
            "depth": Whole(2, 5),
            "eta": Real(0.02, 0.15, log=True),
            "min_child": Real(1.0, 40.0, log=True),
            "rows": Real(0.5, 1.0),
            "columns": Real(0.2, 1.0),
            "penalty": Real(0.3, 30.0, log=True),
        }

    def fit(
        self, frame: Frame, bad: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
    ) -> Self:
        """Find the number of rounds where it is not given, then grow the trees on all rows."""
        outcome, weight = two_classes(bad), weights(sample_weight)
        with threadpool_limits(limits=self.threads):
            data, self.sources_ = tree_data(self.inputs, frame, outcome, weight, self.seed)
            self.rounds_ = self._rounds(data) if self.rounds is None else self.rounds
            self.booster_ = self.engine.grow(self._parameters(data), data, self.rounds_).booster
        self.booster_.set_param({"nthread": self.threads})
        return self

    def decision_function(self, frame: Frame) -> Floats:
        return tree_margins(self.booster_, self._matrix(frame))

    def compiled(
        self,
        frame: Frame,
        bad: npt.ArrayLike,
        calibration: Calibration,
        dictionary_hash: str,
        scaling: Scaling,
    ) -> Model:
        matrix, good = self._matrix(frame), np.asarray(bad) == 0
        tables = leaf_tables(self.booster_, len(self.sources_))
        references = tables.columns(matrix[good]).mean(axis=0).tolist()
        slope = -scaling.factor * calibration.straight.slope
        intercept = scaling.offset - scaling.factor * calibration.straight.intercept
        points = np.rint(slope * tree_margins(self.booster_, matrix) + intercept)
        settings = BoostingSettings(
            base=scaling.document(),
            slope=exact(slope),
            intercept=exact(intercept),
            inputs=tuple(
                source.model_copy(update={"reference": exact(reference)})
                for source, reference in zip(self.sources_, references, strict=True)
            ),
            pd=calibration.pd_steps(scaling, int(points.min()), int(points.max())),
        )
        return BoostingModel(dictionary_hash, settings, bytes(self.booster_.save_raw("ubj")))

    def account(self) -> Mapping[str, object]:
        return {"rounds": self.rounds_, "depth": self.depth, "engine": self.engine.kind}

    def _matrix(self, frame: Frame) -> Singles:
        return encode([Encoder(source) for source in self.sources_], frame)

    def _parameters(self, data: TreeData) -> dict[str, object]:
        return {
            "objective": OBJECTIVE,
            "eval_metric": "logloss",
            "tree_method": "hist",
            "nthread": self.threads,
            "seed": self.seed,
            "max_depth": self.depth,
            "eta": self.eta,
            "min_child_weight": self.min_child,
            "subsample": self.rows,
            "colsample_bynode": self.columns,
            "reg_lambda": self.penalty,
            "monotone_constraints": "(" + ",".join(map(str, data.signs)) + ")",
        }

    def _rounds(self, data: TreeData) -> int:
        """After how many rounds the loans held out are told best, on the mean of the folds."""
        fold = stratified_folds(data.bad, seed=self.seed, folds=FOLDS)
        tried = FOLDS if data.bad.size < MANY_ROWS else 1
        curves = [self._curve(data, fold, number) for number in range(tried)]
        shortest = min(len(curve) for curve in curves)
        return int(np.mean([curve[:shortest] for curve in curves], axis=0).argmin()) + 1

    def _curve(self, data: TreeData, fold: Ints, number: int) -> tuple[float, ...]:
        held = data.take(np.flatnonzero(fold == number))
        rest = data.take(np.flatnonzero(fold != number))
        grown = self.engine.grow(self._parameters(rest), rest, MOST_ROUNDS, held, PATIENCE)
        return grown.curve
