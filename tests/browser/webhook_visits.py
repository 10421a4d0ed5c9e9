"""The pages of webhooks: an endpoint, and deliveries that went well and badly."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from accounts.models import User
from events.actor import Actor
from events.models import WebhookDelivery, WebhookEndpoint
from events.services import record
from events.services.endpoints import endpoint_create
from events.services.fan_out import endpoint_fan_out
from events.services.outcomes import Done
from events.services.turns import deliveries_turn
from events.webhooks.sending import Answer, Failure
from tenancy.enter import enter
from tenancy.models import Organization
from tests.browser.visits import Visit

__all__ = [
    "listened",
    "webhook_deliveries_page",
    "webhook_delivery_page",
    "webhook_form",
    "webhook_page",
    "webhook_replay_form",
    "webhooks_page",
]

ENDPOINTS, DELIVERIES = "/admin/events/webhookendpoint/", "/admin/events/webhookdelivery/"
LONG = "https://hooks.kernbanksystem.hanse-kredit.example:8443/assay/v1/incoming?tenant=hamburg"


@pytest.fixture
def listened(hanse: Organization, alice: User, monkeypatch: pytest.MonkeyPatch) -> WebhookEndpoint:
    """Three messages: one delivered, one refused, one nobody answered. None really goes out."""
    monkeypatch.setattr(record, "wake_after", lambda *_: None)
    place = {"organization_id": hanse.id, "actor": Actor.user(alice.pk)}
    endpoint, _ = endpoint_create(
        **place, url=LONG, types=["application.*", "offer.accepted"], version="2026-11-01",
        description="Core banking",
    )  # fmt: skip
    for _ in range(3):
        with enter(hanse.id):
            record.event_record(
                **place, type="application.submitted", subject=("application", uuid4()), data={}
            )
    where = {"organization_id": hanse.id, "endpoint_id": endpoint.id}
    endpoint_fan_out(**where)
    answers = (
        {"status": 204, "headers": (("Date", "Sat, 21 Nov 2026 10:00:00 GMT"),)},
        {"status": 503, "headers": (("Retry-After", "120"),), "body": "busy " * 60},
        {"failure": Failure.TIMEOUT},
    )
    for given in answers:
        (held,) = deliveries_turn(**where, most=1)
        answer = Answer(started_at=datetime.now(UTC), ms=95, **given)
        headers = {"webhook-id": held.message_id, "webhook-signature": f"v1,{uuid4().hex}="}
        done = Done(held.delivery_id, held.attempts, held.fence, headers, answer)
        deliveries_turn(**where, done=[done], most=0)
    return endpoint


@pytest.fixture
def webhooks_page(listened: WebhookEndpoint, alice: User) -> Visit:
    return Visit(ENDPOINTS, alice)


@pytest.fixture
def webhook_page(listened: WebhookEndpoint, alice: User) -> Visit:
    return Visit(f"{ENDPOINTS}{listened.id}/change/", alice)


@pytest.fixture
def webhook_form(alice: User) -> Visit:
    return Visit(f"{ENDPOINTS}add/", alice)


@pytest.fixture
def webhook_replay_form(listened: WebhookEndpoint, alice: User) -> Visit:
    return Visit(f"{ENDPOINTS}{listened.id}/replay/", alice)


@pytest.fixture
def webhook_deliveries_page(listened: WebhookEndpoint, alice: User) -> Visit:
    return Visit(DELIVERIES, alice)


@pytest.fixture
def webhook_delivery_page(listened: WebhookEndpoint, alice: User) -> Visit:
    with enter(listened.organization_id, read_only=True):
        refused = WebhookDelivery.objects.filter(tries__status_code=503).get()
    return Visit(f"{DELIVERIES}{refused.id}/change/", alice)
