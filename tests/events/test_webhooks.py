"""Webhooks from the event to the receiver: what arrives, to whom, in which order, how often."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from standardwebhooks.webhooks import Webhook

from events.actor import SYSTEM
from events.models import Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from events.services import event_record
from events.services.endpoints import (
    endpoint_create,
    endpoint_delete,
    endpoint_disable,
    endpoint_enable,
    secret_rotate,
    webhook_test,
)
from events.services.pump import endpoint_pump
from tenancy.enter import enter
from tenancy.ids import public_id
from tenancy.models import Organization
from tenancy.services import organization_advance_clock
from tests.events.receivers import Receiver, receiving, status

VERSION = "2026-11-01"


@pytest.fixture(autouse=True)
def loopback(settings) -> None:
    settings.ASSAY_WEBHOOK_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


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


def test_a_message_is_signed_thin_and_named(hanse, receiver):
    endpoint, secret = listen(hanse, receiver)
    subject, decision = uuid4(), uuid4()
    event = happen(hanse, "decision.recorded", subject, outcome="approve", decision=str(decision))
    pump(endpoint)

    (got,) = receiver.got
    assert Webhook(secret).verify(got.body, got.headers) == {
        "type": "application.decided",
        "timestamp": event.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "data": {
            "application": public_id("app", subject),
            "decision": public_id("dec", decision),
            "request_id": None,
        },
    }
    assert got.id == public_id("evt", event.id)
    assert got.headers["assay-version"] == VERSION
    assert got.headers["user-agent"] == "Assay-Webhooks/1.0"
    (delivery,) = deliveries(endpoint)
    assert (delivery.status, delivery.attempts, delivery.due_at) == ("delivered", 1, None)
