"""From dictionary input to PD and policy's verdict, against XGBoost's own prediction of one row.

Both figures have one baseline: `Booster.inplace_predict` of the same rows as float32 arrays that
were made beforehand.

`score_core` is `Plan.judged`: the inputs document checked and typed, its context read, derived
fields, points with what every fact contributed, PD, band, price and instalment, affordability, all
rules with their trace, and the verdict.

`decide_core` is the whole of `Plan.decide`: that, and what is offered (a loan's schedule and its
yearly cost, or the search for a counter-offer, to which two in five of these applicants lead), the
principal reasons, and the document.

Every round has applicants of its own: nothing is decided a second time.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from config.demo.lenders import HANSE_KREDIT
from tests.benchmarks.bench import Bench
from tests.benchmarks.boosted import matrix_of, raw_booster
from tests.benchmarks.frame import FEWEST_ROUNDS, Aim, Figure, Round, interleaved
from tests.benchmarks.timing import each_us
from tests.proof.history import demo_inputs, learnt_plan
from underwriting.decisioning.plan import Plan

APPLICATIONS = 300
BASELINE = "Booster.inplace_predict of one row"
Inputs = Mapping[str, Any]


def score_core(bench: Bench) -> Iterator[Figure]:
    plan = learnt_plan(HANSE_KREDIT, "boosting")
    rounds = max(FEWEST_ROUNDS, bench.rounds)
    warming, *given = _parts(2 * rounds + 1)
    each_us(plan.decide, warming)
    judged = _against_raw(plan, plan.judged, given[:rounds])
    yield Figure("score_core", "µs", BASELINE, judged, Aim(at_most=1.15))
    decided = _against_raw(plan, plan.decide, given[rounds:])
    yield Figure("decide_core", "µs", BASELINE, decided)


def _parts(count: int) -> list[list[Inputs]]:
    """So many lists of applicants who ask alone, each of their own."""
    drawn = demo_inputs(HANSE_KREDIT, count * APPLICATIONS * 3 // 2)
    single: list[Inputs] = [each for each in drawn if len(each["parties"]) == 1]
    return [single[at * APPLICATIONS :][:APPLICATIONS] for at in range(count)]


def _against_raw(
    plan: Plan, ours: Callable[[Inputs], Any], given: Sequence[list[Inputs]]
) -> tuple[Round, ...]:
    booster = raw_booster(plan.model)
    rows = [list(matrix_of(plan, part)[:, None, :]) for part in given]
    mine, theirs = iter(given), iter(rows)
    return interleaved(
        lambda: each_us(ours, next(mine)),
        lambda: each_us(booster.inplace_predict, next(theirs)),
        len(given),
    )
