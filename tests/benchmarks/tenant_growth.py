"""One decision among a thousand lenders, against one among ten, in two platforms side by side.

The lenders are copies of one that has decided applications; who decides here is another.
"""

from collections.abc import Iterator

from tests.benchmarks.bench import Bench
from tests.benchmarks.crowd import crowd_opened
from tests.benchmarks.decisions import ANSWERED, decided
from tests.benchmarks.frame import Aim, Figure, interleaved
from tests.benchmarks.house import House
from tests.benchmarks.load import loaded

FEW, MANY = 10, 1_000
DECISIONS = 150
EACH = 5
"""So many applications each of them has decided."""


def tenant_growth(bench: Bench) -> Iterator[Figure]:
    few, many = min(FEW, bench.scaled(MANY)), bench.scaled(MANY)
    small, large = bench.small_house, bench.house
    for house, crowd in ((small, few), (large, many)):
        _crowded(house, crowd)
    calls = bench.enough(DECISIONS)

    def p50(house: House) -> float:
        return decided(house, calls).p50

    p50(small), p50(large)
    rounds = interleaved(lambda: p50(large), lambda: p50(small), bench.rounds)
    yield Figure(
        "tenant_growth", "ms (p50)", f"{few} lenders, not {many}", rounds, Aim(at_most=1.2)
    )


def _crowded(house: House, how_many: int) -> None:
    pattern = house.opened("scorecard", "pattern")
    loaded(house.port, pattern.calls(EACH), clients=1, expected=ANSWERED)
    crowd_opened(house.admin_url, pattern.organization_id, how_many)
