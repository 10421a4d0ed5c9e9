"""What happened to an application, from the one place that records it. Call inside `enter`."""

from uuid import UUID

from events.models import Event
from events.selectors.timeline import events_about


def timeline(*, organization_id: UUID, application_id: UUID) -> list[Event]:
    """Every event about the application, oldest first: reviews and decisions name it as subject."""
    return list(events_about(organization_id, application_id).order_by("sequence"))
