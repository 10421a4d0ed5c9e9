"""The organization's own time: the world's, or a test twin's, which a test may push on."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from tenancy.enums import Mode
from tenancy.models import Organization

_live: set[UUID] = set()
"""Organizations known to be live. A mode never changes, so a live one's offset stays zero."""


def now(organization_id: UUID) -> datetime:
    """Its present moment, aware, in UTC. Call inside `enter`: a twin's offset is its own row.

    Raises Organization.DoesNotExist outside the tenant. A live organization is asked for once
    in a process's life.
    """
    return datetime.now(UTC) + _offset(organization_id)


def _offset(organization_id: UUID) -> timedelta:
    if organization_id in _live:
        return timedelta(0)
    row = Organization.objects.filter(id=organization_id).values_list("mode", "clock_offset").get()
    mode, offset = row
    if mode == Mode.LIVE:
        _live.add(organization_id)
    return offset
