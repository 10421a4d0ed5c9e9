"""Deciding, paging and looking up among three million decisions, against a hundred thousand.

In two platforms side by side. Histories are made wholesale by SQL, as the superuser: each
application is a copy of one that was decided over HTTP, with ids of its own in time's order, so
that every index grows as it would have.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import psycopg

from tenancy.ids import public_id
from tests.benchmarks.bench import Bench
from tests.benchmarks.decisions import ANSWERED, decided
from tests.benchmarks.frame import Aim, Figure, interleaved
from tests.benchmarks.history import History
from tests.benchmarks.house import House
from tests.benchmarks.load import Call, loaded

SHORT, LONG = 100_000, 3_000_000
DECISIONS, READS = 120, 120

Measure = Callable[["Place", int], float]


class Place:
    """A platform with a history."""

    def __init__(self, house: House, admin: psycopg.Connection, decisions: int) -> None:
        self.house = house
        self._history = History(house.admin_url, admin, house.lender.organization_id)
        self._history.grow(decisions)

    def decide(self, how_many: int) -> float:
        return decided(self.house, how_many).p50

    def page(self, how_many: int) -> float:
        ids = self._history.some(how_many)
        return self._read([f"?limit=20&starting_after={public_id('app', each)}" for each in ids])

    def look_up(self, how_many: int) -> float:
        ids = self._history.some(how_many)
        return self._read([f"/{public_id('app', each)}" for each in ids])

    def _read(self, places: Sequence[str]) -> float:
        headers = {"Authorization": f"Bearer {self.house.lender.key}"}
        calls = [Call("GET", f"/v1/applications{place}", headers) for place in places]
        return loaded(self.house.port, calls, clients=1, expected=ANSWERED).p50


SEEN: dict[str, Measure] = {"decide": Place.decide, "page": Place.page, "look-up": Place.look_up}


def history_growth(bench: Bench) -> Iterator[Figure]:
    short, long = bench.scaled(SHORT), bench.scaled(LONG)
    with ExitStack() as open_ones:
        few, many = (
            _place(open_ones, house, decisions, bench.enough(DECISIONS))
            for house, decisions in ((bench.small_house, short), (bench.house, long))
        )
        for name, p50 in SEEN.items():
            calls = bench.enough(DECISIONS if name == "decide" else READS)
            p50(few, calls), p50(many, calls)
            rounds = interleaved(lambda: p50(many, calls), lambda: p50(few, calls), bench.rounds)  # noqa: B023
            yield Figure(
                f"history_growth.{name}", "ms (p50)", f"{short} decisions, not {long}", rounds,
                Aim(at_most=1.2),
            )  # fmt: skip


def _place(open_ones: ExitStack, house: House, decisions: int, warming: int) -> Place:
    decided(house, warming)
    admin = open_ones.enter_context(psycopg.connect(house.admin_url, autocommit=True))
    return Place(house, admin, decisions)
