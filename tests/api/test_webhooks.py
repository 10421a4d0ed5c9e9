"""Webhooks by the API: whose they are, what is refused, what is shown once, and what goes out."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from standardwebhooks.webhooks import Webhook

from accounts.models import Partner as Broker
from accounts.services.api_keys import api_key_create
from events.actor import SYSTEM
from events.models import WebhookEndpoint
from events.services.pump import endpoint_pump
from tenancy.enter import enter
from tenancy.ids import parse_public_id
from tests.api.conftest import Partner
from tests.bodies import Body
from tests.cast_accounts import RawKey, key_of
from tests.events.receivers import Receiver, receiving, status

HOOK = {"url": "https://hooks.example/assay", "types": ["application.*"]}


@pytest.fixture
def caller(hanse_key: RawKey) -> Partner:
    return Partner(hanse_key[1])


@pytest.fixture
def nord(broker_key: RawKey) -> Partner:
    return Partner(broker_key[1])


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.ASSAY_WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    with receiving() as started:
        yield started


def patch(caller: Partner, path: str, body: Any) -> Any:
    return caller.client.patch(
        path, json.dumps(body), content_type="application/json", headers=caller.headers
    )


def made(caller: Partner, **body: Any) -> dict[str, Any]:
    answer = caller.post("/v1/webhooks", {**HOOK, **body})
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def pumped(hanse: Any, document: dict[str, Any]) -> None:
    endpoint_id = parse_public_id("whe", document["id"])
    assert endpoint_id
    endpoint_pump(organization_id=hanse.id, endpoint_id=endpoint_id)


def test_an_endpoint_shows_its_secret_once(caller: Partner) -> None:
    document = made(caller, description="Loan desk", contact="it@lender.example")
    secret = document.pop("secret")
    assert secret.startswith("whsec_")
    path = f"/v1/webhooks/{document['id']}"
    assert caller.get(path).json() == document
    assert document["version"] == "2026-11-01"
    page = caller.get("/v1/webhooks").json()
    assert (page["data"], page["has_more"]) == ([document], False)
    assert secret not in str(page)


def test_a_secret_is_kept_sealed(caller: Partner, hanse: Any) -> None:
    secret = made(caller)["secret"]
    with enter(hanse.id, read_only=True):
        kept = bytes(WebhookEndpoint.objects.get().sealed_secret or b"")
    assert secret.encode() not in kept
    assert secret.removeprefix("whsec_").encode() not in kept


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"url": "http://hooks.example/"}, "/url", "not_https"),
        ({"url": "https://127.0.0.1/"}, "/url", "not_public"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "/url", "not_public"),
        ({"url": "https://hooks.example:22/"}, "/url", "port"),
        ({"url": "https://localhost/"}, "/url", "not_public"),
        ({"url": "https://a.example/\r\nX-Evil: 1"}, "/url", "not_a_url"),
        ({"url": "https://user:pass@a.example/"}, "/url", "not_a_url"),
        ({"url": 7}, "/url", "type"),
        ({"types": ["application.eaten"]}, "/types/0", "unknown"),
        ({"types": []}, "/types", "length"),
        ({"types": "*"}, "/types", "type"),
        ({"contact": "nobody"}, "/contact", "format"),
        ({"version": "2020-01-01"}, "/version", "unknown"),
        ({"description": "x" * 201}, "/description", "length"),
        ({"secret": "whsec_mine"}, "/secret", "unknown"),
    ],
)
def test_what_is_wrong_is_named(
    caller: Partner, body: dict[str, Any], pointer: str, code: str
) -> None:
    answer = caller.post("/v1/webhooks", {**HOOK, **body})
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
        (pointer, code)
    ]


def test_a_partner_sees_its_own_only(caller: Partner, nord: Partner, aurora_key: RawKey) -> None:
    theirs, ours = made(caller), made(nord)
    assert [each["id"] for each in nord.get("/v1/webhooks").json()["data"]] == [ours["id"]]
    assert len(caller.get("/v1/webhooks").json()["data"]) == 2
    path = f"/v1/webhooks/{theirs['id']}"
    for outsider in (nord, Partner(aurora_key[1])):
        assert outsider.get(path).status_code == 404
        assert outsider.get(f"{path}/deliveries").status_code == 404
        assert patch(outsider, path, {"status": "disabled"}).status_code == 404
        for ending in ("secret", "test"):
            assert outsider.post(f"{path}/{ending}", {}).status_code == 404
        since = {"since": "2026-01-01T00:00:00Z"}
        assert outsider.post(f"{path}/replay", since).status_code == 404
        assert outsider.client.delete(path, headers=outsider.headers).status_code == 404
    assert caller.get(path).json()["status"] == "enabled"


def test_a_key_needs_the_scope(hanse: Any) -> None:
    _, raw = api_key_create(
        organization_id=hanse.id, actor=SYSTEM, name="reader", scopes=["decisions:read"]
    )
    assert Partner(raw).get("/v1/webhooks").status_code == 403
    assert Partner(raw).post("/v1/webhooks", HOOK).status_code == 403


def test_an_endpoint_is_changed_switched_off_and_on_and_deleted(caller: Partner) -> None:
    path = f"/v1/webhooks/{made(caller)['id']}"
    changed = patch(caller, path, {"types": ["*"], "status": "disabled"}).json()
    assert (changed["types"], changed["status"]) == (["*"], "disabled")
    assert changed["disabled_for"] == "asked"
    assert caller.post(f"{path}/test", {}).json()["code"] == "endpoint_disabled"
    assert patch(caller, path, {"status": "enabled"}).json()["disabled_at"] is None
    assert patch(caller, path, {"status": "asleep"}).status_code == 422
    assert patch(caller, path, {"url": "https://10.0.0.1/"}).status_code == 422
    assert caller.client.delete(path, headers=caller.headers).status_code == 204
    assert caller.get(path).status_code == 404
    assert caller.get("/v1/webhooks").json()["data"] == []


def test_an_application_is_told_to_its_partner_and_its_lender_alone(
    partner: Partner, nord: Partner, hanse: Any, body: Body, receiver: Receiver
) -> None:
    ours = made(partner, url=receiver.url, types=["*"])
    with receiving() as of_broker:
        theirs = made(nord, url=of_broker.url, types=["*"])
        mine = partner.apply(body).json()["id"]
        brokers = nord.apply(body, key=uuid4().hex)
        for each in (ours, theirs):
            pumped(hanse, each)
        heard = {got.message["data"].get("application") for got in of_broker.got}
    assert heard == {brokers.json()["id"]}
    assert {mine, *heard} == {got.message["data"].get("application") for got in receiver.got}
    first = next(each for each in receiver.got if each.message["data"]["application"] == mine)
    assert first.message["type"] == "application.submitted"
    assert Webhook(ours["secret"]).verify(first.body, first.headers)


def test_a_message_names_the_request_behind_it(
    partner: Partner, hanse: Any, body: Body, receiver: Receiver
) -> None:
    hook = made(partner, url=receiver.url, types=["application.submitted"])
    headers = {"Request-Id": "my-own-request-1", "Idempotency-Key": uuid4().hex}
    assert partner.post("/v1/applications", body, **headers).status_code == 202
    pumped(hanse, hook)
    assert [got.message["data"]["request_id"] for got in receiver.got] == ["my-own-request-1"]


def test_both_secrets_sign_during_a_rotation(
    caller: Partner, hanse: Any, receiver: Receiver
) -> None:
    hook = made(caller, url=receiver.url)
    path = f"/v1/webhooks/{hook['id']}"
    rotated = caller.post(f"{path}/secret", {"overlap_hours": 1}).json()
    assert rotated["former_secret_until"]
    caller.post(f"{path}/test", {})
    pumped(hanse, hook)
    (got,) = receiver.got
    assert len(got.headers["webhook-signature"].split()) == 2
    for secret in (hook["secret"], rotated["secret"]):
        assert Webhook(secret).verify(got.body, got.headers)["type"] == "webhook.test"

    at_once = caller.post(f"{path}/secret", {"overlap_hours": 0}).json()
    caller.post(f"{path}/test", {})
    pumped(hanse, hook)
    last = receiver.got[-1]
    assert len(last.headers["webhook-signature"].split()) == 1
    assert Webhook(at_once["secret"]).verify(last.body, last.headers)
    assert caller.post(f"{path}/secret", {"overlap_hours": 169}).status_code == 422


def test_the_log_shows_request_and_answer(
    caller: Partner, nord: Partner, hanse: Any, receiver: Receiver
) -> None:
    receiver.respond = status(500, X_Reason="asleep")
    hook = made(caller, url=receiver.url)
    caller.post(f"/v1/webhooks/{hook['id']}/test", {})
    pumped(hanse, hook)
    listed = f"/v1/webhooks/{hook['id']}/deliveries"
    (row,) = caller.get(listed).json()["data"]
    assert (row["status"], row["attempts"], row["type"]) == ("pending", 1, "webhook.test")
    assert caller.get(f"{listed}?status=delivered").json()["data"] == []
    assert len(caller.get(f"{listed}?type=webhook.test&status=pending").json()["data"]) == 1
    assert caller.get(f"{listed}?status=lost").status_code == 422

    path = f"/v1/deliveries/{row['id']}"
    assert nord.get(path).status_code == 404
    assert nord.post(f"{path}/replay", {}).status_code == 404
    document = caller.get(path).json()
    (attempt,) = document["log"]
    assert (attempt["status"], attempt["failure"], attempt["number"]) == (500, None, 1)
    assert {"name": "X-Reason", "value": "asleep"} in attempt["response_headers"]
    assert attempt["request_headers"]["webhook-id"] == row["event"]
    assert json.loads(document["payload"]) == receiver.got[0].message
    assert hook["secret"] not in json.dumps(document)

    receiver.respond = None
    hurried = caller.post(f"{path}/replay", {})
    assert (hurried.status_code, hurried.json()["id"]) == (202, row["id"])
    pumped(hanse, hook)
    assert caller.get(path).json()["status"] == "delivered"
    again = caller.post(f"{path}/replay", {}).json()
    assert again["id"] != row["id"]
    assert again["replayed"]
    pumped(hanse, hook)
    assert {got.id for got in receiver.got} == {row["event"]}
    assert len(receiver.got) == 3


def test_a_time_is_sent_again(caller: Partner, hanse: Any, receiver: Receiver) -> None:
    hook = made(caller, url=receiver.url)
    since = hook["created_at"]
    path = f"/v1/webhooks/{hook['id']}/replay"
    asked = {"since": since, "missed_only": False}
    assert caller.post(path, asked).json() == {"object": "webhook_replay", "deliveries": 0}
    assert caller.post(path, {"since": "yesterday"}).status_code == 422
    assert caller.post(path, {"since": since, "until": since}).status_code == 422
    assert caller.post(path, {"types": ["*"]}).status_code == 422
    assert caller.post(path, {"since": since, "types": ["nothing.*"]}).status_code == 422


def test_a_test_key_asks_for_any_type(hanse_twin: Any, receiver: Receiver) -> None:
    caller = Partner(key_of(hanse_twin)[1])
    hook = made(caller, url=receiver.url)
    answer = caller.post(f"/v1/webhooks/{hook['id']}/test", {"type": "offer.accepted"})
    pumped(hanse_twin, hook)
    (got,) = receiver.got
    assert answer.json()["event"] == got.id
    assert (got.message["type"], set(got.message["data"])) == (
        "offer.accepted",
        {"application", "offer", "decision", "request_id"},
    )


def test_a_live_key_may_not(caller: Partner) -> None:
    path = f"/v1/webhooks/{made(caller)['id']}/test"
    assert caller.post(path, {"type": "offer.accepted"}).json()["code"] == "test_only"


def test_endpoints_are_paged(caller: Partner, broker: Broker) -> None:
    ids = [made(caller)["id"] for _ in range(3)]
    first = caller.get("/v1/webhooks?limit=2").json()
    assert ([row["id"] for row in first["data"]], first["has_more"]) == (ids[:0:-1], True)
    last = caller.get(f"/v1/webhooks?limit=2&starting_after={ids[1]}").json()
    assert ([row["id"] for row in last["data"]], last["has_more"]) == (ids[:1], False)
