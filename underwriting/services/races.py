"""Two requests at the same moment: the database lets one through, the other looks again."""

from collections.abc import Callable
from typing import TypeVar

import psycopg
from django.db import DatabaseError, IntegrityError, OperationalError
from psycopg.errors import DeadlockDetected

MOST_TRIES = 5

REPEATABLE = (
    "idempotency_key_once",
    "application_external_id_once",
    "blind_index_resolves_to_one",
    "fact_set_number_once",
    "document_once",
)
"""Constraints that two requests at once may meet: the loser looks again."""

T = TypeVar("T")


def again_while_met(attempt: Callable[[], T]) -> T:
    """What `attempt` gives, tried again where another request was first: then it finds its rows."""
    for _ in range(MOST_TRIES - 1):
        try:
            return attempt()
        except (IntegrityError, OperationalError) as error:
            if not _met_another(error):
                raise
    return attempt()


def _met_another(error: DatabaseError) -> bool:
    cause = error.__cause__
    if isinstance(cause, DeadlockDetected):
        return True
    return isinstance(cause, psycopg.Error) and cause.diag.constraint_name in REPEATABLE
