"""Finding work across tenants: identifiers only, each then done inside its own tenant."""

from typing import NamedTuple
from uuid import UUID

from django.db import connection


class PendingWork(NamedTuple):
    organization_id: UUID
    row_id: UUID


def work_pending(kind: str, limit: int) -> list[PendingWork]:
    """At most `limit` rows that wait for work of a kind that some migration registered."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM lookup.work_pending(%s, %s)", [kind, limit])
        return [PendingWork(*row) for row in cursor.fetchall()]
