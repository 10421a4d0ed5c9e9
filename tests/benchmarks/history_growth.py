"""Deciding, paging and looking up among three million decisions, against a hundred thousand.

The history is made wholesale by SQL, as the superuser: each application is a copy of one that was
decided over HTTP, with ids of its own in time's order, so that every index grows as it would have.
"""

from collections.abc import Iterator, Sequence

import psycopg

from tenancy.ids import public_id
from tests.benchmarks.bench import Bench
from tests.benchmarks.decisions import ANSWERED, decided
from tests.benchmarks.frame import Aim, Figure, paired
from tests.benchmarks.history import History
from tests.benchmarks.load import Call, loaded

SHORT, LONG = 100_000, 3_000_000
DECISIONS, READS = 120, 120
SEEN = ("decide", "page", "look-up")


def history_growth(bench: Bench) -> Iterator[Figure]:
    decided(bench, bench.enough(DECISIONS))
    short, long = bench.scaled(SHORT), bench.scaled(LONG)
    with psycopg.connect(bench.house.admin_url, autocommit=True) as admin:
        history = History(admin, bench.house.lender.organization_id)
        history.grow(short)
        before = [_seen(bench, history) for _ in range(bench.rounds)]
        history.grow(long)
        after = [_seen(bench, history) for _ in range(bench.rounds)]
    baseline = f"{short} decisions, not {long}"
    for place, what in enumerate(SEEN):
        pairs = [(late[place], early[place]) for late, early in zip(after, before, strict=True)]
        yield Figure(
            f"history_growth.{what}", "ms (p50)", baseline, paired(pairs), Aim(at_most=1.2)
        )


def _seen(bench: Bench, history: History) -> Sequence[float]:
    """p50 of each of the three."""
    ids = history.some(bench.enough(READS))
    pages = [f"?limit=20&starting_after={public_id('app', each)}" for each in ids]
    rows = [f"/{public_id('app', each)}" for each in ids]
    return [decided(bench, bench.enough(DECISIONS)).p50, _read(bench, pages), _read(bench, rows)]


def _read(bench: Bench, places: Sequence[str]) -> float:
    headers = {"Authorization": f"Bearer {bench.house.lender.key}"}
    calls = [Call("GET", f"/v1/applications{place}", headers) for place in places]
    return loaded(bench.house.port, calls, clients=1, expected=ANSWERED).p50
