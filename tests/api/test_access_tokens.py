"""OAuth 2 client credentials, over HTTP: a token acts like a key, and dies with its client."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.test import Client

from accounts.models import AccessToken, ApiKey, ApiRequest
from accounts.models import Partner as Broker
from accounts.services.access_tokens import token_revoke
from accounts.services.api_keys import api_key_create, api_key_revoke, api_key_rotate
from accounts.services.partners import partner_deactivate
from events.actor import SYSTEM
from tenancy.enter import enter
from tenancy.ids import public_id
from tenancy.models import Organization
from tenancy.services import organization_advance_clock
from tests.api.conftest import Partner
from tests.bodies import Body

Ask = Callable[..., Any]
SCOPES = ["applications:write", "decisions:read"]


class Bank:
    """A client with its secret, and a way to ask."""

    def __init__(self, organization: Organization, **options: Any) -> None:
        self.organization = organization
        self.client, self.secret = api_key_create(
            organization_id=organization.id,
            actor=SYSTEM,
            name="bank",
            kind="client",
            **({"scopes": SCOPES} | options),
        )
        self.id = public_id("key", self.client.id)
        self.http = Client(raise_request_exception=False)

    def form(self, **fields: str) -> dict[str, str]:
        given = {"grant_type": "client_credentials", "client_id": self.id}
        return given | {"client_secret": self.secret} | fields

    def ask(self, form: dict[str, str] | None = None, **headers: str) -> Any:
        return self.post("/v1/oauth/token", self.form() if form is None else form, **headers)

    def post(self, path: str, form: dict[str, str], **headers: str) -> Any:
        data = "&".join(f"{name}={quote_plus(value)}" for name, value in form.items())
        kind = "application/x-www-form-urlencoded"
        return self.http.post(path, data, content_type=kind, headers=headers)

    def basic(self, client_id: str, secret: str) -> dict[str, str]:
        pair = f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}

    def token(self, **fields: str) -> Partner:
        return Partner(self.ask(self.form(**fields)).json()["access_token"])


@pytest.fixture
def bank(hanse: Organization) -> Bank:
    return Bank(hanse)


def test_a_token_is_given_for_the_secret(bank: Bank) -> None:
    answer = bank.ask()
    assert answer.status_code == 200
    document = answer.json()
    assert document.pop("access_token").startswith("assay_live_at_")
    assert document == {
        "token_type": "Bearer",
        "expires_in": 900,
        "scope": "applications:write decisions:read",
    }
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.headers["Assay-Version"] == "2026-11-01"


def test_http_basic_does_too(bank: Bank) -> None:
    form = {"grant_type": "client_credentials", "scope": "decisions:read"}
    answer = bank.ask(form, **bank.basic(bank.id, bank.secret))
    assert answer.json()["scope"] == "decisions:read"


def test_a_token_acts_like_a_key(bank: Bank, body: Body) -> None:
    token = bank.token()
    made = token.apply(body, key="k-1")
    assert made.status_code == 201
    assert token.get(f"/v1/applications/{made.json()['id']}").status_code == 200


def test_a_token_may_what_it_asked_for(bank: Bank, body: Body) -> None:
    token = bank.token(scope="decisions:read")
    assert token.get("/v1/applications").status_code == 200
    assert token.apply(body, key="k-1").status_code == 403


def test_a_token_never_may_more_than_its_client(bank: Bank) -> None:
    refused = bank.ask(bank.form(scope="decisions:read models:read"))
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")
    token = bank.token()
    with enter(bank.organization.id):
        ApiKey.objects.filter(organization_id=bank.organization.id, id=bank.client.id).update(
            scopes=["models:read"]
        )
    assert token.get("/v1/applications").status_code == 403


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, 401, "invalid_client"),
    ],
)
def test_refusals_are_those_of_the_rfc(
    bank: Bank, form: dict[str, str], status: int, error: str
) -> None:
    answer = bank.ask(form)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_is_not_the_client_gets_nothing(bank: Bank, hanse: Organization) -> None:
    """Another's id, a key's secret, a token, nonsense: all alike, with a challenge."""
    other = Bank(hanse)
    key, raw = api_key_create(organization_id=hanse.id, actor=SYSTEM, name="k", scopes=SCOPES)
    attempts = [
        bank.form(client_id=other.id),
        bank.form(client_secret=other.secret),
        bank.form(client_secret=bank.secret[:-1] + "!"),
        bank.form(client_id=public_id("key", key.id), client_secret=raw),
        bank.form(client_secret=bank.ask().json()["access_token"]),
        bank.form(client_id="", client_secret=""),
        bank.form(client_id=bank.id.upper()),
        bank.form(client_id="key_\x00", client_secret="\x00" * 40),
    ]
    answers = [bank.ask(form) for form in attempts]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.content for answer in answers} == {b'{"error":"invalid_client"}'}
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {'Basic realm="assay"'}


@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Basic /w==", "Bearer x", "Digest x"])
def test_a_header_that_proves_nothing(bank: Bank, header: str) -> None:
    form = {"grant_type": "client_credentials"}
    answer = bank.ask(form, Authorization=header)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_one_way_of_proof_at_a_time(bank: Bank) -> None:
    answer = bank.ask(bank.form(), **bank.basic(bank.id, bank.secret))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "data",
    [
        b'{"grant_type": "client_credentials"}',
        b"\xff\xfe",
        b"grant_type=client_credentials&grant_type=client_credentials",
        b"grant_type=client_credentials&client_id=a&client_id=b",
        b"grant_type=" + b"c" * 100_000,
    ],
)
def test_what_is_no_form_is_refused(bank: Bank, data: bytes) -> None:
    kind = "application/x-www-form-urlencoded"
    answer = bank.http.post("/v1/oauth/token", data, content_type=kind)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_secret_in_the_address_is_refused(bank: Bank) -> None:
    """Addresses end up in logs of proxies."""
    form = "&".join(f"{name}={value}" for name, value in bank.form().items())
    answer = bank.post(f"/v1/oauth/token?{form}", {})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_another_method_is_a_problem(bank: Bank) -> None:
    answer = bank.http.get("/v1/oauth/token")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_the_secret_itself_opens_nothing(bank: Bank) -> None:
    answer = Partner(bank.secret).get("/v1/applications")
    assert answer.status_code == 401
    assert "/v1/oauth/token" in answer.json()["detail"]


def test_revoked_the_client_takes_its_tokens_with_it(bank: Bank) -> None:
    token = bank.token()
    api_key_revoke(organization_id=bank.organization.id, actor=SYSTEM, api_key_id=bank.client.id)
    assert token.get("/v1/applications").status_code == 401
    assert bank.ask().status_code == 401


def test_an_ended_partner_takes_its_tokens_with_it(hanse: Organization, broker: Broker) -> None:
    bank = Bank(hanse, partner=broker)
    token = bank.token()
    assert token.get("/v1/applications").status_code == 200
    partner_deactivate(organization_id=hanse.id, actor=SYSTEM, partner_id=broker.id)
    assert token.get("/v1/applications").status_code == 401


def test_rotated_the_tokens_go_on_and_both_secrets_buy_more(bank: Bank) -> None:
    token = bank.token()
    _, secret = api_key_rotate(
        organization_id=bank.organization.id,
        actor=SYSTEM,
        api_key_id=bank.client.id,
        overlap=timedelta(hours=1),
    )
    assert token.get("/v1/applications").status_code == 200
    assert bank.ask().status_code == 200
    assert bank.ask(bank.form(client_secret=secret)).status_code == 200


def test_a_token_expires(hanse_twin: Organization) -> None:
    bank = Bank(hanse_twin)
    token = bank.token()
    assert token.get("/v1/applications").status_code == 200
    organization_advance_clock(organization_id=hanse_twin.id, by=timedelta(seconds=901))
    assert token.get("/v1/applications").status_code == 401


def test_a_partners_token_sees_the_partners_only(
    hanse: Organization, broker: Broker, partner: Partner, body: Body
) -> None:
    made = partner.apply(body, key="k-1").json()["id"]
    token = Bank(hanse, partner=broker).token()
    assert token.get(f"/v1/applications/{made}").status_code == 404
    assert token.get("/v1/applications").json()["data"] == []


def test_another_lenders_token_sees_nothing(
    aurora: Organization, partner: Partner, body: Body
) -> None:
    made = partner.apply(body, key="k-1").json()["id"]
    assert Bank(aurora).token().get(f"/v1/applications/{made}").status_code == 404


def test_a_token_is_taken_back(bank: Bank, hanse: Organization) -> None:
    raw = bank.ask().json()["access_token"]
    other = Bank(hanse)
    assert other.post("/v1/oauth/revoke", other.form(token=raw)).status_code == 200
    assert Partner(raw).get("/v1/applications").status_code == 200, "another client's stays"
    assert bank.post("/v1/oauth/revoke", bank.form(token=raw)).status_code == 200
    assert Partner(raw).get("/v1/applications").status_code == 401
    assert bank.post("/v1/oauth/revoke", bank.form(token="nonsense")).status_code == 200
    assert bank.post("/v1/oauth/revoke", bank.form()).json()["error"] == "invalid_request"
    wrong = bank.form(token=raw, client_secret="x")
    assert bank.post("/v1/oauth/revoke", wrong).json()["error"] == "invalid_client"
    assert not token_revoke(organization_id=hanse.id, client_id=other.client.id, raw=raw)


def test_a_client_is_held_to_its_addresses(hanse: Organization) -> None:
    bank = Bank(hanse, allowed_networks=["203.0.113.0/24"])
    answer = bank.ask()
    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")
    bank.http.defaults["REMOTE_ADDR"] = "203.0.113.9"
    token = Partner(bank.ask().json()["access_token"])
    assert token.get("/v1/applications").json()["code"] == "address_not_allowed"
    token.client.defaults["REMOTE_ADDR"] = "203.0.113.77"
    assert token.get("/v1/applications").status_code == 200


def test_asking_for_tokens_is_logged_without_a_secret(bank: Bank) -> None:
    bank.ask()
    bank.ask(bank.form(scope="everything"))
    with enter(bank.organization.id, read_only=True):
        rows = ApiRequest.objects.filter(organization_id=bank.organization.id).order_by("id")
        kept = [(row.path, row.status, row.problem) for row in rows]
        digests = AccessToken.objects.filter(organization_id=bank.organization.id).count()
    assert kept == [
        ("/v1/oauth/token", 200, None),
        ("/v1/oauth/token", 400, "invalid_scope"),
    ]
    assert digests == 1
