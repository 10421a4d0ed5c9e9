"""Rows of a file decided a second by two processes, against one, in two platforms side by side."""

import os
from collections.abc import Iterator

import psycopg

from tests.benchmarks.batch_end_to_end import batch_decided
from tests.benchmarks.bench import Bench
from tests.benchmarks.frame import Figure, Skipped, interleaved
from tests.benchmarks.house import House


def batch_workers(bench: Bench) -> Iterator[Figure]:
    if (os.cpu_count() or 1) == 1:
        raise Skipped("two processes on one core are no faster than one")
    two, one, rows = bench.house, bench.small_house, bench.batch_rows // 2

    def a_second(house: House) -> float:
        with psycopg.connect(house.admin_url, autocommit=True) as admin:
            return rows / batch_decided(house, admin, rows)[1]

    a_second(two), a_second(one)
    rounds = interleaved(lambda: a_second(two), lambda: a_second(one), bench.rounds)
    yield Figure("batch_workers", "rows/s", "one process, not two", rounds)
