"""From an organization to its test twin, which its own rows do not show."""

from uuid import UUID

from django.db import connection


def twin_id(organization_id: UUID) -> UUID | None:
    """The twin that test keys enter, or None. Works before any tenant is entered."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT lookup.organization_twin(%s)", [organization_id])
        row = cursor.fetchone()
    found: UUID | None = row[0] if row else None
    return found
