"""Against the pattern that Assay replaces: an API, a Redis list, a worker's loop and polling.

Rebuilt in `rivals/`: the interface pushes a job and asks every 50 ms whether it is done, the worker
takes one job, predicts, and sleeps 50 ms. It records nothing, explains nothing, knows no lender.
"""

from collections.abc import Iterator

from tests.benchmarks.bench import Bench
from tests.benchmarks.decisions import ANSWERED, decided
from tests.benchmarks.frame import Aim, Figure, interleaved
from tests.benchmarks.load import Loaded, loaded
from tests.benchmarks.predictions import model_left, predictions
from tests.benchmarks.rivals.servers import queue_poll

DECISIONS = {1: 200, 8: 600}
POLLED = {1: 30, 8: 120}


def http_vs_queue_poll(bench: Bench) -> Iterator[Figure]:
    house, lender = bench.house, bench.house.lender
    variables = {
        "BENCH_MODEL": model_left(lender.model, house.folder),
        "BENCH_REDIS": house.addresses["REDIS_URL"],
    }
    with queue_poll(bench.folder, **variables) as polled:

        def ours(clients: int) -> Loaded:
            return decided(bench.house, bench.enough(DECISIONS[clients]), clients=clients)

        def theirs(clients: int) -> Loaded:
            calls = predictions(lender.bodies(bench.enough(POLLED[clients])))
            return loaded(polled, calls, clients=clients, expected=ANSWERED)

        ours(1), theirs(1)
        slow = interleaved(lambda: ours(1).p50, lambda: theirs(1).p50, bench.rounds)
        yield Figure(
            "http_vs_queue_poll.latency.1", "ms (p50)", "queue and polling", slow,
            Aim(at_most=0.05),
        )  # fmt: skip
        many = interleaved(lambda: ours(8).a_second, lambda: theirs(8).a_second, bench.rounds)
        yield Figure(
            "http_vs_queue_poll.throughput.8", "decisions/s", "queue and polling", many,
            Aim(at_least=30),
        )  # fmt: skip
