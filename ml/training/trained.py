"""What a training hands back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version

import numpy as np
import numpy.typing as npt

from ml import metrics
from ml.model import Model
from ml.training.space import Setting

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Numbers = dict[str, object]
LIBRARIES = (
    "numpy", "scikit-learn", "scipy", "optbinning", "xgboost-cpu", "xgboost", "lightgbm",
    "interpret-core", "imbalanced-learn", "optuna",
)  # fmt: skip
FOLDS = 5


class TrainingRefused(ValueError):
    """The data cannot carry a model; the message says why."""


@dataclass(frozen=True)
class Trained:
    """A model with its evidence from held-out folds.

    `fold_points` and `fold_pd_ppm` are int64 of shape (n,): the score each training row got from
    a fit that had not seen it; a cut-off is chosen on these. `holdout_points` and
    `holdout_pd_ppm` are the same for the m held-out rows, once a tournament has scored them;
    the log-odds of being bad behind both are as the family gave them, before calibration.
    `model` is None for a family that is compared only. `params` are the settings it was fitted
    with, `metrics` is JSON-able.
    """

    model: Model | None
    fold_points: Ints
    fold_pd_ppm: Ints
    metrics: Numbers
    log: tuple[str, ...]
    family: str = ""
    params: Mapping[str, Setting] = field(default_factory=dict)
    features: tuple[str, ...] = ()
    holdout_points: Ints | None = None
    holdout_pd_ppm: Ints | None = None
    fold_log_odds: Floats | None = None
    holdout_log_odds: Floats | None = None

    def __post_init__(self) -> None:
        if self.model is not None:
            object.__setattr__(self, "family", self.model.family)
            object.__setattr__(self, "features", self.model.features)


def fold_metrics(target: npt.ArrayLike, points: Ints, pd_ppm: Ints, folds: int = FOLDS) -> Numbers:
    """The usual figures on held-out folds of the training part."""
    pd = pd_ppm / 1_000_000
    interval = metrics.auc_interval(target, -points)
    return {
        "folds": folds,
        "auc": interval.value,
        "auc_low": interval.low,
        "auc_high": interval.high,
        "ks": metrics.ks(target, -points),
        "brier": metrics.brier(target, pd),
        "ece": metrics.ece(target, pd),
    }


def libraries() -> dict[str, str]:
    """Versions of the libraries an artifact's bytes depend on."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except ModuleNotFoundError:
            continue
    return found


def checked_target(target: npt.ArrayLike, rows: int) -> Ints:
    """The target as int64 of shape (rows,), 1 bad and 0 good, or TrainingRefused."""
    checked = np.asarray(target)
    if checked.shape != (rows,):
        raise TrainingRefused(f"the target has shape {checked.shape}, the loans are {rows}")
    if not np.isin(checked, (0, 1)).all():
        raise TrainingRefused("the target holds other values than 0 and 1")
    bads = int(checked.sum())
    if min(bads, rows - bads) < 2 * FOLDS:
        raise TrainingRefused(f"{bads} bads and {rows - bads} goods are too few to train on")
    return checked.astype(np.int64)
