"""Statements that run for every decision: prepared once a connection, several in one journey.

Django's cursors write parameters into the text, so that PostgreSQL plans a statement anew each
time it comes, and wait for each answer. These are planned once a connection, and what needs no
answer waits for the next one that does, or for the commit. Order, errors, transactions and the
tenant are Django's as ever; a write that is refused may be told as late as at the commit.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from django.db import connection

from tenancy.backend.journeys import Answered, Parameters, Row, Statement

if TYPE_CHECKING:
    from tenancy.backend.base import DatabaseWrapper

__all__ = ["Answered", "Row", "Statement", "ask", "ask_named", "ask_together", "later"]


def ask(text: str, parameters: Parameters = ()) -> list[Row]:
    """The rows of one statement. Inside `enter`, or where no tenant is asked about."""
    (answer,) = ask_together(Statement(text, parameters))
    return answer.rows


def ask_together(*statements: Statement) -> list[Answered]:
    """Send all of them at once, in order, and then read all answers. Inside `enter`."""
    return _connection().ask_together(statements)


def ask_named(statements: Mapping[str, Statement]) -> dict[str, list[Row]]:
    """The rows of each, all asked in one journey and in this order. Inside `enter`."""
    answers = ask_together(*statements.values())
    return {name: answer.rows for name, answer in zip(statements, answers, strict=True)}


def later(statement: Statement) -> None:
    """Send it with whatever is asked next, or with the commit. Inside `enter`."""
    _connection().later(statement)


def _connection() -> "DatabaseWrapper":
    return cast("DatabaseWrapper", connection)
