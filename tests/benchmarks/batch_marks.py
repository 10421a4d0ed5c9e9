"""Rows of a file decided a second where all come from one device, against a device for each.

Those of one device are numbered one after the other.
"""

import time
from collections.abc import Iterator
from typing import Any

import psycopg

from tests.benchmarks.batch_end_to_end import batch_decided
from tests.benchmarks.bench import Bench
from tests.benchmarks.frame import Figure, interleaved


def batch_marks(bench: Bench) -> Iterator[Figure]:
    house, rows = bench.house, bench.batch_rows

    def same(number: int, row: dict[str, Any]) -> None:
        row["device"] = f"device-{time.time_ns() // 10**12}"

    def different(number: int, row: dict[str, Any]) -> None:
        row["device"] = f"device-{time.time_ns()}-{number}"

    with psycopg.connect(house.admin_url, autocommit=True) as admin:
        rounds = interleaved(
            lambda: rows / batch_decided(house, admin, rows, change=same)[1],
            lambda: rows / batch_decided(house, admin, rows, change=different)[1],
            bench.rounds,
        )
    yield Figure("batch_marks", "rows/s", "a device for each", rounds)
