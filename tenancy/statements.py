"""Statements that run for every decision: prepared once a connection, several in one journey.

Django's cursors write parameters into the text, so that PostgreSQL plans a statement anew each
time it comes; for the reads of a decision that took ten times as long as running them. These are
planned once a connection. Errors, transactions and the tenant are Django's as ever.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import Any, NamedTuple

import psycopg
from django.db import connection
from psycopg.types.numeric import Int8

Row = tuple[Any, ...]


class Statement(NamedTuple):
    """SQL with `%s` or `%(name)s` where its parameters go."""

    text: str
    parameters: Sequence[Any] | Mapping[str, Any] = ()


class Answered(NamedTuple):
    """The rows a statement gave, and how many it gave or touched."""

    rows: list[Row]
    touched: int


def ask(text: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
    """The rows of one statement. Inside `enter`."""
    (answer,) = ask_together(Statement(text, parameters))
    return answer.rows


def ask_together(*statements: Statement) -> list[Answered]:
    """Send all of them at once, in order, and then read all answers. Inside `enter`.

    The first that fails raises, as one alone would; those behind it have not run.
    """
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors, _noted(statements):
        raw: psycopg.Connection[Row] = connection.connection
        if len(statements) == 1:
            return [_answered(_sent(raw, statements[0]))]
        with raw.pipeline():
            cursors = [_sent(raw, each) for each in statements]
        return [_answered(cursor) for cursor in cursors]


def _sent(raw: psycopg.Connection[Row], statement: Statement) -> psycopg.Cursor[Row]:
    cursor = psycopg.Cursor(raw)
    cursor.execute(statement.text, _bound(statement.parameters), prepare=True)
    return cursor


def _answered(cursor: psycopg.Cursor[Row]) -> Answered:
    rows = cursor.fetchall() if cursor.description else []
    return Answered(rows, cursor.rowcount)


def _bound(parameters: Sequence[Any] | Mapping[str, Any]) -> Any:
    if isinstance(parameters, Mapping):
        return {name: _plain(value) for name, value in parameters.items()}
    return [_plain(value) for value in parameters]


def _plain(value: Any) -> Any:
    """One type whatever the value, else psycopg prepares a statement for each size of a number."""
    if type(value) is int:
        return Int8(value)
    if isinstance(value, list):
        return [each.value if isinstance(each, Enum) else each for each in value]
    return value.value if isinstance(value, Enum) else value


@contextmanager
def _noted(statements: Sequence[Statement]) -> Iterator[None]:
    """Where Django counts statements, these count too."""
    started = time.monotonic()
    try:
        yield
    finally:
        if connection.queries_logged:
            took = f"{(time.monotonic() - started) / len(statements):.3f}"
            connection.queries_log.extend({"sql": each.text, "time": took} for each in statements)
