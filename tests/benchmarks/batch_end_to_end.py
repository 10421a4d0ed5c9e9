"""A file of applications to stored decisions with reasons, against COPY of the same rows alone.

The file goes in through the API; the background worker reads, decides and stores it. The baseline
copies every row that this left in the database into empty tables with the same columns, checks and
unique indexes, foreign keys and triggers aside. A process's peak memory is a figure of its own,
against its peak for a file of a single chunk.
"""

import csv
import io
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import httpx
import psutil
import psycopg
import redis

from tenancy.ids import parse_public_id
from tests.benchmarks.bench import CHUNKS, Bench
from tests.benchmarks.copies import copied_seconds
from tests.benchmarks.frame import FEWEST_ROUNDS, Aim, Figure, Round
from tests.benchmarks.house import House
from tests.benchmarks.lender import Lender
from tests.underwriting.batch_files import table_of

PATIENCE_SECONDS = 900
STATUS = "SELECT status FROM underwriting_batch WHERE id = %s"


def batch_end_to_end(bench: Bench) -> Iterator[Figure]:
    house, rows = bench.house, bench.batch_rows
    rounds, peaks = [], []
    with psycopg.connect(house.admin_url, autocommit=True) as admin:
        batch_decided(house, admin, rows)  # warms plans
        for _ in range(max(FEWEST_ROUNDS, bench.rounds)):
            peak = _Peak(house)
            batch_decided(house, admin, rows // CHUNKS, peak.look)
            one_chunk = peak.mebibytes
            batch, took = batch_decided(house, admin, rows, peak.look)
            copied = copied_seconds(admin, house.lender.organization_id, batch)
            rounds.append(Round(rows / took, rows / copied))
            peaks.append(Round(peak.mebibytes, one_chunk))
    yield Figure(
        "batch_end_to_end.slowdown", "times as long as COPY", "COPY of the same rows alone",
        tuple(Round(each.baseline / each.ours, 1.0) for each in rounds), Aim(at_most=3),
    )  # fmt: skip
    yield Figure(
        "batch_end_to_end.throughput", "rows/s", "COPY of the same rows alone", tuple(rounds)
    )
    yield Figure(
        "batch_end_to_end.memory", "MiB of a process at the peak",
        f"MiB for a file a {CHUNKS}th as long", tuple(peaks), Aim(at_most=1.2),
    )  # fmt: skip


def batch_decided(
    house: House,
    admin: psycopg.Connection,
    rows: int,
    look: Callable[[], object] = lambda: None,
    change: Callable[[int, dict[str, Any]], None] = lambda number, row: None,
) -> tuple[UUID, float]:
    """A file of so many applications sent and decided; the seconds from the first to the last."""
    file = batch_file(house.lender, rows, change)
    wait_until_idle(house)
    began = time.perf_counter()
    batch = batch_sent(house.port, house.lender, file, f"batch-{time.time_ns()}")
    batch_done(admin, batch, look)
    return batch, time.perf_counter() - began


def wait_until_idle(house: House) -> None:
    """What follows the decisions of a file, paths and shadows, is in nobody's way any more."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with redis.Redis.from_url(house.addresses["REDIS_URL"]) as broker:
        while broker.llen("batch") or broker.hlen("unacked"):
            if time.monotonic() > deadline:
                raise AssertionError("the queue of files does not empty")
            time.sleep(0.1)


def batch_file(
    lender: Lender,
    rows: int,
    change: Callable[[int, dict[str, Any]], None] = lambda number, row: None,
) -> bytes:
    """CSV, one row an application, co-applicants beside applicants; nobody stands in it twice."""
    seed = time.time_ns()
    bodies = [_row(body, f"b{number}-{seed}") for number, body in enumerate(lender.bodies(rows))]
    for number, body in enumerate(bodies):
        change(number, body)
    columns = table_of(bodies).drop(["row"]).to_pydict()
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()


def _row(body: Mapping[str, Any], external_id: str) -> dict[str, Any]:
    """What a file says of an application: product, language and consents are the batch's."""
    row = {"external_id": external_id, "request": body["request"]}
    row["applicant"] = _party(body["applicant"])
    if "co_applicants" in body:
        row["co_applicants"] = [_party(each) for each in body["co_applicants"]]
    return row


def _party(party: Mapping[str, Any]) -> dict[str, Any]:
    return {name: party[name] for name in ("identity", "facts")}


def batch_sent(port: int, lender: Lender, file: bytes, key: str) -> UUID:
    answer = httpx.post(
        f"http://127.0.0.1:{port}/v1/batches",
        headers={"Authorization": f"Bearer {lender.key}", "Idempotency-Key": key},
        data={"product": "personal-loan", "consents": json.dumps(lender.consents)},
        files={"file": ("loans.csv", file, "text/csv")},
        timeout=120,
    )
    if answer.status_code != 202:
        raise AssertionError(answer.text)
    found = parse_public_id("bat", answer.json()["id"])
    if found is None:
        raise AssertionError(answer.text)
    return found


def batch_done(
    admin: psycopg.Connection, batch: UUID, look: Callable[[], object] = lambda: None
) -> None:
    """Wait until every row is decided. The database is asked: asking the API costs what is
    measured."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    status = ""
    while status != "done":
        if status in ("failed", "cancelled") or time.monotonic() > deadline:
            raise AssertionError(f"{batch}: {status}")
        time.sleep(0.05)
        look()
        [status] = admin.execute(STATUS, [batch]).fetchone() or [""]


class _Peak:
    """The most memory that one process for files held, as far as was looked; they begin anew."""

    def __init__(self, house: House) -> None:
        self._house, self.mebibytes = house, 0.0
        wait_until_idle(house)
        for process in self._pool():
            process.kill()

    def look(self) -> None:
        for process in self._pool():
            with suppress(psutil.Error):
                self.mebibytes = max(self.mebibytes, process.memory_info().rss / 2**20)

    def _pool(self) -> list[psutil.Process]:
        of_files = {each.pid for each in self._house.processes("celeryd: batch@")}
        forked = self._house.processes("ForkPoolWorker")
        return [each for each in forked if each.pid in of_files]
