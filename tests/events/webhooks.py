"""What tests of webhooks do: listen, let something happen, pump, look."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from events.actor import SYSTEM
from events.models import Event, WebhookDelivery, WebhookEndpoint
from events.services import event_record
from events.services.endpoints import (
    endpoint_create,
)
from events.services.pump import endpoint_pump
from tenancy import clock
from tenancy.enter import enter
from tenancy.models import Organization
from tenancy.services import organization_advance_clock
from tests.events.receivers import Receiver

VERSION = "2026-11-01"


def listen(organization: Organization, receiver: Receiver, *types: str, partner=None):
    """An endpoint at the receiver, and its secret."""
    return endpoint_create(
        organization_id=organization.id,
        actor=SYSTEM,
        url=receiver.url,
        types=types or ["*"],
        version=VERSION,
        partner_id=partner.id if partner else None,
    )


def happen(
    organization: Organization, kind: str = "application.submitted", subject: UUID | None = None,
    **data: object,
) -> Event:  # fmt: skip
    with enter(organization.id):
        return event_record(
            organization_id=organization.id,
            actor=SYSTEM,
            type=kind,
            subject=("application", subject or uuid4()),
            data=data,
        )


def pump(endpoint: WebhookEndpoint) -> None:
    assert not endpoint_pump(organization_id=endpoint.organization_id, endpoint_id=endpoint.id)


def deliveries(endpoint: WebhookEndpoint) -> list[WebhookDelivery]:
    with enter(endpoint.organization_id, read_only=True):
        return list(WebhookDelivery.objects.filter(endpoint=endpoint).order_by("id"))


def fresh(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    with enter(endpoint.organization_id, read_only=True):
        return WebhookEndpoint.objects.get(id=endpoint.id)


def fresh_in(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    return WebhookEndpoint.objects.get(id=endpoint.id)


def later(organization: Organization, **span: float) -> None:
    """Time passes, in a test twin."""
    organization_advance_clock(organization_id=organization.id, by=timedelta(**span))


def now_of(organization: Organization) -> datetime:
    with enter(organization.id, read_only=True):
        return clock.now(organization.id)
