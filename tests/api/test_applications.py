"""Sending applications: decided while waiting, or accepted for a worker; each mistake is named."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenancy.enter import enter
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.bodies import BAD_FACTS, Body, applicant, changed, loan
from tests.cast_accounts import RawKey
from underwriting.models import Application, ApplicationMark

STATEMENTS = 37
"""The budget of one request that waits: BEGIN, tenant and COMMIT of each transaction, the key,
the kept answer and the line of the request log included."""


def stored(organization: Organization) -> int:
    with enter(organization.id, read_only=True):
        return Application.objects.filter(organization_id=organization.id).count()


def test_waiting_gets_the_decision(partner: Partner, body: Body) -> None:
    response = partner.apply(body)
    assert response.status_code == 201, response.content
    answer = response.json()
    assert answer["status"] == "approved"
    assert answer["decision"]["outcome"] == "approve"
    assert Decimal(0) < Decimal(answer["decision"]["probability"]) < 1
    assert answer["decision"]["offer"]["amount"] == {"amount": "2000.00", "currency": "EUR"}
    assert response.headers["Location"].endswith(answer["id"])


def test_not_waiting_is_accepted_and_decided_later(
    partner: Partner, body: Body, django_capture_on_commit_callbacks: object
) -> None:
    response = partner.apply(body, wait=False)
    assert response.status_code == 202
    assert partner.get(response.headers["Location"]).json()["status"] == "submitted"


def test_a_decline_says_why_in_the_applicants_language(
    partner: Partner, hanse: Organization
) -> None:
    answer = partner.apply(loan(hanse, amount="9000.00", term_months=72, facts=BAD_FACTS)).json()
    decision = answer["decision"]
    assert decision["outcome"] in ("decline", "counter_offer")
    assert 1 <= len(decision["reasons"]) <= 4
    assert all(reason["text"] for reason in decision["reasons"])
    assert "Von 100 Anträgen" in decision["interpretation"]
    assert decision["notice_due_at"] is not None


def test_a_joint_application_scores_both(partner: Partner, hanse: Organization) -> None:
    other = applicant(hanse, given_names="Max", number=2)
    answer = partner.apply(loan(hanse, co_applicants=[other])).json()
    assert [party["role"] for party in answer["parties"]] == ["borrower", "co_borrower"]
    assert len(answer["decision"]["contributions"]) == 2


def test_a_decision_can_be_read_on_its_own(partner: Partner, body: Body) -> None:
    embedded = partner.apply(body).json()["decision"]
    assert partner.get(f"/v1/decisions/{embedded['id']}").json() == embedded
    english = partner.get(f"/v1/decisions/{embedded['id']}?language=en").json()
    assert "Of 100 applications" in english["interpretation"]


def test_the_same_key_is_one_application(partner: Partner, hanse: Organization, body: Body) -> None:
    first = partner.apply(body, key="order-4711")
    again = partner.apply(body, key="order-4711")
    assert again.json()["id"] == first.json()["id"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert stored(hanse) == 1


def test_the_same_key_with_another_body_is_refused(
    partner: Partner, hanse: Organization, body: Body
) -> None:
    partner.apply(body, key="order-4711")
    response = partner.apply(changed(body, "/request/amount", "2100.00"), key="order-4711")
    assert response.status_code == 422
    assert response.json()["code"] == "idempotency_key_reused"
    assert stored(hanse) == 1


def test_the_same_external_id_with_another_body_is_refused(
    partner: Partner, hanse: Organization, body: Body
) -> None:
    body["external_id"] = "crm-1"
    partner.apply(body)
    response = partner.apply(changed(body, "/request/amount", "2100.00"))
    assert (response.status_code, response.json()["code"]) == (409, "external_id_taken")


UGLY: list[tuple[str, Any]] = [
    ("/request/amount", "-5.00"),
    ("/request/amount", "abc"),
    ("/request/amount", None),
    ("/request/amount", ...),
    ("/request/amount", "2000.005"),
    ("/request/amount", "99999999999999999999999999.00"),
    ("/request/amount", True),
    ("/request/amount", {}),
    ("/request/term_months", "12"),
    ("/request/term_months", 13),
    ("/request/colour", "blue"),
    ("/applicant/identity/given_names", 7),
    ("/applicant/identity/family_name", "R2D2"),
    ("/applicant/identity/birth_date", "2999-01-01"),
    ("/applicant/identity/birth_date", "1984-02-30"),
    ("/applicant/identity/email", "nobody"),
    ("/applicant/identity/nickname", "Rikki"),
    ("/applicant/facts/monthly_income", "-1.00"),
    ("/applicant/facts/monthly_income", "NaN"),
    ("/applicant/facts/existing_credits", 1.5),
    ("/applicant/facts/telephone", "yes"),
    ("/applicant/facts/housing", "castle"),
    ("/applicant/facts/sex", "female"),
    ("/applicant/facts/of_age", True),
    ("/applicant/facts/employment_start", "2999-01-01"),
    ("/applicant/consents", []),
    ("/applicant/facts", None),
    ("/applicant", ...),
    ("/request", []),
    ("/product", 5),
    ("/metadata", {"a": 5}),
    ("/language", "xx"),
    ("/surprise", 1),
]


@pytest.mark.parametrize(("pointer", "value"), UGLY)
def test_what_is_wrong_is_named_and_nothing_is_stored(
    partner: Partner, hanse: Organization, body: Body, pointer: str, value: object
) -> None:
    response = partner.apply(changed(body, pointer, value))
    assert response.status_code == 422, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    pointers = [error["pointer"] for error in response.json()["errors"]]
    assert any(found.startswith(pointer) for found in pointers), pointers
    assert all(error["message"] for error in response.json()["errors"])
    assert stored(hanse) == 0


def test_every_wrong_field_is_named_at_once(partner: Partner, body: Body) -> None:
    wrong = changed(changed(body, "/request/amount", "x"), "/applicant/facts/job", 1)
    pointers = {error["pointer"] for error in partner.apply(wrong).json()["errors"]}
    assert {"/request/amount", "/applicant/facts/job"} <= pointers


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"null", 422),
        (b"[]", 422),
        (b'{"product": NaN}', 400),
        (b'{"product": 1e999}', 400),
        (b'{"product": "a", "product": "b"}', 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'"' + b"x" * 10_000_000 + b'"', 413),
    ],
)
def test_what_is_no_json_of_ours_is_refused(
    partner: Partner, hanse: Organization, raw: bytes, status: int
) -> None:
    response = partner.apply(raw)
    assert response.status_code == status, response.content[:300]
    assert response.headers["Content-Type"] == "application/problem+json"
    assert stored(hanse) == 0


def test_another_media_type_is_refused(partner: Partner) -> None:
    response = partner.client.post("/v1/applications", {"a": "b"}, headers=partner.headers)
    assert response.status_code == 415


def test_an_unknown_product_is_not_found(partner: Partner, body: Body) -> None:
    response = partner.apply(changed(body, "/product", "mortgage"))
    assert (response.status_code, response.json()["code"]) == (404, "product_unknown")


def test_pages_lead_through_all(partner: Partner, hanse: Organization) -> None:
    sent = [partner.apply(loan(hanse, number=n)).json()["id"] for n in range(1, 4)]
    first = partner.get("/v1/applications?limit=2").json()
    assert [row["id"] for row in first["data"]] == sent[:0:-1]
    assert first["has_more"]
    rest = partner.get(f"/v1/applications?limit=2&starting_after={first['next']}").json()
    assert [row["id"] for row in rest["data"]] == sent[:1]
    assert not rest["has_more"]


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "starting_after=app_1", "status=happy"])
def test_a_wrong_query_is_named(partner: Partner, query: str) -> None:
    response = partner.get(f"/v1/applications?{query}")
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/" + query.split("=", maxsplit=1)[0]


def test_no_identity_leaks_into_the_answer(partner: Partner, body: Body) -> None:
    text = json.dumps(partner.apply(body).json())
    assert "Mustermann" not in text
    assert "erika" not in text.lower()


def test_a_partner_sees_its_own_only(
    partner: Partner, broker_key: RawKey, aurora_key: RawKey, body: Body
) -> None:
    sent = partner.apply(body).json()
    for stranger in (Partner(broker_key[1]), Partner(aurora_key[1])):
        assert stranger.get(f"/v1/applications/{sent['id']}").status_code == 404
        assert stranger.get(f"/v1/decisions/{sent['decision']['id']}").status_code == 404
        assert stranger.get("/v1/applications").json()["data"] == []


def test_deciding_costs_few_statements(
    transactional_db: None, partner: Partner, hanse: Organization
) -> None:
    """Submitted, decided and shown in one request, transactions included."""
    partner.apply(loan(hanse, number=1))
    body = loan(hanse, number=2)
    with CaptureQueriesContext(connection) as sent:
        partner.apply(body)
    statements = [query["sql"] for query in sent.captured_queries]
    assert len(statements) <= STATEMENTS, "\n".join(text[:150] for text in statements)


def test_a_device_is_counted_and_not_kept(partner: Partner, hanse: Organization) -> None:
    for number in (1, 2):
        assert (
            partner.apply({**loan(hanse, number=number), "device": "a-browser"}).status_code == 201
        )
    with enter(hanse.id, read_only=True):
        marks = ApplicationMark.objects.filter(kind="device")
        assert sorted(mark.ordinal or 0 for mark in marks) == [1, 2]
        assert all(b"a-browser" not in bytes(mark.digest) for mark in marks)
    response = partner.apply({**loan(hanse), "device": 7})
    assert [error["pointer"] for error in response.json()["errors"]] == ["/device"]
