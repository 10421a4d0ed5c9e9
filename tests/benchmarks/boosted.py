"""A boosted model's trees as XGBoost itself holds them, and the rows it would be given."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import xgboost

from config.demo.lenders import HANSE_KREDIT
from ml.artifacts import unpack
from ml.boosting import BoostingSettings, Encoder
from ml.canonical import canonical
from ml.features import compile_inputs
from ml.model import Model
from tests.proof.history import demo_inputs, learnt_plan
from underwriting.decisioning.inputs import InputsReader
from underwriting.decisioning.plan import Plan

Singles = npt.NDArray[np.float32]
TOP = 4


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
    """One row for each party of these inputs, in their order; nothing is scored or priced."""
    encoders = [Encoder(source) for source in settings_of(plan.model).inputs]
    reader = InputsReader(plan.dictionary, plan.product.minor_units)
    derived = compile_inputs(plan.dictionary).row
    rows = []
    for each in inputs:
        facts = reader.read(each)
        day = facts.context["context.as_of"]
        as_of = day if isinstance(day, int) else None
        parties = derived(facts.request, facts.parties, as_of=as_of)[1]
        rows += [
            [encoder.row(values.get(encoder.name)) for encoder in encoders] for values in parties
        ]
    return np.array(rows, dtype=np.float64).astype(np.float32)


class Explained(NamedTuple):
    """Rows of the demo's applicants, and what XGBoost says each fact contributed."""

    booster: xgboost.Booster
    matrix: Singles
    feature_types: list[str]
    contributions: npt.NDArray[np.float32]


def explained(rows: int) -> Explained:
    """So many rows, drawn again from a thousand where more are asked for."""
    plan = learnt_plan(HANSE_KREDIT, "boosting")
    settings, booster = settings_of(plan.model), raw_booster(plan.model)
    drawn = matrix_of(plan, demo_inputs(HANSE_KREDIT, min(rows, 1_000)))
    matrix = drawn[np.arange(rows) % len(drawn)]
    types = [source.feature_type for source in settings.inputs]
    asked = xgboost.DMatrix(matrix, feature_types=types, enable_categorical=True, nthread=1)
    found = booster.predict(asked, pred_contribs=True)[:, :-1]
    return Explained(booster, matrix, types, found)


def alike(found: npt.NDArray[np.float64], given: Explained) -> None:
    """Whether both say the same: AssertionError where a value or one of the top reasons differs."""
    if not np.allclose(found, given.contributions, atol=1e-4):
        raise AssertionError("contributions differ from XGBoost's")
    ours, theirs = (
        np.sort(each, axis=1)[:, ::-1][:, :TOP] for each in (found, given.contributions)
    )
    mine, other = (np.argsort(-each, axis=1)[:, :TOP] for each in (found, given.contributions))
    tied = np.isclose(ours, theirs, atol=1e-4)
    if not ((mine == other) | tied).all():
        raise AssertionError("the top reasons differ from XGBoost's")
