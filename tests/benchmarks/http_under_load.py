"""p99 over p50 of decisions for 32 clients while a training and a batch run beside them.

The batch is cut off in the end; that it ran all the while is looked at after every round.
"""

import time
from collections.abc import Iterator
from uuid import UUID

import httpx
import psycopg

from tenancy.ids import public_id
from tests.benchmarks.batch_end_to_end import STATUS, batch_file, batch_sent, wait_until_idle
from tests.benchmarks.bench import Bench
from tests.benchmarks.decisions import decided
from tests.benchmarks.frame import Aim, Figure, paired
from tests.benchmarks.house import House
from tests.benchmarks.rivals.servers import RIVALS, running

CLIENTS = 32
DECISIONS = 800
BATCH_ROWS = 60_000
FEWEST_ROWS = 20_000
PATIENCE_SECONDS = 300


def http_under_load(bench: Bench) -> Iterator[Figure]:
    house = bench.house
    file = batch_file(house.lender, max(FEWEST_ROWS, bench.scaled(BATCH_ROWS)))
    wait_until_idle(house)
    decided(house, 64, clients=8)
    found = []
    with (
        psycopg.connect(house.admin_url, autocommit=True) as admin,
        running("training", ["-m", f"{RIVALS}.training"], bench.folder),
    ):
        batch = batch_sent(house.port, house.lender, file, f"under-load-{time.time_ns()}")
        _wait(admin, batch, "deciding")
        for _ in range(bench.rounds):
            answers = decided(house, bench.enough(DECISIONS), clients=CLIENTS)
            found.append((answers.p99, answers.p50))
            if _status(admin, batch) != "deciding":
                raise AssertionError("the batch ended before the calls did")
        _cancel(house, batch)
        _wait(admin, batch, "cancelled")
        wait_until_idle(house)
    yield Figure(
        "http_under_load.32", "ms (p99)", "p50 of the same calls", paired(found), Aim(at_most=5)
    )


def _cancel(house: House, batch: UUID) -> None:
    httpx.post(
        f"http://127.0.0.1:{house.port}/v1/batches/{public_id('bat', batch)}/cancel",
        headers={"Authorization": f"Bearer {house.lender.key}"},
        timeout=60,
    ).raise_for_status()


def _wait(admin: psycopg.Connection, batch: UUID, wanted: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (status := _status(admin, batch)) != wanted:
        if time.monotonic() > deadline or status in ("done", "failed"):
            raise AssertionError(f"{status}, not {wanted}")
        time.sleep(0.1)


def _status(admin: psycopg.Connection, batch: UUID) -> str:
    [found] = admin.execute(STATUS, [batch]).fetchone() or [""]
    return str(found)
