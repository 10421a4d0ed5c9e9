"""What the database holds about webhooks, whoever writes: each rule attacked with raw SQL."""

# ruff: noqa: S608 - statements of our own

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection

from accounts.models import Partner
from accounts.services.partners import partner_create
from events.actor import SYSTEM
from events.models import WebhookDelivery, WebhookEndpoint
from events.services import event_record
from events.services.endpoints import endpoint_create, endpoint_delete
from events.services.fan_out import endpoint_fan_out
from events.services.outcomes import Done
from events.services.turns import deliveries_turn
from events.webhooks.sending import Answer
from tenancy import clock
from tenancy.enter import enter
from tenancy.errors import RefusedWrite
from tenancy.models import Organization

TABLES = ("endpoint", "delivery", "attempt")
SUBJECT = uuid4()


@pytest.fixture
def endpoint(hanse: Organization) -> WebhookEndpoint:
    """Two messages about one subject wait for it."""
    made, _ = endpoint_create(
        organization_id=hanse.id, actor=SYSTEM, url="https://a.example/", types=["*"],
        version="2026-11-01",
    )  # fmt: skip
    with enter(hanse.id):
        for kind in ("application.submitted", "application.withdrawn"):
            event_record(
                organization_id=hanse.id, actor=SYSTEM, type=kind,
                subject=("application", SUBJECT), data={},
            )  # fmt: skip
    endpoint_fan_out(organization_id=hanse.id, endpoint_id=made.id)
    return made


def refused(organization_id: UUID, statement: str, *parameters: Any) -> str:
    """The rule that stands against a statement, or that the role lacks the right."""
    try:
        with enter(organization_id), connection.cursor() as cursor:
            cursor.execute(_named(statement), parameters)
    except RefusedWrite:
        return "no right"
    except DatabaseError as error:
        cause: Any = error.__cause__
        return cause.diag.constraint_name or str(cause.diag.message_primary)
    return "nothing"


def _named(statement: str) -> str:
    for table in TABLES:
        statement = statement.replace(f":{table}", f"events_webhook{table}")
    return statement


def ids(endpoint: WebhookEndpoint) -> list[UUID]:
    with enter(endpoint.organization_id, read_only=True):
        found = WebhookDelivery.objects.filter(endpoint=endpoint).order_by("sequence")
        return list(found.values_list("id", flat=True))


TAKE = "status = 'sending', fence = fence + 1"


ATTACKS = (
    ("UPDATE :endpoint SET status = 'disabled'", "webhook_endpoint_disabled_says_when_and_why"),
    (
        "UPDATE :endpoint SET status = 'disabled', disabled_at = now(), disabled_for = 'bored'",
        "webhook_endpoint_disabled_says_when_and_why",
    ),
    ("UPDATE :endpoint SET disabled_at = now()", "webhook_endpoint_disabled_says_when_and_why"),
    ("UPDATE :endpoint SET sealed_secret = NULL", "webhook_endpoint_deleted_keeps_no_secret"),
    (
        "UPDATE :endpoint SET status = 'deleted', disabled_at = now()",
        "webhook_endpoint_deleted_keeps_no_secret",
    ),
    ("UPDATE :endpoint SET sealed_former = 'x'", "webhook_endpoint_former_secret_ends"),
    ("UPDATE :endpoint SET failures = 1", "webhook_endpoint_failing_agrees"),
    ("UPDATE :endpoint SET failing_since = now()", "webhook_endpoint_failing_agrees"),
    ("UPDATE :endpoint SET open_until = now()", "webhook_endpoint_failing_agrees"),
    ("UPDATE :endpoint SET types = '{}'", "webhook_endpoint_types_asked"),
    ("UPDATE :endpoint SET url = E'https://a\\r\\nX: 1'", "webhook_endpoint_url_formed"),
    ("UPDATE :endpoint SET url = 'file:///etc/passwd'", "webhook_endpoint_url_formed"),
    ("UPDATE :endpoint SET version = 'newest'", "webhook_endpoint_version_is_a_day"),
    ("UPDATE :endpoint SET cursor = cursor - 1", "webhook_endpoint_goes_on"),
    ("UPDATE :endpoint SET partner_id = NULL", "no right"),
    ("DELETE FROM :endpoint", "no right"),
    ("UPDATE :delivery SET status = 'cancelled'", "webhook_delivery_open_is_due"),
    ("UPDATE :delivery SET due_at = NULL", "webhook_delivery_open_is_due"),
    ("UPDATE :delivery SET closed_at = now()", "webhook_delivery_open_is_due"),
    (
        "UPDATE :delivery SET status = 'delivered', due_at = NULL, closed_at = now()",
        "webhook_delivery_delivered_by_an_attempt",
    ),
    ("UPDATE :delivery SET attempts = 11, fence = 11", "webhook_delivery_ten_attempts"),
    ("UPDATE :delivery SET fence = 51", "webhook_delivery_taken_so_often"),
    ("UPDATE :delivery SET attempts = -1", "webhook_delivery_counts_on"),
    ("UPDATE :delivery SET fence = -1", "webhook_delivery_counts_on"),
    ("UPDATE :delivery SET attempts = 1", "webhook_delivery_fence_grows"),
    ("UPDATE :delivery SET status = 'sending'", "webhook_delivery_fenced"),
    (
        f"UPDATE :delivery SET {TAKE} WHERE type = 'application.withdrawn'",
        "webhook_delivery_in_turn",
    ),
    ("UPDATE :delivery SET payload = '{}'", "no right"),
    ("UPDATE :delivery SET sequence = 1", "no right"),
    ("UPDATE :delivery SET lane = id", "no right"),
    ("DELETE FROM :delivery", "webhook_delivery_kept_while_open"),
    ("TRUNCATE :delivery", "no right"),
)


