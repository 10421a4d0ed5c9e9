"""Reading endpoints, their deliveries and attempts. Call inside `enter`.

`seen_by` is the partner who asks; None is the lender, who sees everybody's.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet

from events.enums import EndpointStatus
from events.models import ChainHead, Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from tenancy.errors import NotFound


def endpoints_of(organization_id: UUID, seen_by: UUID | None) -> QuerySet[WebhookEndpoint]:
    """Endpoints that are not deleted."""
    found = WebhookEndpoint.objects.filter(organization_id=organization_id).exclude(
        status=EndpointStatus.DELETED
    )
    return found if seen_by is None else found.filter(partner_id=seen_by)


def endpoint_by_id(
    organization_id: UUID, endpoint_id: UUID, seen_by: UUID | None
) -> WebhookEndpoint:
    """The endpoint; NotFound for a deleted one, another lender's or another partner's."""
    found = endpoints_of(organization_id, seen_by).filter(id=endpoint_id).first()
    if found is None:
        raise NotFound("no such endpoint")
    return found


def endpoints_behind(organization_id: UUID, at: datetime) -> list[UUID]:
    """Endpoints in use with events that nobody has looked at for them."""
    head = ChainHead.objects.values_list("sequence", flat=True).get(organization_id=organization_id)
    found = WebhookEndpoint.objects.filter(
        Q(open_until__isnull=True) | Q(open_until__lte=at),
        organization_id=organization_id,
        status=EndpointStatus.ENABLED,
        cursor__lt=head,
    )
    return list(found.values_list("id", flat=True))


def deliveries_of(organization_id: UUID, seen_by: UUID | None) -> QuerySet[WebhookDelivery]:
    """Deliveries with their endpoints, those of deleted endpoints too."""
    found = WebhookDelivery.objects.filter(organization_id=organization_id).select_related(
        "endpoint"
    )
    return found if seen_by is None else found.filter(endpoint__partner_id=seen_by)


def delivery_by_id(
    organization_id: UUID, delivery_id: UUID, seen_by: UUID | None
) -> WebhookDelivery:
    found = deliveries_of(organization_id, seen_by).filter(id=delivery_id).first()
    if found is None:
        raise NotFound("no such delivery")
    return found


def attempts_of(delivery: WebhookDelivery) -> list[WebhookAttempt]:
    """Every attempt at a delivery, first to last."""
    found = WebhookAttempt.objects.filter(
        organization_id=delivery.organization_id, delivery_id=delivery.id
    )
    return list(found.order_by("number"))


def first_number_from(organization_id: UUID, moment: datetime) -> int:
    """The number of the first event at or after a moment; one more than the last, if none is.

    Found by halving: events are numbered in the order of their times, and no index need be kept.
    """
    events = Event.objects.filter(organization_id=organization_id)
    low, high = (
        1,
        1
        + ChainHead.objects.values_list("sequence", flat=True).get(organization_id=organization_id),
    )
    while low < high:
        middle = (low + high) // 2
        if events.values_list("at", flat=True).get(sequence=middle) < moment:
            low = middle + 1
        else:
            high = middle
    return low


def waiting_count(organization_id: UUID, endpoint_id: UUID, most: int) -> int:
    """How many deliveries of an endpoint are open, counted no further than `most`."""
    found = WebhookDelivery.objects.filter(
        organization_id=organization_id, endpoint_id=endpoint_id, due_at__isnull=False
    )
    return found.order_by(F("due_at")).values("pk")[:most].count()
