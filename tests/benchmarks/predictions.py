"""Calls for the rivals that only predict: the very facts of the applications sent to Assay."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ml.artifacts import unpack
from ml.model import Model
from tests.benchmarks.boosted import settings_of
from tests.benchmarks.load import Call
from tests.benchmarks.rivals.predictor import written

JSON = {"Content-Type": "application/json"}


def model_left(model: Model, folder: Path) -> str:
    """The folder in which a rival finds the same trees."""
    at = folder / "rival-model"
    inputs = [
        {"name": each.name, "codes": {name: n for n, name in enumerate(each.categories)}}
        for each in settings_of(model).inputs
    ]
    written(at, unpack(model.to_bytes()).payload, inputs)
    return str(at)


def predictions(bodies: Sequence[Mapping[str, Any]]) -> list[Call]:
    """One call for each application: the request's and the applicant's facts, flat."""
    return [Call("POST", "/predict", JSON, json.dumps({"facts": _facts(body)})) for body in bodies]


def _facts(body: Mapping[str, Any]) -> dict[str, Any]:
    return {**body["request"], **body["applicant"]["facts"]}
