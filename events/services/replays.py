"""Sending again what was sent, or was to be sent: one delivery, or all of a time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from events.actor import Actor
from events.enums import OPEN, DeliveryStatus
from events.models import Event, WebhookDelivery, WebhookEndpoint
from events.selectors.webhooks import delivery_by_id, endpoint_by_id, first_number_from
from events.services.endpoints import refuse_disabled
from events.services.listening import forget_listeners
from events.services.messages import deliveries_for
from events.services.record import event_record
from events.webhooks.types import PUBLISHED, TEST, unknown_patterns
from tenancy import clock
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Invalid
from tenancy.ids import new_id
from tenancy.tasks import enqueue

PUMP = "events.tasks.pump_webhooks"
MOST_REPLAYED = 10_000


def delivery_replay(
    *, organization_id: UUID, actor: Actor, delivery_id: UUID, seen_by: UUID | None = None
) -> WebhookDelivery:
    """Send one message again, under its own id. One that still waits is sent at once instead.

    It holds up nothing: what is sent again goes beside what happens now. Raises Conflict
    (`in_flight`, `endpoint_disabled`).
    """
    with enter(organization_id):
        delivery = delivery_by_id(organization_id, delivery_id, seen_by)
        refuse_disabled(delivery.endpoint)
        at = clock.now(organization_id)
        again = _hurried(delivery, at) if delivery.status in OPEN else _repeated(delivery, at)
        _tell(delivery.endpoint, actor, {"delivery": str(delivery.id), "deliveries": 1})
    return again


def deliveries_replay(
    *,
    organization_id: UUID,
    actor: Actor,
    endpoint_id: UUID,
    since: datetime,
    until: datetime,
    types: Sequence[str] = (),
    missed_only: bool = True,
    seen_by: UUID | None = None,
) -> int:
    """Send again what happened in [since, until): how many messages.

    They are made from the events anew, so also what an endpoint was not told of while it was
    switched off. Without `types` its own filter counts; `missed_only` leaves out what was
    delivered or still waits. Raises Invalid, Conflict (`endpoint_disabled`, `too_many`).
    """
    _refuse_wrong(since, until, types)
    with enter(organization_id):
        endpoint = endpoint_by_id(organization_id, endpoint_id, seen_by)
        refuse_disabled(endpoint)
        made = deliveries_for(
            endpoint,
            _events(endpoint, since, until),
            types=types or endpoint.types,
            lane=new_id(),
            at=clock.now(organization_id),
        )
        if missed_only:
            there = _not_missed(endpoint, made)
            made = [each for each in made if each.event_id not in there]
        WebhookDelivery.objects.bulk_create(made, batch_size=500)
        _tell(endpoint, actor, {"deliveries": len(made)})
    return len(made)


def _hurried(delivery: WebhookDelivery, at: datetime) -> WebhookDelivery:
    waiting = WebhookDelivery.objects.filter(
        organization_id=delivery.organization_id,
        id=delivery.id,
        status=DeliveryStatus.PENDING,
    )
    if not waiting.update(due_at=at):
        raise Conflict("It is being sent at this moment.", code="in_flight")
    delivery.due_at = at
    return delivery


def _repeated(delivery: WebhookDelivery, at: datetime) -> WebhookDelivery:
    return WebhookDelivery.objects.create(
        organization_id=delivery.organization_id,
        endpoint=delivery.endpoint,
        event_id=delivery.event_id,
        lane=new_id(),
        sequence=delivery.sequence,
        type=delivery.type,
        subject_id=delivery.subject_id,
        payload=delivery.payload,
        due_at=at,
        created_at=at,
    )


def _events(endpoint: WebhookEndpoint, since: datetime, until: datetime) -> list[Event]:
    """Those that were read for the endpoint already; the others are on their way anyway."""
    first = first_number_from(endpoint.organization_id, since)
    after = first_number_from(endpoint.organization_id, until)
    found = Event.objects.filter(
        organization_id=endpoint.organization_id,
        sequence__gte=first,
        sequence__lt=min(after, endpoint.cursor + 1),
        type__in=PUBLISHED - {TEST},
    ).order_by("sequence")
    events = list(found[: MOST_REPLAYED + 1])
    if len(events) > MOST_REPLAYED:
        message = f"More than {MOST_REPLAYED} events happened then: ask for a shorter time."
        raise Conflict(message, code="too_many")
    return events


def _not_missed(endpoint: WebhookEndpoint, made: Sequence[WebhookDelivery]) -> set[UUID]:
    found = WebhookDelivery.objects.filter(
        organization_id=endpoint.organization_id,
        endpoint_id=endpoint.id,
        event_id__in=[each.event_id for each in made],
        status__in=[*OPEN, DeliveryStatus.DELIVERED],
    )
    return set(found.values_list("event_id", flat=True))


def _refuse_wrong(since: datetime, until: datetime, types: Sequence[str]) -> None:
    errors = [
        FieldError(f"/types/{types.index(each)}", "unknown", "There is no such type.")
        for each in unknown_patterns(types)
    ]
    if since >= until:
        errors.append(FieldError("/until", "order", "The end lies after the beginning."))
    if errors:
        raise Invalid(errors)


def _tell(endpoint: WebhookEndpoint, actor: Actor, data: dict[str, object]) -> None:
    forget_listeners(endpoint.organization_id)
    enqueue(PUMP, organization_id=endpoint.organization_id, endpoint_id=endpoint.id)
    event_record(
        organization_id=endpoint.organization_id,
        actor=actor,
        type="webhook_endpoint.replayed",
        subject=("webhook_endpoint", endpoint.id),
        data=data,
    )
