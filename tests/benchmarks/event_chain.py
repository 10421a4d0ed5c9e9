"""Events a second into one lender's chain, against the same number into many lenders' chains.

One chain has one head, which each writer locks until it commits; many chains share nothing.
"""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

from django.db import connection

from events.actor import SYSTEM
from events.services import event_record
from tenancy.enter import enter
from tests.benchmarks.bench import Bench
from tests.benchmarks.frame import Figure, interleaved
from tests.benchmarks.lender import organizations_opened

WRITERS = 8
EVENTS = 200


def event_chain(bench: Bench) -> Iterator[Figure]:
    many = organizations_opened(WRITERS)
    hot = [many[0]] * WRITERS

    each = bench.enough(EVENTS)

    def a_second(organizations: Sequence[UUID]) -> float:
        started = time.perf_counter()
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(_written, organizations, [each] * WRITERS))
        return each * WRITERS / (time.perf_counter() - started)

    rounds = interleaved(lambda: a_second(hot), lambda: a_second(many), bench.rounds)
    yield Figure("event_chain", "events/s", f"{WRITERS} lenders, one writer each", rounds)


def _written(organization_id: UUID, events: int) -> None:
    for _ in range(events):
        with enter(organization_id):
            event_record(
                organization_id=organization_id,
                actor=SYSTEM,
                type="bench.happened",
                subject=("bench", uuid4()),
                data={},
            )
    connection.close()
