"""Keys, scopes, addresses that are none, and pages without inline code."""

import jsonschema
import pytest
from django.test import Client

from accounts.models import ApiKey
from accounts.services.api_keys import api_key_create, api_key_revoke
from events.actor import SYSTEM
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.bodies import Body
from tests.cast_accounts import RawKey


@pytest.mark.parametrize(
    "authorization",
    [None, "Bearer", "Bearer nonsense", "Basic abc", "Bearer assay_live_" + "a" * 40],
)
def test_no_key_no_answer(client: Client, db: None, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    response = client.get("/v1/applications", headers=headers)
    assert response.status_code == 401
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_key_is_out_at_once(
    partner: Partner, hanse: Organization, hanse_key: RawKey
) -> None:
    assert partner.get("/v1/applications").status_code == 200
    api_key_revoke(organization_id=hanse.id, actor=SYSTEM, api_key_id=hanse_key[0].id)
    assert partner.get("/v1/applications").status_code == 401


def test_a_key_does_what_its_scopes_say(hanse: Organization, body: Body) -> None:
    _key, raw = api_key_create(
        organization_id=hanse.id, actor=SYSTEM, name="reader", scopes=["decisions:read"]
    )
    reader = Partner(raw)
    assert reader.get("/v1/applications").status_code == 200
    refused = reader.apply(body)
    assert refused.status_code == 403
    assert "applications:write" in refused.json()["detail"]


@pytest.mark.parametrize(
    "path", ["/v1/", "/v1/nothing", "/v1/applications/app_1", "/v1/decisions/x"]
)
def test_what_is_not_there_is_a_problem_too(partner: Partner, path: str) -> None:
    response = partner.get(path)
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


def test_every_answer_names_its_request(partner: Partner) -> None:
    response = partner.get("/v1/nothing", **{"Request-Id": "my-request-1"})
    assert response.headers["Request-Id"] == "my-request-1"
    assert response.json()["request_id"] == "my-request-1"
    assert partner.get("/v1/products").headers["Request-Id"].startswith("req_")


def test_the_schema_accepts_what_we_accept(partner: Partner, body: Body) -> None:
    answer = partner.get("/v1/products/personal-loan/schema?language=de").json()
    jsonschema.Draft202012Validator.check_schema(answer["schema"])
    jsonschema.validate(body, answer["schema"])
    assert {text["purpose"] for text in answer["consents"]} == {
        consent["purpose"] for consent in body["applicant"]["consents"]
    }


def test_products_are_listed(partner: Partner) -> None:
    rows = partner.get("/v1/products").json()["data"]
    assert [row["slug"] for row in rows] == ["personal-loan"]


@pytest.mark.parametrize("path", ["/v1/docs", "/v1/docs/problems"])
def test_the_pages_hold_no_inline_code(client: Client, db: None, path: str) -> None:
    page = client.get(path).content.decode()
    assert "<style" not in page
    assert "<script>" not in page


def test_keys_are_of_one_lender(hanse: Organization, hanse_key: RawKey) -> None:
    assert ApiKey.objects.count() == 0, "without a tenant no key is seen"
