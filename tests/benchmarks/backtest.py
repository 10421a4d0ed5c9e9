"""Applications a second decided as columns, the search for counter-offers included, against the
same applications decided one by one as the API decides them."""

from collections.abc import Callable, Iterator
from typing import Any

from config.demo.lenders import HANSE_KREDIT
from tests.benchmarks.bench import Bench
from tests.benchmarks.frame import Figure, interleaved
from tests.benchmarks.timing import once_ms
from tests.proof.history import demo_inputs, learnt_plan
from underwriting.decisioning.applications import Applications
from underwriting.decisioning.inputs import InputsReader

APPLICATIONS = 10_000
DRAWN = 2_000


def backtest(bench: Bench) -> Iterator[Figure]:
    plan = learnt_plan(HANSE_KREDIT, "boosting")
    drawn = demo_inputs(HANSE_KREDIT, DRAWN)
    reader = InputsReader(plan.dictionary, plan.product.minor_units)
    many = [drawn[n % DRAWN] for n in range(bench.scaled(APPLICATIONS))]
    columns = Applications.of(plan.dictionary, [reader.read(each) for each in many])
    few = drawn[: max(200, DRAWN // 4)]
    rounds = interleaved(
        lambda: _a_second(len(many), lambda: plan.outcomes(columns)),
        lambda: _a_second(len(few), lambda: [plan.decide(each) for each in few]),
        bench.rounds,
    )
    yield Figure("backtest", "applications/s", "decided one by one", rounds)


def _a_second(count: int, work: Callable[[], Any]) -> float:
    return 1_000 * count / once_ms(work)
