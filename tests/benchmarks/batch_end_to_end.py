"""A file of applications to stored decisions with reasons, against COPY of the same rows alone.

The file goes in through the API; the background worker reads, decides and stores it. The baseline
copies every row that this left in the database into empty tables with the same columns, checks and
unique indexes. The worker's peak memory is a figure of its own, per row, against the file's bytes.
"""

import csv
import io
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import httpx
import psutil
import psycopg

from tenancy.ids import parse_public_id
from tests.benchmarks.bench import Bench
from tests.benchmarks.copies import copied_seconds
from tests.benchmarks.frame import Aim, Figure, Round
from tests.benchmarks.lender import Lender
from tests.underwriting.batch_files import table_of

ROWS = 20_000
PATIENCE_SECONDS = 600


def batch_end_to_end(bench: Bench) -> Iterator[Figure]:
    house, lender = bench.house, bench.house.lender
    rows = bench.scaled(ROWS)
    rounds, peaks = [], []
    for number in range(bench.rounds + 1):
        file = batch_file(lender, rows)
        began, peak = time.perf_counter(), _Peak(house.processes("celeryd: batch"))
        batch = batch_sent(house.port, lender, file, f"batch-{time.time_ns()}")
        _done(house.port, lender, batch, peak)
        took = time.perf_counter() - began
        with psycopg.connect(house.admin_url) as admin:
            copied = copied_seconds(admin, lender.organization_id, _row_id(batch))
        if number:  # the first one warmed plans and workers
            rounds.append(Round(rows / took, rows / copied))
            peaks.append(Round(peak.mebibytes, len(file) / 2**20))
    yield Figure(
        "batch_end_to_end.slowdown", "times as long as COPY", "COPY of the same rows alone",
        tuple(Round(each.baseline / each.ours, 1.0) for each in rounds), Aim(at_most=3),
    )  # fmt: skip
    yield Figure(
        "batch_end_to_end.throughput", "rows/s", "COPY of the same rows alone", tuple(rounds)
    )
    yield Figure("batch_end_to_end.memory", "MiB at the peak", "MiB of the file", tuple(peaks))


def batch_file(lender: Lender, rows: int) -> bytes:
    """CSV, one row an application; nobody stands in it twice."""
    bodies = [
        {name: body[name] for name in ("request", "applicant")} | {"external_id": f"b{n}-{seed}"}
        for seed in [time.time_ns()]
        for n, body in enumerate(lender.bodies(rows))
        if "co_applicants" not in body
    ]
    for body in bodies:
        body["applicant"] = {k: v for k, v in body["applicant"].items() if k != "consents"}
    columns = table_of(bodies).drop(["row"]).to_pydict()
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()


def batch_sent(port: int, lender: Lender, file: bytes, key: str) -> str:
    answer = httpx.post(
        f"http://127.0.0.1:{port}/v1/batches",
        headers={"Authorization": f"Bearer {lender.key}", "Idempotency-Key": key},
        data={"product": "personal-loan", "consents": json.dumps(lender.consents)},
        files={"file": ("loans.csv", file, "text/csv")},
        timeout=120,
    )
    if answer.status_code != 202:
        raise AssertionError(answer.text)
    found: str = answer.json()["id"]
    return found


def _done(port: int, lender: Lender, batch: str, peak: "_Peak") -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        shown: Mapping[str, Any] = httpx.get(
            f"http://127.0.0.1:{port}/v1/batches/{batch}",
            headers={"Authorization": f"Bearer {lender.key}"},
        ).json()
        peak.look()
        if shown["status"] in ("done", "failed", "cancelled"):
            if shown["status"] != "done":
                raise AssertionError(shown)
            return
        time.sleep(0.05)
    raise AssertionError(f"{batch} was not done in {PATIENCE_SECONDS} s")


def _row_id(batch: str) -> UUID:
    found = parse_public_id("bat", batch)
    if found is None:
        raise AssertionError(batch)
    return found


class _Peak:
    """The most memory that one of some processes held, as far as was looked."""

    def __init__(self, processes: list[psutil.Process]) -> None:
        self._processes = processes
        self.mebibytes = 0.0

    def look(self) -> None:
        for process in self._processes:
            try:
                held = process.memory_info().rss / 2**20
            except psutil.Error:
                continue
            self.mebibytes = max(self.mebibytes, held)
