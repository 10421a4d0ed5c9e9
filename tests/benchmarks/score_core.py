"""From dictionary input to PD and policy's verdict, against XGBoost's own prediction of one row.

Ours is the whole of `Plan.decide`: the inputs document read and typed, derived fields, score with
contributions, price, rules, offer or counter-offer's search, reasons, document. The baseline is
`Booster.inplace_predict` of the same rows as float32 arrays that were made beforehand.
"""

from collections.abc import Iterator
from typing import Any

from config.demo.lenders import HANSE_KREDIT
from tests.benchmarks.bench import Bench
from tests.benchmarks.boosted import matrix_of, raw_booster
from tests.benchmarks.frame import Aim, Figure, interleaved
from tests.benchmarks.timing import each_us
from tests.proof.history import demo_inputs, learnt_plan

APPLICATIONS = 300


def score_core(bench: Bench) -> Iterator[Figure]:
    plan = learnt_plan(HANSE_KREDIT, "boosting")
    booster = raw_booster(plan.model)
    single = [each for each in demo_inputs(HANSE_KREDIT, APPLICATIONS) if _one_party(each)]
    rows = matrix_of(plan, single)[:, None, :]
    everybody = interleaved(
        lambda: each_us(plan.decide, single),
        lambda: each_us(booster.inplace_predict, list(rows)),
        bench.rounds,
    )
    baseline = "Booster.inplace_predict of one row"
    yield Figure("score_core", "µs", baseline, everybody, Aim(at_most=1.15))


def _one_party(inputs: dict[str, Any]) -> bool:
    return len(inputs["parties"]) == 1
