"""What happened to an application, from the one place that records it. Call inside `enter`."""

from uuid import UUID

from events.models import Event
from events.selectors.timeline import events_about
from underwriting.models import DecisionRun
from underwriting.selectors.batch_proofs import chunk_event, chunk_of


def timeline(*, organization_id: UUID, application_id: UUID) -> list[Event]:
    """Every event about the application, oldest first: reviews and decisions name it as subject.

    What came with a file and was decided by columns begins with the event of its chunk.
    """
    own = list(events_about(organization_id, application_id).order_by("sequence"))
    first = DecisionRun.objects.filter(
        organization_id=organization_id, application_id=application_id, submission=1
    ).first()
    chunk_id = chunk_of(first)
    decided = chunk_event(organization_id, chunk_id) if chunk_id else None
    return own if decided is None else [decided, *own]
