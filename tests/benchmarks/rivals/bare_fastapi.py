"""FastAPI that only predicts: no tenant, no record, no reason, no rule. One process of uvicorn.

The function is `async`, so that no thread pool stands between the request and the trees: the
fastest that FastAPI does here.
"""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from tests.benchmarks.rivals.predictor import Predictor

application = FastAPI()
_predictor = Predictor()


class Facts(BaseModel):
    facts: dict[str, Any]


@application.post("/predict")
async def predict(asked: Facts) -> dict[str, float]:
    return {"probability": _predictor.predict(asked.facts)}
