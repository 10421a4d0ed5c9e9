"""A boosted model's trees as XGBoost itself holds them, and the rows it would be given."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import xgboost

from ml.artifacts import unpack
from ml.boosting import BoostingSettings, Encoder
from ml.canonical import canonical
from ml.model import Model
from underwriting.decisioning.plan import Plan

Singles = npt.NDArray[np.float32]


def raw_booster(model: Model) -> xgboost.Booster:
    """The same trees, loaded as anybody would load them, on one thread."""
    booster = xgboost.Booster({"nthread": 1})
    booster.load_model(bytearray(unpack(model.to_bytes()).payload))
    booster.set_param({"nthread": 1})
    return booster


def settings_of(model: Model) -> BoostingSettings:
    settings = dict(unpack(model.to_bytes()).settings)
    return BoostingSettings.model_validate_json(canonical(settings))


def matrix_of(plan: Plan, inputs: Sequence[Mapping[str, Any]]) -> Singles:
    """One row for each party of these inputs, in their order."""
    encoders = [Encoder(source) for source in settings_of(plan.model).inputs]
    rows = [
        [encoder.row(values.get(encoder.name)) for encoder in encoders]
        for each in inputs
        for values, _ in plan.parties(each)
    ]
    return np.array(rows, dtype=np.float64).astype(np.float32)
