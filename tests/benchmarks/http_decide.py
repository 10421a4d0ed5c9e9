"""One decision over HTTP, waited for: audited, tenant-safe, idempotent, explained.

Against a bare Django view under the same gunicorn, which does nothing, and against a bare FastAPI
process that only predicts with the same trees. The medians of the latencies are compared, at one,
eight and thirty-two clients.
"""

from collections.abc import Iterator
from contextlib import ExitStack

from tests.benchmarks.bench import Bench
from tests.benchmarks.decisions import ANSWERED
from tests.benchmarks.decisions import decided as decide
from tests.benchmarks.frame import Aim, Figure, interleaved
from tests.benchmarks.load import Call, loaded
from tests.benchmarks.predictions import JSON, model_left, predictions
from tests.benchmarks.rivals.servers import bare_django, fastapi

CLIENTS = (1, 8, 32)
AIMS = {1: Aim(at_most=4)}
DECISIONS = {1: 200, 8: 400, 32: 600}
WARMING = 60


def http_decide(bench: Bench) -> Iterator[Figure]:
    house, lender = bench.house, bench.house.lender
    model = model_left(lender.model, house.folder)
    with ExitStack() as rivals:
        django = rivals.enter_context(bare_django(bench.folder))
        fast = rivals.enter_context(fastapi("bare_fastapi", bench.folder, BENCH_MODEL=model))
        warmed = predictions(lender.bodies(WARMING))
        decide(bench.house, WARMING, clients=8)
        loaded(fast, warmed, clients=8, expected=ANSWERED)
        for clients in CLIENTS:
            yield from _compared(bench, clients, django, fast)


def _compared(bench: Bench, clients: int, django: int, fast: int) -> Iterator[Figure]:
    lender, many = bench.house.lender, bench.enough(DECISIONS[clients])

    def decided() -> float:
        return decide(bench.house, many, clients=clients).p50

    def predicted() -> float:
        calls = predictions(lender.bodies(many))
        return loaded(fast, calls, clients=clients, expected=ANSWERED).p50

    def viewed() -> float:
        calls = [Call("POST", "/v1/applications", JSON, "{}")] * many
        return loaded(django, calls, clients=clients, expected=ANSWERED).p50

    named = f"http_decide.{clients}"
    unit = "ms (p50)"
    against = interleaved(decided, predicted, bench.rounds)
    yield Figure(
        f"{named}.prediction", unit, "bare FastAPI that only predicts", against,
        AIMS.get(clients, Aim()),
    )  # fmt: skip
    bare = interleaved(decided, viewed, bench.rounds)
    yield Figure(f"{named}.view", unit, "bare Django view", bare)
