"""The other half of the pattern: take a job, predict, write the answer, sleep."""

import json
import os
import time

import redis

from tests.benchmarks.rivals.predictor import Predictor
from tests.benchmarks.rivals.queue_poll_api import PAUSE_SECONDS, QUEUE


def work() -> None:
    predictor = Predictor()
    store = redis.Redis.from_url(os.environ["BENCH_REDIS"], socket_timeout=None)
    while True:
        _, message = store.brpop(QUEUE)
        job = json.loads(message)
        store.set(job["id"], json.dumps({"probability": predictor.predict(job["facts"])}))
        time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    work()
