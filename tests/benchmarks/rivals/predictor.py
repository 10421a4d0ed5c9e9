"""What both FastAPI rivals predict with: our model's trees, its inputs as a flat JSON object."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import xgboost


class Predictor:
    """The trees and encoders that `$BENCH_MODEL` holds (`written` below), and nothing else."""

    def __init__(self, folder: str | None = None) -> None:
        at = Path(folder or os.environ["BENCH_MODEL"])
        self.inputs: list[dict[str, Any]] = json.loads((at / "inputs.json").read_text())
        self.booster = xgboost.Booster({"nthread": 1})
        self.booster.load_model(bytearray((at / "trees.ubj").read_bytes()))
        self.booster.set_param({"nthread": 1})

    def predict(self, facts: dict[str, Any]) -> float:
        """Probability of default of one applicant."""
        row = [self._number(each, facts.get(each["name"])) for each in self.inputs]
        matrix = np.array([row], dtype=np.float32)
        return float(self.booster.inplace_predict(matrix)[0])

    @staticmethod
    def _number(source: dict[str, Any], value: Any) -> float:
        if value is None:
            return float("nan")
        if source["codes"]:
            return float(source["codes"].get(str(value), "nan"))
        return float(value)


def written(folder: Path, trees: bytes, inputs: list[dict[str, Any]]) -> None:
    """Leave a model where a `Predictor` finds it."""
    folder.mkdir(exist_ok=True)
    (folder / "trees.ubj").write_bytes(trees)
    (folder / "inputs.json").write_text(json.dumps(inputs))
