"""Every refusal is a problem, the framework's own included, and every code has its page."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import Partner
from tests.api.reach import codes_reached
from tests.bodies import Body
from underwriting.api.codes import CODES, OF_STATUS
from underwriting.services.applications import application_submit


def problem_in(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.content[:300]
    assert response.headers["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = json.loads(response.content)
    assert document["type"] == f"/v1/docs/problems/{code}"
    assert (document["status"], document["code"]) == (status, code)
    assert document["title"]
    assert document["detail"]
    assert document["request_id"] == response.headers["Request-Id"]
    return document


def test_every_code_a_request_can_meet_is_in_the_registry() -> None:
    reached = codes_reached()
    assert {"external_id_taken", "status", "offer_expired", "champion_only"} <= set(reached)
    assert {code: module for code, module in reached.items() if code not in CODES} == {}


def test_every_code_has_its_page(client: Client, db: None) -> None:
    for code in CODES:
        page = client.get(f"/v1/docs/problems/{code}")
        assert page.status_code == 200, code
        text = page.content.decode()
        assert "What happened" in text
        assert "What to do" in text
        assert f"&quot;code&quot;: &quot;{code}&quot;" in text
        assert "<script" not in text
        assert "style=" not in text


def test_the_index_leads_to_every_page(client: Client, db: None) -> None:
    text = client.get("/v1/docs/problems").content.decode()
    assert all(f"/v1/docs/problems/{code}" in text for code in CODES)


def test_the_framework_refuses_as_we_do(partner: Partner, client: Client) -> None:
    auth = partner.headers
    problem_in(client.get("/v1/", headers=auth), 404, "not_found")
    problem_in(client.get("/v1/nothing/at/all", headers=auth), 404, "not_found")
    problem_in(client.get("/v1/applications/", headers=auth), 404, "not_found")
    problem_in(client.get("/v1/docs/problems/nonsense"), 404, "not_found")
    problem_in(client.delete("/v1/applications", headers=auth), 405, "method_not_allowed")
    problem_in(client.post("/v1/docs"), 405, "method_not_allowed")
    refused = client.get("/v1/applications", headers={**auth, "Accept": "text/csv"})
    problem_in(refused, 406, "not_acceptable")
    problem_in(client.get("/v1/products", headers={"Host": "evil.example"}), 400, OF_STATUS[400])
    problem_in(client.get("/v1/products"), 401, "not_authenticated")
    problem_in(
        client.post("/v1/applications", b"x", content_type="text/plain", headers=auth),
        415,
        "unsupported_media_type",
    )


def test_a_page_takes_no_form(partner: Partner) -> None:
    """With the check of forms on, as for a browser."""
    strict = Client(enforce_csrf_checks=True)
    problem_in(strict.post("/v1/docs/problems"), 405, "method_not_allowed")


def test_a_failure_of_ours_says_nothing_of_itself(
    partner: Partner, body: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr(f"underwriting.api.views.applications.{application_submit.__name__}", fail)
    response = partner.apply(body)
    problem_in(response, 500, "internal_error")
    assert b"swordfish" not in response.content


def test_null_bytes_and_odd_encodings_are_refused(partner: Partner, client: Client) -> None:
    auth = partner.headers
    for path in (
        "/v1/applications?external_id=%00",
        "/v1/applications?starting_after=%00",
        "/v1/applications?status=%ff%fe",
        "/v1/applications?received_after=yesterday",
        "/v1/applications?limit=٣",
        "/v1/applications?starting_after=app_1&ending_before=app_2",
        f"/v1/applications/app_{'0' * 32}?language=%00",
        "/v1/decisions?language=../../etc",
    ):
        problem_in(client.get(path, headers=auth), 422, "invalid")
    for path in ("/v1/applications/app_%00", "/v1/decisions/dec_%ff", "/v1/products/%00/schema"):
        problem_in(client.get(path, headers=auth), 404, "not_found")
