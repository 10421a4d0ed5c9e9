"""Training monotone XGBoost: depth and rounds by cross-validation inside the training rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xgboost
from threadpoolctl import threadpool_limits

from ml.boosting import (
    OBJECTIVE,
    Boosting,
    BoostingSettings,
    Encoder,
    TreeInput,
    encode,
    exact,
    tree_margins,
    tree_shares,
)
from ml.calibration import Straight
from ml.columns import Frame
from ml.dictionary import Dictionary
from ml.model import pd_lookup
from ml.model_inputs import ModelInput, model_inputs
from ml.scaling import STANDARD, Scaling
from ml.training.progress import Progress, part, silent
from ml.training.split import stratified_folds
from ml.training.trained import FOLDS, Trained, calibrated, checked_target, fold_metrics, libraries

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

DEPTHS = (2, 3, 4)
MAX_ROUNDS = 500
PATIENCE = 40
REFERENCE_ROWS = 5_000
"""TreeSHAP over more good loans than this would not move their mean by a point."""
LEARNING: dict[str, object] = {
    "objective": OBJECTIVE,
    "eval_metric": "logloss",
    "tree_method": "hist",
    "nthread": 1,
    "subsample": 0.7,
    "colsample_bynode": 0.5,
    "reg_lambda": 2,
}
MANY_ROWS = 20_000
FEW_ROWS: dict[str, object] = {"eta": 0.05, "min_child_weight": 3}
MORE_ROWS: dict[str, object] = {"eta": 0.1, "min_child_weight": 20}
"""With many rows twice the step halves the time for the same AUC; leaves can be held larger."""
RARE_SHARE = 0.005
"""A category with fewer of the rows counts as missing: trees would learn its few loans by heart
(PAKDD 2010 has 14,510 boroughs; this moved its AUC by 0.013)."""


@dataclass(frozen=True, slots=True)
class _Data:
    """The matrix (n, k) with what XGBoost must know about its columns."""

    matrix: Singles
    bad: Ints
    types: list[str]
    constraints: tuple[int, ...]

    def rows(self, rows: Ints) -> xgboost.DMatrix:
        return xgboost.DMatrix(
            self.matrix[rows],
            self.bad[rows],
            feature_types=self.types,
            enable_categorical=True,
            nthread=1,
        )

    def parameters(self, depth: int, seed: int) -> dict[str, object]:
        constraints = "(" + ",".join(map(str, self.constraints)) + ")"
        own = {"max_depth": depth, "seed": seed, "monotone_constraints": constraints}
        return LEARNING | (FEW_ROWS if self.bad.size < MANY_ROWS else MORE_ROWS) | own


@dataclass(frozen=True, slots=True)
class _Choice:
    """A depth with its best number of rounds and what held-out folds say of it."""

    depth: int
    rounds: int
    log_loss: float
    held_out: Floats


def train_boosting(
    frame: Frame,
    target: npt.ArrayLike,
    dictionary: Dictionary,
    features: Sequence[str],
    *,
    seed: int,
    progress: Progress = silent,
    scaling: Scaling = STANDARD,
) -> Trained:
    """Train on exactly the rows given: typed columns and n outcomes (1 = bad).

    A field's direction of risk becomes a monotone constraint on the margin. Raises
    TrainingRefused where the data cannot carry a model and ModelInputRefused where the
    dictionary does not allow a feature.
    """
    inputs = model_inputs(dictionary, features)
    bad = checked_target(target, frame.rows)
    sources = [_tree_input(source, frame) for source in inputs]
    data = _data(inputs, sources, frame, bad)
    with threadpool_limits(limits=1):
        choice = _best_choice(data, seed, part(progress, 0.0, 0.85))
        progress("fitting", 0.85)
        booster = xgboost.train(
            data.parameters(choice.depth, seed), data.rows(np.arange(bad.size)), choice.rounds
        )
        calibration = calibrated(choice.held_out, bad)
        model = _model(booster, data, sources, calibration, dictionary.content_hash, scaling)
    points = np.rint(scaling.offset - scaling.factor * calibration(choice.held_out))
    whole = points.astype(np.int64)
    pd_ppm = pd_lookup(model.settings.pd)[1](whole)
    progress("fitting", 1.0)
    measured = fold_metrics(bad, whole, pd_ppm) | _account(choice, bad, seed)
    log = (f"depth {choice.depth}, {choice.rounds} rounds, log-loss {choice.log_loss:.4f}",)
    return Trained(model, whole, pd_ppm, measured, log)


def _tree_input(source: ModelInput, frame: Frame) -> TreeInput:
    column = frame.columns[source.name]
    names: list[str] = []
    if source.kind == "category":
        categories = column.categories or ()
        counts = np.bincount(column.values[~column.null], minlength=len(categories))
        names = sorted(categories[c] for c in np.flatnonzero(counts > RARE_SHARE * frame.rows))
    return TreeInput(
        name=source.name,
        kind=source.kind,
        categories=tuple(names),
        specials=source.specials,
        reference=exact(0.0),
    )


def _data(
    inputs: Sequence[ModelInput], sources: Sequence[TreeInput], frame: Frame, bad: Ints
) -> _Data:
    signs = {"higher": 1, "lower": -1, None: 0}
    constraints = [0 if i.kind == "category" else signs[i.risk] for i in inputs]
    matrix = encode([Encoder(source) for source in sources], frame)
    return _Data(matrix, bad, [s.feature_type for s in sources], tuple(constraints))


def _best_choice(data: _Data, seed: int, progress: Progress) -> _Choice:
    fold = stratified_folds(data.bad, seed=seed, folds=FOLDS)
    choices = []
    for number, depth in enumerate(DEPTHS):
        inner = part(progress, number / len(DEPTHS), (number + 1) / len(DEPTHS))
        choices.append(_cross_validated(data, depth, seed, fold, inner))
    return min(choices, key=lambda choice: (choice.log_loss, choice.depth))


def _cross_validated(data: _Data, depth: int, seed: int, fold: Ints, progress: Progress) -> _Choice:
    boosters, curves = [], []
    for number in range(FOLDS):
        progress("fitting", number / FOLDS)
        curve: dict[str, dict[str, list[float]]] = {}
        judged = data.rows(np.flatnonzero(fold == number))
        boosters.append(
            xgboost.train(
                data.parameters(depth, seed),
                data.rows(np.flatnonzero(fold != number)),
                MAX_ROUNDS,
                evals=[(judged, "held_out")],
                early_stopping_rounds=PATIENCE,
                evals_result=curve,
                verbose_eval=False,
            )
        )
        curves.append(curve["held_out"]["logloss"])
    shortest = min(len(curve) for curve in curves)
    mean = np.mean([curve[:shortest] for curve in curves], axis=0)
    rounds = int(mean.argmin()) + 1
    held_out = np.empty(data.bad.size)
    for number, booster in enumerate(boosters):
        rows = np.flatnonzero(fold == number)
        held_out[rows] = tree_margins(booster[:rounds], data.matrix[rows])
    return _Choice(depth, rounds, float(mean[rounds - 1]), held_out)


def _model(
    booster: xgboost.Booster,
    data: _Data,
    sources: Sequence[TreeInput],
    calibration: Straight,
    dictionary_hash: str,
    scaling: Scaling,
) -> Boosting:
    good = np.flatnonzero(data.bad == 0)
    good = good[:: 1 + good.size // REFERENCE_ROWS]
    references = tree_shares(booster, data.matrix[good], data.types).mean(axis=0)
    slope = -scaling.factor * calibration.slope
    intercept = scaling.offset - scaling.factor * calibration.intercept
    points = np.rint(slope * tree_margins(booster, data.matrix) + intercept).astype(np.int64)
    settings = BoostingSettings(
        base=scaling.document(),
        slope=exact(slope),
        intercept=exact(intercept),
        inputs=tuple(
            source.model_copy(update={"reference": exact(reference)})
            for source, reference in zip(sources, references, strict=True)
        ),
        pd=scaling.pd_steps(int(points.min()), int(points.max())),
    )
    return Boosting(dictionary_hash, settings, bytes(booster.save_raw("ubj")))


def _account(choice: _Choice, bad: Ints, seed: int) -> dict[str, object]:
    """What the model card says about the fit."""
    return {
        "rows": int(bad.size),
        "bads": int(bad.sum()),
        "seed": seed,
        "depth": choice.depth,
        "rounds": choice.rounds,
        "libraries": libraries(),
    }
