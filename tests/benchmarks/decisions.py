"""Decisions over HTTP, waited for, as several benchmarks need them."""

from tests.benchmarks.house import House
from tests.benchmarks.load import Loaded, loaded

ANSWERED = (200, 201)
LATER = "202"
MOST_LATER = 0.005
"""The share that may be left to a worker on a machine too busy; on a quiet one it is none."""


def decided(house: House, how_many: int, *, clients: int = 1) -> Loaded:
    """Applications nobody has sent before, each decided while its caller waits."""
    calls = house.lender.calls(how_many)
    found = loaded(house.port, calls, clients=clients, expected=(*ANSWERED, int(LATER)))
    if found.statuses.get(LATER, 0) > MOST_LATER * how_many:
        raise AssertionError(f"not decided while they waited: {found.statuses}")
    return found
