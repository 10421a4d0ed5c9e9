from uuid import UUID

from django.db.models import QuerySet

from events.models import Event


def events_about(organization_id: UUID, *subject_ids: UUID) -> QuerySet[Event]:
    """What happened to these things, oldest first. Call inside `enter`."""
    return Event.objects.filter(organization_id=organization_id, subject_id__in=subject_ids)


def events_after(organization_id: UUID, sequence: int) -> QuerySet[Event]:
    """The organization's events behind one already seen: how an outbox reads on."""
    return Event.objects.filter(organization_id=organization_id, sequence__gt=sequence)
