"""Training a WoE scorecard: bins, logistic regression, calibration, whole points."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from ml.columns import Column, Frame
from ml.dictionary import Dictionary
from ml.model import pd_lookup
from ml.model_inputs import ModelInput, model_inputs
from ml.scaling import STANDARD, Scaling
from ml.scorecard import FeatureBins, WeightedFeature, woe_scorecard
from ml.training.binning import bin_feature, evidence, information_value
from ml.training.progress import Progress, part, silent
from ml.training.split import stratified_folds
from ml.training.trained import (
    FOLDS,
    Trained,
    TrainingRefused,
    calibrated,
    checked_target,
    fold_metrics,
    libraries,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MIN_INFORMATION_VALUE = 0.002
"""Below it a feature says next to nothing. The usual 0.02 (Siddiqi 2006) would cost 0.018 AUC on
PAKDD 2010, where many features each say a little."""


@dataclass(frozen=True, slots=True)
class _Weighed:
    """One feature with the evidence of each bin, from the rows it was fitted on."""

    bins: FeatureBins
    woe: Floats
    information_value: float


@dataclass(frozen=True, slots=True)
class _Regression:
    kept: tuple[_Weighed, ...]
    weights: tuple[float, ...]
    intercept: float
    dropped: tuple[tuple[str, str], ...]

    def log_odds(self, columns: Sequence[Column]) -> Floats:
        """Log-odds of bad for n rows; columns in the order of `kept`."""
        total = np.full(columns[0].null.size, self.intercept)
        for weighed, weight, column in zip(self.kept, self.weights, columns, strict=True):
            total += weight * weighed.woe[weighed.bins.index(column)]
        return total


def train_scorecard(
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

    Raises TrainingRefused where the data cannot carry a model and ModelInputRefused where the
    dictionary does not allow a feature.
    """
    inputs = model_inputs(dictionary, features)
    bad = checked_target(target, frame.rows)
    with threadpool_limits(limits=1):
        held_out = _held_out_log_odds(frame, bad, inputs, seed, part(progress, 0.0, 0.8))
        calibration = calibrated(held_out, bad)
        progress("fitting", 0.8)
        regression = _fit(frame, bad, inputs)
    weighted = [
        WeightedFeature(item.bins, weight * item.woe, item.bins.index(_column(frame, item)))
        for item, weight in zip(regression.kept, regression.weights, strict=True)
    ]
    model = woe_scorecard(
        weighted, regression.intercept, calibration, bad, dictionary.content_hash, scaling
    )
    points = np.rint(scaling.offset - scaling.factor * calibration(held_out)).astype(np.int64)
    pd_ppm = pd_lookup(model.document.pd)[1](points)
    progress("fitting", 1.0)
    measured = fold_metrics(bad, points, pd_ppm) | _account(regression, bad, seed)
    return Trained(model, points, pd_ppm, measured, _log(regression))


def _held_out_log_odds(
    frame: Frame, bad: Ints, inputs: Sequence[ModelInput], seed: int, progress: Progress
) -> Floats:
    fold = stratified_folds(bad, seed=seed, folds=FOLDS)
    held_out = np.empty(bad.size)
    for number in range(FOLDS):
        progress("binning", number / FOLDS)
        rows, rest = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        regression = _fit(frame.take(rest), bad[rest], inputs)
        judged = frame.take(rows)
        held_out[rows] = regression.log_odds([_column(judged, item) for item in regression.kept])
    return held_out


def _column(frame: Frame, weighed: _Weighed) -> Column:
    return frame.columns[weighed.bins.source.name]


def _fit(frame: Frame, bad: Ints, inputs: Sequence[ModelInput]) -> _Regression:
    """Bin, drop what says nothing, regress, and drop what would count the wrong way round."""
    kept, evidences, dropped = [], [], []
    for source in inputs:
        column = frame.columns[source.name]
        bins = bin_feature(source, column, bad)
        index = bins.index(column)
        woe = evidence(bins, index, bad)
        value = information_value(index, bad, woe)
        if value < MIN_INFORMATION_VALUE:
            dropped.append((source.name, f"information value {value:.4f}"))
            continue
        kept.append(_Weighed(bins, woe, value))
        evidences.append(woe[index])
    return _regressed(kept, evidences, bad, dropped)


def _regressed(
    kept: list[_Weighed], evidences: list[Floats], bad: Ints, dropped: list[tuple[str, str]]
) -> _Regression:
    while kept:
        fitted = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-10, max_iter=200)
        fitted.fit(np.column_stack(evidences), bad)
        weights = fitted.coef_[0]
        worst = int(weights.argmin())
        if weights[worst] > 0:
            return _Regression(
                tuple(kept), tuple(weights.tolist()), float(fitted.intercept_[0]), tuple(dropped)
            )
        dropped.append((kept[worst].bins.source.name, "weight against its own evidence"))
        del kept[worst], evidences[worst]
    raise TrainingRefused("no feature tells goods from bads")


def _account(regression: _Regression, bad: Ints, seed: int) -> dict[str, object]:
    """What the model card says about the fit."""
    return {
        "rows": int(bad.size),
        "bads": int(bad.sum()),
        "seed": seed,
        "information_value": {
            item.bins.source.name: item.information_value for item in regression.kept
        },
        "weights": {
            item.bins.source.name: weight
            for item, weight in zip(regression.kept, regression.weights, strict=True)
        },
        "dropped": dict(regression.dropped),
        "libraries": libraries(),
    }


def _log(regression: _Regression) -> tuple[str, ...]:
    kept = (f"kept {i.bins.source.name}: {i.bins.main} bins" for i in regression.kept)
    return (*kept, *(f"dropped {name}: {reason}" for name, reason in regression.dropped))
