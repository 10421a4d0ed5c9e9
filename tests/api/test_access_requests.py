"""Every answer names its request and its version, and leaves one line in its lender's log."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from accounts.models import ApiRequest
from accounts.services.api_keys import api_key_revoke
from accounts.services.requests import KEPT, requests_purge
from accounts.tasks import purge_old
from accounts.versions import latest
from events.actor import SYSTEM
from events.models import Event
from tenancy.context import current_organization_id
from tenancy.enter import enter, entered_organization
from tenancy.errors import RefusedWrite
from tenancy.ids import first_id_at, new_id
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.bodies import Body
from tests.cast_accounts import RawKey

Logged = Callable[[], list[ApiRequest]]


@pytest.fixture
def logged(hanse: Organization) -> Logged:
    """Hanse's log, oldest first."""

    def read() -> list[ApiRequest]:
        with enter(hanse.id, read_only=True):
            return list(ApiRequest.objects.filter(organization_id=hanse.id).order_by("id"))

    return read


@pytest.fixture
def system(hanse_key: RawKey) -> Partner:
    """Hanse's own system; no policy is needed to ask for nothing."""
    return Partner(hanse_key[1])


@pytest.mark.parametrize(
    "path",
    [
        "/livez",
        "/nothing",
        "/static/nothing.css",
        "/static/assay/desk.css",
        "/admin/",
        "/apply/nobody/",
        "/accounts/login/",
        "/v1/",
        "/v1/products",
        "/v1/docs",
        "/v1/openapi.json",
    ],
)
def test_every_answer_names_its_request(client: Client, db: None, path: str) -> None:
    client.raise_request_exception = False
    answer = client.get(path, headers={"Request-Id": "given-by-me"})
    answer.close()
    assert answer.headers["Request-Id"] == "given-by-me"
    assert client.post(path).headers["Request-Id"].startswith("req_")


