"""Statements sent to PostgreSQL together: one journey, prepared once a connection.

It speaks through `psycopg.pq`, psycopg's own door to libpq, with psycopg's adapters: a cursor for
each statement costs several times what the statement's own bytes do, and a decision has thirty.
"""

import re
import select
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

import psycopg
from psycopg.abc import PyFormat
from psycopg.adapt import AdaptersMap, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.types.numeric import Int8Dumper

Row = tuple[Any, ...]
Parameters = Sequence[Any] | Mapping[str, Any]

MOST_PREPARED = 1_000
"""Texts and types of parameters that a connection keeps prepared; beyond, it begins anew."""

_ANSWERED = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
_PLACE = re.compile(r"%(?:%|s|\((\w+)\)s)")


class Answered(NamedTuple):
    """The rows a statement gave, and how many it gave or touched."""

    rows: list[Row]
    touched: int


class Statement(NamedTuple):
    """SQL with `%s` or `%(name)s` where its parameters go; `then` is told of the answer."""

    text: str
    parameters: Parameters = ()
    then: Callable[[Answered], None] | None = None


class _Bound(NamedTuple):
    """A statement as it goes over the wire."""

    text: str
    values: Sequence[Any]
    types: tuple[int, ...]
    formats: Sequence[Any] | None


class Journeys:
    """What one connection has prepared, and the way there and back."""

    def __init__(self, raw: psycopg.Connection[Row]) -> None:
        self.raw = raw
        self._adapting = Transformer(_Adapting(raw))
        self._prepared: dict[tuple[str, tuple[int, ...]], bytes] = {}
        self._fresh: list[tuple[str, tuple[int, ...]]] = []
        self._numbers = count()

    def travelled(self, statements: Sequence[Statement], *, commit: bool = False) -> list[Answered]:
        """Send all, in order, and a COMMIT behind them if one is asked for; then read the answers.

        The first that fails raises, as one alone would; what stands behind it has not run.
        """
        bound = [self._bound(each) for each in statements]
        with self._pipeline():
            sent = self._sent(bound, commit=commit)
            results = self._received()
        if failed := next((each for each in results if each.status not in _ANSWERED), None):
            self._forget_fresh()
            raise error_from_result(failed)
        if commit and results[-1].command_status != b"COMMIT":
            raise psycopg.OperationalError("the transaction could not be committed")
        asked = [result for result, own in zip(results, sent, strict=True) if own]
        return [self._told(*each) for each in zip(statements, asked, strict=True)]

    def _bound(self, statement: Statement) -> _Bound:
        text, names = _numbered(statement.text)
        given = statement.parameters
        values = [given[name] for name in names] if isinstance(given, Mapping) else given
        bound = self._adapting.dump_sequence(values, [PyFormat.AUTO] * len(values))
        return _Bound(text, bound, self._adapting.types or (), self._adapting.formats)

    @contextmanager
    def _pipeline(self) -> Iterator[None]:
        """libpq's pipeline mode. A connection whose answers were not all read, because it broke or
        somebody interrupted, is closed: its next answer would be another's."""
        wire = self.raw.pgconn
        wire.enter_pipeline_mode()
        try:
            yield
            wire.exit_pipeline_mode()
        except BaseException:
            self.raw.close()
            raise

    def _sent(self, statements: Sequence[_Bound], *, commit: bool) -> list[bool]:
        """For each thing that was sent, whether its result is the answer of a statement."""
        wire = self.raw.pgconn
        sent = []
        self._fresh = []
        if len(self._prepared) >= MOST_PREPARED:
            self._prepared.clear()
            wire.send_query_params(b"DEALLOCATE ALL", None)
            sent.append(False)
        if not self.raw.autocommit and wire.transaction_status == TransactionStatus.IDLE:
            wire.send_query_params(b"BEGIN", None)
            sent.append(False)
        for each in statements:
            name = self._prepared.get((each.text, each.types))
            if name is None:
                name = self._named(each)
                wire.send_prepare(name, each.text.encode(), each.types)
                sent.append(False)
            wire.send_query_prepared(name, each.values, each.formats)
            sent.append(True)
        if commit:
            wire.send_query_params(b"COMMIT", None)
            sent.append(False)
        wire.pipeline_sync()
        return sent

    def _named(self, statement: _Bound) -> bytes:
        """A name that this connection has never used."""
        name = b"journey_%d" % next(self._numbers)
        self._prepared[statement.text, statement.types] = name
        self._fresh.append((statement.text, statement.types))
        return name

    def _forget_fresh(self) -> None:
        """Behind a failure nothing was prepared; what was before it is prepared again."""
        for key in self._fresh:
            self._prepared.pop(key, None)

    def _received(self) -> list[PGresult]:
        """The result of each thing sent, in order, while what is still here goes out."""
        wire = self.raw.pgconn
        ready = select.poll()
        ready.register(wire.socket, select.POLLIN | select.POLLOUT)
        while wire.flush():
            ready.poll()
            wire.consume_input()
        ready.modify(wire.socket, select.POLLIN)
        results: list[PGresult] = []
        between = False
        while True:
            while wire.is_busy():
                ready.poll()
                wire.consume_input()
            result = wire.get_result()
            if result is None:  # once behind each result; again where the server has gone
                if between or wire.status != ConnStatus.OK:
                    raise _lost(results)
            elif result.status == ExecStatus.PIPELINE_SYNC:
                return results
            else:
                results.append(result)
            between = result is None

    def _told(self, statement: Statement, result: PGresult) -> Answered:
        if result.status == ExecStatus.COMMAND_OK:
            answered = Answered([], result.command_tuples or 0)
        else:
            self._adapting.set_pgresult(result)
            rows = self._adapting.load_rows(0, result.ntuples, tuple)
            answered = Answered(rows, result.ntuples)
        if statement.then is not None:
            statement.then(answered)
        return answered


class _Adapting:
    """psycopg's adapters for one connection, but for whole numbers: one type whatever the value,
    else a statement is prepared for each size of a number."""

    def __init__(self, raw: psycopg.Connection[Row]) -> None:
        self.connection = raw
        self.adapters = AdaptersMap(raw.adapters)
        self.adapters.register_dumper(int, Int8Dumper)


def _lost(results: Sequence[PGresult]) -> psycopg.Error:
    """What the server said before it went, else that it did."""
    for result in results:
        if result.status == ExecStatus.FATAL_ERROR:
            return error_from_result(result)
    return psycopg.OperationalError("the connection was lost in the middle of an answer")


@lru_cache(maxsize=4_096)
def _numbered(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with `$1`, `$2` for its places, and the names that go there, if they have names."""
    names: dict[str, int] = {}
    places = count(1)

    def place(found: re.Match[str]) -> str:
        if found.group() == "%%":
            return "%"
        name = found.group(1)
        return f"${next(places) if name is None else names.setdefault(name, len(names) + 1)}"

    return _PLACE.sub(place, text), tuple(names)
