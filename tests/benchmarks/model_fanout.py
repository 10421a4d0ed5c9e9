"""One decision where a hundred lenders' models take turns, against one lender's model alone.

Every lender has a scorecard of its own, so that nothing compiled for one serves another.
"""

from collections.abc import Iterator

from tests.benchmarks.bench import Bench
from tests.benchmarks.decisions import ANSWERED
from tests.benchmarks.frame import Aim, Figure, interleaved
from tests.benchmarks.lender import calls_in_turn, scorecard_lenders
from tests.benchmarks.load import loaded

LENDERS = 100
DECISIONS = 200
WARMING = 6
"""Calls to each lender's model beforehand: every thread of every process meets it once."""


def model_fanout(bench: Bench) -> Iterator[Figure]:
    lenders = scorecard_lenders(max(2, bench.scaled(LENDERS)))
    port = bench.house.port

    def p50(among: int, how_many: int = bench.enough(DECISIONS), clients: int = 1) -> float:
        calls = calls_in_turn(lenders[:among], how_many)
        return loaded(port, calls, clients=clients, expected=ANSWERED).p50

    p50(len(lenders), WARMING * len(lenders), clients=8)
    rounds = interleaved(lambda: p50(len(lenders)), lambda: p50(1), bench.rounds)
    baseline = f"one model, not {len(lenders)}"
    yield Figure("model_fanout", "ms (p50)", baseline, rounds, Aim(at_most=1.2))
