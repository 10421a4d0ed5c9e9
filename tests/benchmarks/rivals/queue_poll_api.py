"""The pattern Assay replaces: push a job to a Redis list, ask every 50 ms whether it is done."""

import json
import os
import time
from typing import Any
from uuid import uuid4

import redis
from fastapi import FastAPI
from pydantic import BaseModel

QUEUE = "bench:jobs"
PAUSE_SECONDS = 0.05

application = FastAPI()
_redis = redis.Redis.from_url(os.environ["BENCH_REDIS"], socket_timeout=None)


class Facts(BaseModel):
    facts: dict[str, Any]


@application.post("/predict")
def predict(asked: Facts) -> dict[str, Any]:
    job = str(uuid4())
    _redis.lpush(QUEUE, json.dumps({"id": job, "facts": asked.facts}))
    while True:
        answer = _redis.get(job)
        if answer is not None:
            _redis.delete(job)
            return dict(json.loads(answer))
        time.sleep(PAUSE_SECONDS)