def test_a_statement_meets_its_rule(endpoint: WebhookEndpoint) -> None:
    met = [(statement, refused(endpoint.organization_id, statement)) for statement, _ in ATTACKS]
    assert met == list(ATTACKS)


COPY = (
    "INSERT INTO :delivery (id, organization_id, endpoint_id, event_id, lane, sequence, type,"
    " subject_id, payload, status, attempts, fence, due_at, created_at)"
    " SELECT gen_random_uuid(), organization_id, endpoint_id, event_id, {lane}, {sequence}, type,"
    " {subject}, payload, {status}, 0, 0, now(), now()"
    " FROM :delivery ORDER BY sequence LIMIT 1"
)
AS_IT_WAS = {
    "lane": "gen_random_uuid()", "sequence": "sequence", "subject": "subject_id",
    "status": "'pending'",
}  # fmt: skip


COPIES: tuple[tuple[dict[str, str], str], ...] = (
    ({"lane": "lane"}, "webhook_delivery_once"),
    ({"sequence": "sequence + 1"}, "webhook_delivery_of_its_event"),
    ({"subject": "gen_random_uuid()"}, "webhook_delivery_of_its_event"),
    ({"status": "'delivered'"}, "webhook_delivery_begins_waiting"),
    ({}, "nothing"),
)


def test_a_delivery_is_its_events_and_is_made_once(endpoint: WebhookEndpoint) -> None:
    for changed, rule in COPIES:
        statement = COPY.format(**{**AS_IT_WAS, **changed})
        assert refused(endpoint.organization_id, statement) == rule


def test_only_one_about_a_subject_is_in_hand_and_what_is_closed_stays(
    endpoint: WebhookEndpoint,
) -> None:
    organization_id = endpoint.organization_id
    first, second = ids(endpoint)
    place = {"organization_id": organization_id, "endpoint_id": endpoint.id}
    (held,) = deliveries_turn(**place)
    assert held.delivery_id == first
    take = f"UPDATE :delivery SET {TAKE} WHERE id = %s"
    assert refused(organization_id, take, second) == "webhook_delivery_in_turn"
    with enter(organization_id, read_only=True):
        answer = Answer(started_at=clock.now(organization_id), ms=1, status=200)
    deliveries_turn(**place, done=[Done(first, 1, held.fence, {}, answer)], most=0)

    for again in ("due_at = now(), closed_at = NULL, status = 'pending'", "status = 'given_up'"):
        statement = f"UPDATE :delivery SET {again} WHERE id = %s"
        assert refused(organization_id, statement, first) == "webhook_delivery_stays"
    for statement, rule in (
        ("UPDATE :attempt SET status_code = 500", "no right"),
        (_attempt("2", "NULL", "''"), "webhook_attempt_answers_or_fails"),
        (_attempt("2", "200", "'timeout'"), "webhook_attempt_answers_or_fails"),
        (_attempt("2", "42", "''"), "webhook_attempt_answers_or_fails"),
        (_attempt("51", "200", "''"), "webhook_attempt_has_a_number"),
        (_attempt("1", "200", "''"), "webhook_attempt_number_once"),
        (_attempt("2", "200", "''", ms="-1"), "webhook_attempt_took_time"),
    ):
        assert refused(organization_id, statement) == rule, statement


def _attempt(number: str, status: str, failure: str, ms: str = "1") -> str:
    return (
        "INSERT INTO :attempt (id, organization_id, delivery_id, number, started_at, ms,"
        " status_code, failure, request_headers, response_headers, response_body, truncated)"
        f" SELECT gen_random_uuid(), organization_id, delivery_id, {number}, now(), {ms}, {status},"
        f" {failure}, '{{}}', '[]', '', false FROM :attempt LIMIT 1"
    )


def test_a_deleted_endpoint_stays_deleted(endpoint: WebhookEndpoint) -> None:
    endpoint_delete(organization_id=endpoint.organization_id, actor=SYSTEM, endpoint_id=endpoint.id)
    statement = "UPDATE :endpoint SET status = 'enabled', disabled_at = NULL, sealed_secret = 'x'"
    assert refused(endpoint.organization_id, statement) == "webhook_endpoint_goes_on"


def test_an_endpoints_partner_is_its_own_lenders(
    endpoint: WebhookEndpoint, aurora: Organization, broker: Partner
) -> None:
    theirs = partner_create(organization_id=aurora.id, actor=SYSTEM, slug="sul", name="Sul")
    copy = (
        "INSERT INTO :endpoint (id, organization_id, partner_id, url, description, types, version,"
        " contact, status, disabled_for, sealed_secret, cursor, failures, created_at)"
        " SELECT gen_random_uuid(), organization_id, %s, url, '', types, version, '', 'enabled',"
        " '', 'x', cursor, 0, now() FROM :endpoint LIMIT 1"
    )
    fk = "events_webhookendpoint_partner_id_fk"
    assert refused(endpoint.organization_id, copy, theirs.id) == fk
    assert refused(endpoint.organization_id, copy, uuid4()) == fk
    assert refused(endpoint.organization_id, copy, broker.id) == "nothing"


def test_another_lender_reaches_nothing(endpoint: WebhookEndpoint, aurora: Organization) -> None:
    for table in TABLES:
        with enter(aurora.id), connection.cursor() as cursor:
            cursor.execute(_named(f"SELECT count(*) FROM :{table}"))
            assert cursor.fetchone() == (0,)
