"""Decisions over HTTP, waited for, as several benchmarks need them."""

from tests.benchmarks.bench import Bench
from tests.benchmarks.load import Loaded, loaded

ANSWERED = (200, 201)


def decided(bench: Bench, how_many: int, *, clients: int = 1) -> Loaded:
    """Applications nobody has sent before, each decided while its caller waits."""
    calls = bench.house.lender.calls(how_many)
    return loaded(bench.house.port, calls, clients=clients, expected=ANSWERED)
