"""Casts made once in a process: the first test makes them by the services, later ones by their SQL.

A lender that decides takes two hundred statements, most of them reads, and runs its policy's test
cases three times. A remembered fixture notes what it writes and, for the next test, sends just
that in one journey: as the application role, through row security and every trigger, to the same
rows with the same identifiers, all times moved on. Events are numbered, timed and hashed anew by
the database.

Only inside a test's own transaction, which takes everything back, and only while nobody else has
written for the lender; other tests make their cast by the services, as all did before.
`tests/test_remembered.py` compares the rows made both ways.
"""

import copy
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache, partial, wraps
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Model

from tenancy.models import Organization

ROOMS = ("tenancy", "events", "accounts", "scoring", "underwriting")

_READS = re.compile(r"\s*(SELECT|WITH)\b")
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|SET CONSTRAINTS)\b")
_DOES = re.compile(r"\b(set_config|events_append)\(|\b(INSERT INTO|UPDATE|DELETE FROM)\b")
_STEPS = re.compile(r"\s*(SAVEPOINT|RELEASE SAVEPOINT)\b")
_TIME = re.compile(r"'(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?\+00:00)'(?=::timestamptz)")
_HEAD = """
SELECT set_config('assay.organization', %s, true);
SELECT sequence FROM events_chainhead;
SELECT set_config('assay.organization', '', true)
"""
_USER = 'INSERT INTO "accounts_user" ('


class Made(NamedTuple):
    """What a fixture returned, the SQL that makes its rows again, and when that was."""

    result: Any
    sql: str
    began: datetime
    ended: datetime


_made: dict[Any, Made] = {}
_known: set[Any] = set()
"""The primary keys that come again with every test."""
_counted: dict[UUID, int] = {}
"""How many events each lender had when its last remembered fixture was made."""


def remembered(build: Callable[..., Any]) -> Callable[..., Any]:
    """Make a fixture's function remember. What it is given must itself be remembered."""

    @wraps(build)
    def made(**given: Any) -> Any:
        rows_given = [value for value in given.values() if _of_a_lender(value)]
        rows = {name: value.pk for name, value in given.items() if isinstance(value, Model)}
        if not connection.in_atomic_block or not _known.issuperset(rows.values()):
            return build(**given)
        lender = next(map(_lender, rows_given), None)
        if lender is not None and _events(lender) != _counted.get(lender):
            return build(**given)
        key = (build, *sorted(rows.items()))
        if not rows:
            forget()
        again = key in _made
        result = _again(_made[key], datetime.now(UTC)) if again else _built(key, build, given)
        of = lender or result.pk
        _counted[of] = _events(of)
        return result

    return made


def _of_a_lender(value: Any) -> bool:
    return isinstance(value, Organization) or hasattr(value, "organization_id")


def _lender(row: Any) -> UUID:
    found: UUID = row.pk if isinstance(row, Organization) else row.organization_id
    return found


def _events(lender: UUID) -> int:
    """How many events the lender has: whether somebody has written since the last fixture."""
    with connection.cursor() as cursor:
        cursor.execute(_HEAD, [str(lender)])
        cursor.nextset()
        ((sequence,),) = cursor.fetchall()
    found: int = sequence
    return found


def _built(key: Any, build: Callable[..., Any], given: dict[str, Any]) -> Any:
    statements: list[str] = []
    began = datetime.now(UTC)
    with _noting(statements):
        result = build(**given)
    if None not in statements:
        _known.update(row.pk for row in _rows(result))
        sql = ";\n".join(_with_its_id(each, result) for each in statements)
        _made[key] = Made(copy.deepcopy(result), sql, began, datetime.now(UTC))
    return result


def _again(made: Made, now: datetime) -> Any:
    moved = partial(_moved, made=made, now=now)
    sql = _TIME.sub(lambda found: f"'{moved(datetime.fromisoformat(found[1]))}'", made.sql)
    with connection.cursor() as cursor:
        cursor.execute(sql)
    result = copy.deepcopy(made.result)
    for row in _rows(result):
        _move_on(row, moved)
    return result


def _moved(moment: datetime, made: Made, now: datetime) -> datetime:
    """What was so long before the end is a thousandth of it before now: nothing that took effect
    then takes effect in the past or has yet to, and one thing comes after another."""
    if made.began <= moment <= made.ended:
        return now - (made.ended - moment) / 1_000
    return moment + (now - made.ended)


def _move_on(row: Model, moved: Callable[[datetime], datetime]) -> None:
    for name, value in vars(row).items():
        if isinstance(value, datetime):
            vars(row)[name] = moved(value)
    for related in row._state.fields_cache.values():
        if isinstance(related, Model):
            _move_on(related, moved)


def _rows(result: Any) -> list[Model]:
    parts = result if isinstance(result, tuple) else (result,)
    return [part for part in parts if isinstance(part, Model)]


def _with_its_id(statement: str, result: Any) -> str:
    """A user's number comes from a sequence, which a rollback does not turn back."""
    if not statement.startswith(_USER):
        return statement
    columns, _, values = statement.removeprefix(_USER).partition(") VALUES (")
    return f'{_USER}"id", {columns}) VALUES ({result.pk}, {values}'


@contextmanager
def _noting(statements: list[Any]) -> Iterator[None]:
    """Everything written through the connection; None for what cannot be sent again."""
    ask, later = connection.ask_together, connection.later

    def note(sql: str, parameters: Any, mogrify: Callable[..., str]) -> None:
        if _WRITES.match(sql) or (_READS.match(sql) and _DOES.search(sql)):
            statements.append(mogrify(sql, parameters))
        elif not _READS.match(sql) and not _STEPS.match(sql):
            statements.append(None)

    def noted(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        for each in parameters if many else [parameters]:
            note(sql, each, context["cursor"].mogrify)
        return execute(sql, parameters, many, context)

    def travelling(each: Any) -> None:
        with connection.cursor() as cursor:
            note(each.text, each.parameters, cursor.mogrify)

    def asked(given: Sequence[Any]) -> Any:
        for each in given:
            travelling(each)
        return ask(given)

    def sent_later(each: Any) -> None:
        travelling(each)
        later(each)

    connection.ask_together, connection.later = asked, sent_later
    try:
        with connection.execute_wrapper(noted):
            yield
    finally:
        del connection.ask_together, connection.later


def forget() -> None:
    """What the process keeps in memory about rows of the test before goes with them."""
    for kept in _kept_in_memory(len(sys.modules)):
        for key in [key for key in kept if _mentions(key)]:
            kept.pop(key) if isinstance(kept, dict) else kept.discard(key)


@lru_cache(maxsize=1)
def _kept_in_memory(_modules: int) -> list[Any]:
    """The private sets and mappings of our modules, read anew when another is imported."""
    return [
        value
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] in ROOMS
        for variable, value in vars(module).items()
        if variable.startswith("_") and isinstance(value, dict | set) and variable[1] != "_"
    ]


def _mentions(key: Any) -> bool:
    parts = key if isinstance(key, tuple) else (key,)
    return any(isinstance(part, UUID) and part in _known for part in parts)
