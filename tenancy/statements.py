"""Statements that run for every decision: prepared once a connection, several in one journey.

Django's cursors write parameters into the text, so that PostgreSQL plans a statement anew each
time it comes, and wait for each answer. These are planned once a connection, and what needs no
answer waits for the next one that does, or for the commit. Order, errors, transactions and the
tenant are Django's as ever; a write that is refused may be told as late as at the commit.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.db import connection, models

from tenancy.backend.journeys import Answered, Parameters, Row, Statement

if TYPE_CHECKING:
    from tenancy.backend.base import DatabaseWrapper

__all__ = ["Answered", "Row", "Statement", "ask", "ask_together", "insert", "later"]


def ask(text: str, parameters: Parameters = ()) -> list[Row]:
    """The rows of one statement. Inside `enter`."""
    (answer,) = ask_together(Statement(text, parameters))
    return answer.rows


def ask_together(*statements: Statement) -> list[Answered]:
    """Send all of them at once, in order, and then read all answers. Inside `enter`."""
    return _connection().ask_together(statements)


def later(statement: Statement) -> None:
    """Send it with whatever is asked next, or with the commit. Inside `enter`."""
    _connection().later(statement)


def insert(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model, `later`; like `bulk_create`, and as quiet."""
    if not rows:
        return
    model = type(rows[0])
    columns = _columns(model)
    values = [column.value(row) for row in rows for column in columns]
    later(Statement(_insertion(model, len(rows)), values))
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


class _Column(NamedTuple):
    field: models.Field[Any, Any]
    name: str
    plain: bool

    def value(self, row: models.Model) -> Any:
        given = getattr(row, self.name)
        return given if self.plain else self.field.get_db_prep_save(given, connection)


@lru_cache(maxsize=256)
def _columns(model: type[models.Model]) -> tuple[_Column, ...]:
    return tuple(
        _Column(field, field.attname, not isinstance(field, models.JSONField))
        for field in model._meta.concrete_fields
    )


@lru_cache(maxsize=512)
def _insertion(model: type[models.Model], rows: int) -> str:
    quoted = connection.ops.quote_name
    columns = model._meta.concrete_fields
    names = ", ".join(quoted(field.column or "") for field in columns)
    places = f"({', '.join(['%s'] * len(columns))})"
    table = quoted(model._meta.db_table)
    return f"INSERT INTO {table} ({names}) VALUES {', '.join([places] * rows)}"  # noqa: S608


def _connection() -> "DatabaseWrapper":
    return cast("DatabaseWrapper", connection)
