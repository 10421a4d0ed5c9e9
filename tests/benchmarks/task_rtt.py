"""From sending a task to its answer, against the least there is: a Redis list and a loop.

The Celery worker has Assay's settings: acknowledged late, given back when a worker is lost.
"""

import os
import time
from collections.abc import Callable, Iterator
from importlib import import_module

import numpy as np
import redis

from tests.benchmarks.bench import Bench
from tests.benchmarks.frame import Figure, interleaved
from tests.benchmarks.rivals.servers import RIVALS, running

TASKS = 200
PATIENCE_SECONDS = 60


def task_rtt(bench: Bench) -> Iterator[Figure]:
    address = bench.house.addresses["REDIS_URL"]
    os.environ["BENCH_REDIS"] = address
    echo = import_module(f"{RIVALS}.echo")
    worker = ["-m", "celery", "-A", f"{RIVALS}.echo:application", "worker", "--queues", "bench",
              "--concurrency", "1", "--without-gossip", "--without-mingle"]  # fmt: skip
    with (
        running("echo-worker", worker, bench.folder, BENCH_REDIS=address),
        running("echo-loop", ["-m", f"{RIVALS}.echo"], bench.folder, BENCH_REDIS=address),
        redis.Redis.from_url(address, socket_timeout=None) as store,
    ):
        trip = _Trip(store, bench.enough(TASKS))
        sends: list[Callable[[str], object]] = [
            echo.echo.delay,
            lambda place: store.lpush(echo.LOOP, place),
        ]
        for send in sends:
            trip.ms(send)
        task, loop = sends
        rounds = interleaved(lambda: trip.p50(task), lambda: trip.p50(loop), bench.rounds)
    yield Figure("task_rtt", "ms (p50)", "Redis list and a loop", rounds)


class _Trip:
    """Sends something that names a place, and waits for the answer there."""

    def __init__(self, store: "redis.Redis[bytes]", tasks: int) -> None:
        self._store, self._tasks = store, tasks
        self._sent = 0

    def p50(self, send: Callable[[str], object]) -> float:
        return float(np.median([self.ms(send) for _ in range(self._tasks)]))

    def ms(self, send: Callable[[str], object]) -> float:
        self._sent += 1
        place = f"bench:answer:{self._sent}"
        started = time.perf_counter()
        send(place)
        if self._store.brpop([place], PATIENCE_SECONDS) is None:
            raise AssertionError("nobody answered")
        return 1000 * (time.perf_counter() - started)
