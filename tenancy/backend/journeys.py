"""Statements sent to PostgreSQL together: one journey, prepared once a connection."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

import psycopg
from psycopg.types.numeric import Int8

Row = tuple[Any, ...]
Parameters = Sequence[Any] | Mapping[str, Any]


class Answered(NamedTuple):
    """The rows a statement gave, and how many it gave or touched."""

    rows: list[Row]
    touched: int


class Statement(NamedTuple):
    """SQL with `%s` or `%(name)s` where its parameters go; `then` is told of the answer."""

    text: str
    parameters: Parameters = ()
    then: Callable[[Answered], None] | None = None


def travelled(
    raw: psycopg.Connection[Row], statements: Sequence[Statement], *, commit: bool = False
) -> list[Answered]:
    """Send all, in order, and a COMMIT behind them if one is asked for; then read the answers.

    The first that fails raises, as one alone would; what stands behind it has not run.
    """
    if len(statements) == 1 and not commit:
        cursors = [_sent(raw, statements[0])]
    else:
        with raw.pipeline():
            cursors = [_sent(raw, each) for each in statements]
            if commit:
                raw.commit()
    return [_told(each, cursor) for each, cursor in zip(statements, cursors, strict=True)]


def _sent(raw: psycopg.Connection[Row], statement: Statement) -> psycopg.Cursor[Row]:
    cursor = psycopg.Cursor(raw)
    cursor.execute(statement.text, _bound(statement.parameters), prepare=True)
    return cursor


def _told(statement: Statement, cursor: psycopg.Cursor[Row]) -> Answered:
    answered = Answered(cursor.fetchall() if cursor.description else [], cursor.rowcount)
    if statement.then is not None:
        statement.then(answered)
    return answered


def _bound(parameters: Parameters) -> Any:
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
