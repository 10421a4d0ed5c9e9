"""Webhooks on the desk: an endpoint is made, tried out, looked at, sent to again and ended."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.enums import Role
from accounts.models import Partner, User
from events.models import WebhookDelivery, WebhookEndpoint
from events.services.pump import endpoint_pump
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_accounts import Hire
from tests.desk.conftest import SignIn
from tests.events.receivers import Receiver, receiving, status

ENDPOINTS, DELIVERIES = "/admin/events/webhookendpoint/", "/admin/events/webhookdelivery/"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.ASSAY_WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    with receiving(status(500)) as started:
        yield started


@pytest.fixture
def alices(sign_in: SignIn, alice: User) -> Client:
    return sign_in(alice)


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    found: str = answer.content.decode()
    return found


def only(organization: Organization, model: Any) -> Any:
    with enter(organization.id, read_only=True):
        return model.objects.order_by("-id").first()


def made(client: Client, organization: Organization, url: str, **more: Any) -> WebhookEndpoint:
    answer = client.post(f"{ENDPOINTS}add/", {"url": url, "types": ["*"], **more})
    assert "whsec_" in text(answer), text(answer)
    found: WebhookEndpoint = only(organization, WebhookEndpoint)
    return found


def pumped(endpoint: WebhookEndpoint) -> None:
    endpoint_pump(organization_id=endpoint.organization_id, endpoint_id=endpoint.id)


def test_from_nothing_to_a_message_that_is_sent_again(
    hanse: Organization, alices: Client, broker: Partner, receiver: Receiver
) -> None:
    assert "Nobody is told of anything yet" in text(alices.get(ENDPOINTS))
    assert "Nothing was sent with these filters" in text(alices.get(DELIVERIES))
    endpoint = made(alices, hanse, receiver.url, description="Core banking")
    page = f"{ENDPOINTS}{endpoint.id}/"
    assert "Nothing was sent yet" in text(alices.get(f"{page}change/"))
    assert alices.post(f"{page}test/").status_code == 302
    pumped(endpoint)

    delivery = only(hanse, WebhookDelivery)
    assert "webhook.test" in text(alices.get(f"{page}change/"))
    for asked in ("", f"?endpoint={endpoint.id}", "?type=webhook.test", "?status=pending"):
        assert str(delivery.id) in text(alices.get(f"{DELIVERIES}{asked}"))
    assert str(delivery.id) not in text(alices.get(f"{DELIVERIES}?status=delivered"))
    shown = text(alices.get(f"{DELIVERIES}{delivery.id}/change/"))
    assert ">500<" in shown
    assert "webhook-signature" in shown
    assert "Send now" in shown

    receiver.respond = None
    assert alices.post(f"{DELIVERIES}{delivery.id}/again/").status_code == 302
    pumped(endpoint)
    assert only(hanse, WebhookDelivery).status == "delivered"
    assert len({got.id for got in receiver.got}) == 1


def test_a_secret_is_shown_once_and_rotated(hanse: Organization, alices: Client) -> None:
    endpoint = made(alices, hanse, "https://hooks.example/")
    page = f"{ENDPOINTS}{endpoint.id}/"
    assert "whsec_" not in text(alices.get(f"{page}change/"))
    rotated = text(alices.post(f"{page}rotate/", {"overlap_hours": 24}))
    assert re.search(r"<code>whsec_[A-Za-z0-9+/]{43}=</code>", rotated)
    assert "Two secrets sign until" in text(alices.get(f"{page}change/"))


def test_it_is_changed_switched_off_and_on_replayed_and_deleted(
    hanse: Organization, alices: Client
) -> None:
    endpoint = made(alices, hanse, "https://hooks.example/")
    page = f"{ENDPOINTS}{endpoint.id}/"
    for name in ("edit", "rotate", "test", "replay", "disable", "enable", "remove"):
        assert "hooks.example" in text(alices.get(f"{page}{name}/")), name
    change = {"url": "https://other.example/", "types": ["offer.*"], "contact": "it@a.example"}
    assert alices.post(f"{page}edit/", change).status_code == 302
    assert alices.post(f"{page}disable/").status_code == 302
    shown = text(alices.get(f"{page}change/"))
    assert "other.example" in shown
    assert "Nothing is sent to it" in shown
    assert alices.post(f"{page}enable/", {"skip_missed": "on"}).status_code == 302
    asked = {"since": "2026-01-01T00:00", "until": "2026-01-02T00:00", "missed_only": "on"}
    assert alices.post(f"{page}replay/", asked).status_code == 302
    assert alices.post(f"{page}remove/").status_code == 302
    assert alices.get(f"{page}change/").status_code == 404
    assert "Nobody is told of anything yet" in text(alices.get(ENDPOINTS))


def test_what_is_wrong_stands_beside_its_field(
    hanse: Organization, alices: Client, broker: Partner
) -> None:
    answer = alices.post(f"{ENDPOINTS}add/", {"url": "http://10.0.0.1/", "types": ["*"]})
    assert "public addresses only" in text(answer)
    assert only(hanse, WebhookEndpoint) is None
    made(alices, hanse, "https://hooks.example/", partner=str(broker.id))
    assert "Nord Broker" in text(alices.get(ENDPOINTS))


def test_others_may_not(
    hanse: Organization, alices: Client, uma: User, sign_in: SignIn, hire: Hire, aurora: Any
) -> None:
    endpoint = made(alices, hanse, "https://hooks.example/")
    page = f"{ENDPOINTS}{endpoint.id}/"
    umas, outsider = sign_in(uma), sign_in(hire(aurora, "Olga", Role.OWNER))
    assert umas.get(ENDPOINTS).status_code == 403
    assert umas.post(f"{ENDPOINTS}add/", {"url": "https://a.example"}).status_code == 403
    for name in ("edit", "rotate", "test", "replay", "disable", "enable", "remove"):
        assert umas.post(f"{page}{name}/").status_code == 403, name
        assert outsider.post(f"{page}{name}/").status_code == 404, name
        assert outsider.get(f"{page}{name}/").status_code == 404, name
    assert text(sign_in(hire(hanse, "Dora", Role.DEVELOPER)).get(f"{page}change/"))
