"""From events to deliveries: which of them an endpoint hears of, and what it is told."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from events.models import Event, WebhookDelivery, WebhookEndpoint
from events.webhooks.registry import partners_behind
from events.webhooks.types import TEST, MessageType, ids_of, payload_of, type_of, wanted
from tenancy.ids import public_id

Told = tuple[Event, MessageType, dict[str, Any]]


def deliveries_for(
    endpoint: WebhookEndpoint,
    events: Sequence[Event],
    *,
    types: Sequence[str],
    lane: UUID,
    at: datetime,
) -> list[WebhookDelivery]:
    """Deliveries, unsaved, of those events that this endpoint may and wants to hear of."""
    told = [each for event in events if (each := _told(endpoint, event, types))]
    if endpoint.partner_id is not None:
        told = _partners_own(endpoint, told)
    return [
        WebhookDelivery(
            organization_id=endpoint.organization_id,
            endpoint_id=endpoint.id,
            event_id=event.id,
            lane=lane,
            sequence=event.sequence,
            type=kind.name,
            subject_id=event.subject_id,
            payload=payload_of(kind.name, event.at, _ids(kind, event, data), event.request_id),
            due_at=at,
            created_at=at,
        )
        for event, kind, data in told
    ]


def _told(endpoint: WebhookEndpoint, event: Event, types: Sequence[str]) -> Told | None:
    data = json.loads(event.data)
    kind = type_of(event.type, data)
    if kind is None:
        return None
    if event.type == TEST:  # asked for at one endpoint, whatever it is subscribed to
        return (event, kind, data) if event.subject_id == endpoint.id else None
    return (event, kind, data) if wanted(types, kind.name) else None


def _partners_own(endpoint: WebhookEndpoint, told: Sequence[Told]) -> list[Told]:
    subjects = {(event.subject_kind, event.subject_id) for event, _, _ in told}
    behind = partners_behind(endpoint.organization_id, subjects)
    return [
        each
        for each in told
        if each[0].type == TEST or behind.get(each[0].subject_id) == endpoint.partner_id
    ]


def _ids(kind: MessageType, event: Event, data: dict[str, Any]) -> dict[str, str]:
    """What a trial names is nobody's: identifiers of the right form, made of the event's own."""
    if event.type == TEST and kind.name != TEST:
        return {each.name: public_id(each.prefix, event.id) for each in kind.ids}
    return ids_of(kind, event.subject_id, data)