def test_a_host_that_is_none_is_answered_by_name_too(client: Client, db: None) -> None:
    answer = client.get("/v1/products", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert answer.json()["request_id"] == answer.headers["Request-Id"]
    assert answer.headers["Assay-Version"] == latest()


@pytest.mark.parametrize("given", ["a b c d e f", "short", "x" * 65, "a@b.example", "ünïcödé1"])
def test_what_is_no_id_is_not_taken_for_one(client: Client, db: None, given: str) -> None:
    assert client.get("/livez", headers={"Request-Id": given}).headers["Request-Id"] != given


def test_a_failure_names_its_request(
    system: Partner, logged: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("underwriting.api.views.products.page_whole", None)
    answer = system.get("/v1/products")
    assert answer.status_code == 500
    assert answer.json()["request_id"] == answer.headers["Request-Id"]
    assert [(row.status, row.path) for row in logged()] == [(500, "/v1/products")]


def test_a_request_is_logged_with_what_it_was_about(
    partner: Partner, body: Body, logged: Logged, hanse_key: RawKey
) -> None:
    answer = partner.apply(body, key="k-1")
    made = answer.json()["id"]
    partner.get(f"/v1/applications/{made}?language=de")
    first, second = logged()
    assert (first.method, first.path, first.status) == ("POST", "/v1/applications", 201)
    assert (second.method, second.path) == ("GET", f"/v1/applications/{made}")
    assert first.subject == second.subject == made
    assert first.request_id == answer.headers["Request-Id"]
    assert first.key_id == hanse_key[0].id
    assert first.duration_us > second.duration_us > 0
    assert first.version == "2026-11-01"


def test_what_happened_names_the_request(
    partner: Partner,
    body: Body,
    hanse: Organization,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """Decided in the request or by a task: the events are the request's."""
    for wait in (True, False):
        sent = body | {"external_id": f"wait-{wait}"}
        with django_capture_on_commit_callbacks(execute=True):
            answer = partner.apply(sent, wait=wait, key=f"k-{wait}")
        caused = answer.headers["Request-Id"]
        with enter(hanse.id, read_only=True):
            types = set(
                Event.objects.filter(organization_id=hanse.id, request_id=caused).values_list(
                    "type", flat=True
                )
            )
        assert {"application.submitted", "decision.recorded"} <= types, wait


def test_nothing_personal_is_kept(system: Partner, logged: Logged) -> None:
    for path in (
        "/v1/applications/jane.doe@example.com",
        "/v1/applications/Jane%20Doe",
        "/v1/customers/19701231-1234?name=Jane",
        "/v1/decisions/dec_0?email=jane@example.com",
        "/v1/products/jane-doe/schema",
        "/v1/" + "jane/" * 100,
    ):
        system.get(path)
    kept = " ".join(f"{row.path} {row.subject}" for row in logged())
    assert not any(word in kept.lower() for word in ("jane", "doe", "1970", "example", "?"))
    assert "/v1/applications/…" in kept


def test_refusals_are_logged_with_their_code(system: Partner, logged: Logged) -> None:
    system.get("/v1/applications/app_1")
    system.post("/v1/products", {})
    assert [(row.status, row.problem) for row in logged()] == [
        (404, "not_found"),
        (405, "method_not_allowed"),
    ]


def test_the_use_of_a_dead_key_is_the_lenders_to_see(
    system: Partner, hanse: Organization, hanse_key: RawKey, logged: Logged
) -> None:
    api_key_revoke(organization_id=hanse.id, actor=SYSTEM, api_key_id=hanse_key[0].id)
    assert system.get("/v1/products").status_code == 401
    assert [(row.status, row.problem) for row in logged()] == [(401, "not_authenticated")]


def test_who_has_no_key_leaves_no_line(client: Client, logged: Logged) -> None:
    client.get("/v1/products")
    client.get("/v1/products", headers={"Authorization": "Bearer assay_live_" + "a" * 40})
    client.get("/v1/docs")
    assert logged() == []


def test_each_lender_has_its_own_log(
    system: Partner, aurora: Organization, aurora_key: RawKey, logged: Logged
) -> None:
    Partner(aurora_key[1]).get("/v1/products")
    assert logged() == []
    assert entered_organization() is None, "the statement leaves no tenant behind"
    assert current_organization_id() is None


def test_a_log_that_fails_fails_nothing(
    system: Partner, monkeypatch: pytest.MonkeyPatch, logged: Logged
) -> None:
    def down(*_: object) -> None:
        raise DatabaseError("down")

    monkeypatch.setattr("accounts.services.requests.ask", down)
    assert system.get("/v1/products").status_code == 200
    assert logged() == []


def test_a_line_costs_one_statement(
    system: Partner, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    system.get("/v1/nothing")
    system.get("/v1/applications/x")
    with django_assert_num_queries(2):  # the key's, the log's
        system.get("/v1/applications/x")


def test_who_mistypes_an_address_finds_the_request(system: Partner, logged: Logged) -> None:
    assert system.get("/v1/aplications/app_1").status_code == 404
    assert system.get("/v1/aplications", Authorization="Bearer nonsense").status_code == 404
    system.get("/v1/max-mustermann")
    system.get("/v1/")
    assert [(row.path, row.status) for row in logged()] == [
        ("/v1/aplications/…", 404),
        ("/v1/…", 404),
        ("/v1/", 404),
    ]


def test_what_is_old_goes(hanse: Organization, system: Partner, logged: Logged) -> None:
    system.get("/v1/products")
    old = first_id_at(datetime.now(UTC) - KEPT - timedelta(hours=1))
    with enter(hanse.id), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_apirequest SELECT (jsonb_populate_record(r, %s)).*"
            " FROM accounts_apirequest AS r",
            [f'{{"id": "{old}"}}'],
        )
    assert len(logged()) == 2
    assert purge_old() == 1
    (left,) = logged()
    assert left.id != old
    assert requests_purge(organization_id=hanse.id) == 0


def test_a_line_is_not_rewritten(hanse: Organization, system: Partner, logged: Logged) -> None:
    system.get("/v1/products")
    with pytest.raises(RefusedWrite), enter(hanse.id), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_apirequest SET status = 200")
    assert len(logged()) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        '{"status": 7}',
        '{"duration_us": -1}',
        '{"path": "v1"}',
        '{"path": "/v1?name=Jane"}',
        '{"request_id": "a b"}',
    ],
)
def test_a_line_holds_what_it_says(hanse: Organization, system: Partner, wrong: str) -> None:
    system.get("/v1/products")
    with pytest.raises(IntegrityError), enter(hanse.id), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_apirequest"
            " SELECT (jsonb_populate_record(r, %s::jsonb || %s::jsonb)).*"
            " FROM accounts_apirequest AS r",
            [f'{{"id": "{new_id()}"}}', wrong],
        )
