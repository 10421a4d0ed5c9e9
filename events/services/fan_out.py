"""Making deliveries from events: each endpoint reads the chain on from where it stopped."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from events.enums import EndpointStatus
from events.models import ChainHead, Event, WebhookDelivery, WebhookEndpoint
from events.selectors.webhooks import waiting_count
from events.services.messages import deliveries_for
from events.webhooks.types import PUBLISHED
from tenancy import clock
from tenancy.enter import enter

READ_AT_ONCE = 1_000
MOST_WAITING = 10_000
"""An endpoint that takes nothing does not fill the table: its events wait in the chain instead."""


class Read(Enum):
    """How reading on ended: at the chain's end, with more to read, or with no room for more."""

    ALL = "all"
    PART = "part"
    NO_ROOM = "no_room"


def endpoint_fan_out(*, organization_id: UUID, endpoint_id: UUID) -> Read:
    """Make deliveries of the next events for one endpoint, and say how far it came.

    The endpoint's cursor is moved by compare-and-set in the transaction that stores the deliveries:
    whoever comes second makes none, and a crash leaves both or neither.
    """
    with enter(organization_id):
        endpoint = WebhookEndpoint.objects.filter(
            organization_id=organization_id, id=endpoint_id, status=EndpointStatus.ENABLED
        ).first()
        if endpoint is None:
            return Read.ALL
        head = ChainHead.objects.values_list("sequence", flat=True).get(
            organization_id=organization_id
        )
        last = min(head, endpoint.cursor + READ_AT_ONCE)
        if last == endpoint.cursor:
            return Read.ALL
        if _full(endpoint):
            return Read.NO_ROOM
        if not _moved(endpoint, last):
            return Read.ALL
        WebhookDelivery.objects.bulk_create(
            _deliveries(endpoint, last, clock.now(organization_id)), batch_size=500
        )
    return Read.PART if last < head else Read.ALL


def _moved(endpoint: WebhookEndpoint, last: int) -> bool:
    unmoved = WebhookEndpoint.objects.filter(
        organization_id=endpoint.organization_id,
        id=endpoint.id,
        status=EndpointStatus.ENABLED,
        cursor=endpoint.cursor,
    )
    return bool(unmoved.update(cursor=last))


def _deliveries(endpoint: WebhookEndpoint, last: int, at: datetime) -> list[WebhookDelivery]:
    events = Event.objects.filter(
        organization_id=endpoint.organization_id,
        sequence__gt=endpoint.cursor,
        sequence__lte=last,
        type__in=PUBLISHED,
    ).order_by("sequence")
    return deliveries_for(endpoint, list(events), types=endpoint.types, lane=endpoint.id, at=at)


def _full(endpoint: WebhookEndpoint) -> bool:
    return waiting_count(endpoint.organization_id, endpoint.id, MOST_WAITING) >= MOST_WAITING
