"""The same request sent twice: one application, one answer, the same to the byte."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from accounts.models import Partner as PartnerRow
from events.actor import SYSTEM
from tenancy.enter import enter
from tenancy.errors import RefusedWrite
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.bodies import Body, changed
from tests.cast_accounts import RawKey
from underwriting.models import Application, DecisionRun, IdempotencyRecord, Party
from underwriting.services.applications import application_withdraw
from underwriting.services.customers import customer_erase
from underwriting.tasks import purge_spent_keys


def stored(organization: Organization) -> int:
    with enter(organization.id, read_only=True):
        return Application.objects.count()


def test_the_answer_is_given_again_to_the_byte(partner: Partner, body: Body) -> None:
    first = partner.apply(body, key="order-1")
    again = partner.apply(body, key="order-1")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    for header in ("Content-Type", "Location", "Preference-Applied"):
        assert again.headers[header] == first.headers[header]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Original-Request-Id"] == first.headers["Request-Id"]
    assert again.headers["Request-Id"] != first.headers["Request-Id"]


def test_the_answer_stays_though_the_application_goes_on(
    partner: Partner, hanse: Organization, body: Body
) -> None:
    first = partner.apply(body, key="order-1")
    with enter(hanse.id, read_only=True):
        application_id = Application.objects.get().id
    application_withdraw(organization_id=hanse.id, actor=SYSTEM, application_id=application_id)
    assert partner.get(first.headers["Location"]).json()["status"] == "withdrawn"
    assert partner.apply(body, key="order-1").content == first.content


def test_a_creating_request_names_a_key(partner: Partner, hanse: Organization, body: Body) -> None:
    response = partner.post("/v1/applications", body)
    assert (response.status_code, response.json()["code"]) == (400, "idempotency_key_missing")
    for key in ("with space", "x" * 256, "ümlaut"):
        response = partner.apply(body, key=key)
        assert (response.status_code, response.json()["code"]) == (400, "idempotency_key_malformed")
    assert stored(hanse) == 0


def test_a_refused_body_leaves_the_key_free(
    partner: Partner, hanse: Organization, body: Body
) -> None:
    assert partner.apply(changed(body, "/request/amount", "x"), key="order-1").status_code == 422
    assert partner.apply(changed(body, "/product", "yacht"), key="order-1").status_code == 404
    with enter(hanse.id, read_only=True):
        assert not IdempotencyRecord.objects.exists()
    assert partner.apply(body, key="order-1").status_code == 201


def test_two_callers_may_use_the_same_key(
    partner: Partner, broker_key: RawKey, hanse: Organization, body: Body
) -> None:
    first = partner.apply(body, key="1")
    other = Partner(broker_key[1]).apply(body, key="1")
    assert other.json()["id"] != first.json()["id"]


def test_white_space_and_order_are_not_another_body(partner: Partner, body: Body) -> None:
    first = partner.apply(body, key="order-1")
    turned = dict(reversed(list(body.items())))
    assert partner.apply(turned, key="order-1").content == first.content


def test_an_external_id_is_found_without_its_key(
    partner: Partner, hanse: Organization, body: Body
) -> None:
    """The caller lost its key: the same content under the same id is the same application."""
    body["external_id"] = "crm-1"
    first = partner.apply(body, key="lost")
    again = partner.apply(body, key="new")
    assert again.json()["id"] == first.json()["id"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert partner.apply(body, key="new").content == again.content
    assert stored(hanse) == 1


def test_anothers_external_id_says_nothing_of_whose_it_is(
    partner: Partner, broker_key: RawKey, broker: PartnerRow, body: Body
) -> None:
    body["external_id"] = "crm-1"
    mine = partner.apply(body).json()
    theirs = Partner(broker_key[1]).apply(body)
    assert (theirs.status_code, theirs.json()["code"]) == (409, "external_id_taken")
    assert mine["id"] not in theirs.content.decode()


def crashed(hanse: Organization, **of_run: Any) -> None:
    """As if the process had died between commit and answer, the run still in its hands."""
    with connection.cursor() as cursor, enter(hanse.id):
        cursor.execute(
            "INSERT INTO underwriting_idempotencyrecord (id, organization_id, scope, key,"
            " body_hash, subject_kind, subject_id, headers, request_id, created_at, expires_at)"
            " SELECT gen_random_uuid(), organization_id, scope, key || '-crashed', body_hash,"
            " subject_kind, subject_id, '{}', '', created_at, expires_at"
            " FROM underwriting_idempotencyrecord"
        )
        DecisionRun.objects.update(**of_run)


def test_a_request_under_way_is_waited_for_and_a_dead_one_is_answered_anew(
    partner: Partner, hanse: Organization, body: Body
) -> None:
    first = partner.apply(body, key="k")
    lease = timezone.now() + timedelta(seconds=20)
    crashed(hanse, status="running", holder="request", lease_until=lease, finished_at=None)
    refused = partner.apply(body, key="k-crashed")
    assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_in_flight")
    assert 1 <= int(refused.headers["Retry-After"]) <= 21
    with enter(hanse.id):
        DecisionRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    rebuilt = partner.apply(body, key="k-crashed")
    assert (rebuilt.status_code, rebuilt.json()) == (201, first.json())
    assert rebuilt.headers["Idempotent-Replayed"] == "true"
    assert partner.apply(body, key="k-crashed").content == rebuilt.content
    assert stored(hanse) == 1


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    def closing(call: Callable[[], Any]) -> Any:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(closing, calls))


def test_six_at_once_are_one_application(
    transactional_db: None, hanse: Organization, partner: Partner, body: Body
) -> None:
    answers = at_once(*[partial(partner.apply, body, key="same") for _ in range(6)])
    assert stored(hanse) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    for refused in (answer for answer in answers if answer.status_code == 409):
        assert refused.json()["code"] == "idempotency_in_flight"
        assert int(refused.headers["Retry-After"]) >= 1


def test_two_partners_at_once_want_one_external_id(
    transactional_db: None, hanse: Organization, partner: Partner, broker_key: RawKey, body: Body
) -> None:
    body["external_id"] = "crm-1"
    callers = (partner, Partner(broker_key[1]))
    answers = at_once(*[partial(caller.apply, body) for caller in callers for _ in range(2)])
    assert stored(hanse) == 1
    assert 409 in {answer.status_code for answer in answers}


def test_a_key_is_forgotten_after_seven_days(
    partner: Partner, hanse: Organization, body: Body
) -> None:
    partner.apply(body, key="k")
    with enter(hanse.id):
        record = IdempotencyRecord.objects.get()
        assert record.expires_at - record.created_at == timedelta(days=7)
        IdempotencyRecord.objects.all().delete()
        record.created_at -= timedelta(days=8)
        record.expires_at -= timedelta(days=8)
        record.save(force_insert=True)
    assert purge_spent_keys() == 1
    with enter(hanse.id, read_only=True):
        assert not IdempotencyRecord.objects.exists()


def test_an_erasure_takes_the_kept_answers(
    partner: Partner, hanse: Organization, body: Body
) -> None:
    partner.apply(body, key="k")
    with enter(hanse.id, read_only=True):
        party = Party.objects.get()
    application_withdraw(
        organization_id=hanse.id, actor=SYSTEM, application_id=party.application_id
    )
    customer_erase(organization_id=hanse.id, actor=SYSTEM, customer_id=party.customer_id)
    with enter(hanse.id, read_only=True):
        assert not IdempotencyRecord.objects.exists()


def test_a_kept_answer_is_not_rewritten(partner: Partner, hanse: Organization, body: Body) -> None:
    partner.apply(body, key="k")
    attacks: list[tuple[dict[str, Any], str]] = [
        ({"body": b"x"}, "an answer that was given stays"),
        ({"status_code": None}, "an answer that was given stays"),
        ({"key": "x"}, "the database refused this"),
        ({"expires_at": timezone.now()}, "the database refused this"),
    ]
    for change, says in attacks:
        with pytest.raises((IntegrityError, RefusedWrite), match=says), enter(hanse.id):
            IdempotencyRecord.objects.update(**change)


def test_what_a_record_may_not_be(hanse: Organization) -> None:
    fields = {
        "organization_id": hanse.id,
        "scope": "s",
        "key": "k",
        "body_hash": "h",
        "subject_kind": "application",
        "subject_id": uuid4(),
        "created_at": timezone.now(),
        "expires_at": timezone.now() + timedelta(days=8),
    }
    attacks: list[tuple[dict[str, Any], str]] = [
        ({"status_code": 200}, "idempotency_answer_whole"),
        ({"body": b"x"}, "idempotency_answer_whole"),
        ({"status_code": 404, "body": b"x"}, "idempotency_answer_whole"),
        ({"subject_kind": "An App"}, "idempotency_subject_named"),
        ({"expires_at": timezone.now() + timedelta(days=6)}, "idempotency_kept_a_week"),
    ]
    for changes, constraint in attacks:
        with pytest.raises(IntegrityError, match=constraint), enter(hanse.id):
            IdempotencyRecord(**{**fields, **changes}).save(force_insert=True)
