"""What thirty rules with their trace cost of one audited decision.

Ours is more than the rules: the whole of `Plan.decide` under the policy of `make backtest-proof`
(facts read, score, thirty rules with their trace, price, reasons, document). The baseline is a
decision that is waited for, request and answer, made by this very process.
"""

import json
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from django.conf import settings
from django.test import Client

from tests.benchmarks.bench import Bench
from tests.benchmarks.frame import Aim, Figure, interleaved
from tests.benchmarks.timing import each_us
from tests.decisioning import card_form
from tests.proof.backtest import made_plan, policy, rules_of

FORMS = 300
CALLS = 40
FEWEST_RULES = 30


def rules_share(bench: Bench) -> Iterator[Figure]:
    if rules_of(policy(searches=False)) < FEWEST_RULES:
        raise AssertionError("fewer than thirty rules")
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    client, plan = Client(), made_plan(searches=False)
    documents = list(card_form.generated_forms(FORMS).documents())
    calls = iter(bench.house.lender.calls(CALLS * (bench.rounds + 1)))
    _decided_us(client, calls)  # warms up
    rounds = interleaved(
        lambda: each_us(plan.decide, documents),
        lambda: _decided_us(client, calls),
        bench.rounds,
    )
    baseline = "one decision that is waited for, in this process"
    yield Figure("rules_share", "µs", baseline, rounds, Aim(at_most=0.05))


def _decided_us(client: Client, calls: Iterator[Any]) -> float:
    """Microseconds of a decision, the middle one of forty."""
    taken = []
    for _ in range(CALLS):
        call = next(calls)
        started = time.perf_counter_ns()
        answer = client.post(
            call.path, call.body, content_type="application/json", headers=call.headers
        )
        taken.append(time.perf_counter_ns() - started)
        if answer.status_code != 201:
            raise AssertionError(json.loads(answer.content))
    return float(np.median(taken)) / 1_000
