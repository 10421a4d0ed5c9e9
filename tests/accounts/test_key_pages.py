"""Keys and their requests on the desk, through its pages."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from accounts.models import ApiKey, ApiRequest, User
from accounts.services.api_keys import api_key_authenticate
from accounts.services.requests import Entry, request_log
from tenancy.enter import enter
from tenancy.ids import first_id_at, new_id, public_id
from tenancy.models import Organization
from tests.cast_accounts import PASSWORD, Hire, RawKey

KEYS = "/admin/accounts/apikey/"
REQUESTS = "/admin/accounts/apirequest/"
SECRET = re.compile(r"assay_live_\w{40}")


def signed_in(user: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


@pytest.fixture
def desk(hanse: Organization, hire: Hire) -> Client:
    """A developer's browser."""
    return signed_in(hire(hanse, "Dana", "developer"))


def stored(organization: Organization) -> ApiKey:
    with enter(organization.id, read_only=True):
        return ApiKey.objects.get(organization_id=organization.id)


def logged(key: ApiKey, **said: object) -> str:
    """A line in the log; its request id."""
    row_id = new_id()
    given = {
        "id": row_id,
        "organization_id": key.organization_id,
        "request_id": f"req_{row_id.hex}",
        "key_id": key.id,
        "partner_id": None,
        "method": "GET",
        "path": "/v1/products",
        "status": 200,
        "problem": None,
        "duration_us": 1_500,
        "subject": None,
        "version": "2026-11-01",
    }
    entry = Entry(**(given | said))  # type: ignore[arg-type]
    request_log(entry)
    return entry.request_id


def test_a_key_is_made_with_all_it_can_have(desk: Client, hanse: Organization) -> None:
    answer = {
        "name": "bank",
        "kind": "client",
        "scopes": ["scores"],
        "allowed_networks": "203.0.113.0/24\n 2001:db8::/32 ",
        "rate_per_minute": "600",
        "burst": "60",
    }
    page = desk.post(f"{KEYS}add/", answer).content.decode()
    key = stored(hanse)
    assert SECRET.search(page)
    assert public_id("key", key.id) in page
    assert "/v1/oauth/token" in page
    assert (key.kind, key.allowed_networks, key.rate_per_minute, key.burst) == (
        "client",
        ["2001:db8::/32", "203.0.113.0/24"],
        600,
        60,
    )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"allowed_networks": "203.0.113.1/24"}, "has host bits set"),
        ({"allowed_networks": "everywhere"}, "does not appear to be"),
        ({"rate_per_minute": "600"}, "given together"),
        ({"burst": "0", "rate_per_minute": "1"}, "greater than or equal to 1"),
        ({"rate_per_minute": "999999999", "burst": "1"}, "no sensible number"),
        ({"kind": "master"}, "not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    desk: Client, hanse: Organization, wrong: dict[str, str], words: str
) -> None:
    answer = {"name": "x", "kind": "key", "scopes": ["scores"]} | wrong
    page = desk.post(f"{KEYS}add/", answer).content.decode()
    assert words in page
    with enter(hanse.id, read_only=True):
        assert not ApiKey.objects.filter(organization_id=hanse.id).exists()


def test_a_key_is_rotated_and_both_are_named(
    desk: Client, hanse: Organization, hanse_key: RawKey
) -> None:
    key, old = hanse_key
    assert key.name in desk.get(f"{KEYS}{key.id}/api_key_rotate/").content.decode()
    page = desk.post(f"{KEYS}{key.id}/api_key_rotate/", {"overlap": "24"}).content.decode()
    found = SECRET.search(page)
    assert found
    assert old[:16] in page, "the one before is named too"
    assert api_key_authenticate(old) == api_key_authenticate(found.group())
    for shown in (desk.get(KEYS), desk.get(f"{KEYS}{key.id}/change/")):
        listed = shown.content.decode()
        assert old[:16] in listed
        assert found.group()[:16] in listed
        assert "Rotating" in listed
        assert found.group() not in listed
    desk.post(f"{KEYS}{key.id}/api_key_retire/")
    assert api_key_authenticate(old) is None
    assert "Rotating" not in desk.get(KEYS).content.decode()


def test_a_key_is_changed(desk: Client, hanse: Organization, hanse_key: RawKey) -> None:
    key, _raw = hanse_key
    page = desk.get(f"{KEYS}{key.id}/api_key_change/").content.decode()
    assert 'value="system"' in page
    answer = {
        "name": "core system",
        "allowed_networks": "10.0.0.0/8",
        "rate_per_minute": "60",
        "burst": "6",
        "version": "2026-11-01",
    }
    assert desk.post(f"{KEYS}{key.id}/api_key_change/", answer).status_code == 302
    changed = stored(hanse)
    assert (changed.name, changed.allowed_networks) == ("core system", ["10.0.0.0/8"])
    assert "60 a minute, 6 at once" in desk.get(f"{KEYS}{key.id}/change/").content.decode()


def test_an_overlap_that_is_none_is_not_taken(
    desk: Client, hanse: Organization, hanse_key: RawKey
) -> None:
    key, raw = hanse_key
    page = desk.post(f"{KEYS}{key.id}/api_key_rotate/", {"overlap": "100000"})
    assert "not one of the available choices" in page.content.decode()
    assert stored(hanse).prefix == raw[:16]


@pytest.mark.parametrize("page", ["rotate", "change", "retire", "revoke"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_lenders_key_is_not_found(
    desk: Client, aurora_key: RawKey, uma: User, page: str, method: str
) -> None:
    key, raw = aurora_key
    address = f"{KEYS}{key.id}/api_key_{page}/"
    answer = {
        "overlap": "24", "name": "stolen", "allowed_networks": "", "version": "2026-11-01"
    }  # fmt: skip
    sent = {"data": answer} if method == "post" else {}
    assert getattr(desk, method)(address, **sent).status_code == 404
    assert getattr(signed_in(uma), method)(address, **sent).status_code in (403, 404)
    assert api_key_authenticate(raw) is not None


def test_requests_are_found(desk: Client, hanse_key: RawKey) -> None:
    key, _raw = hanse_key
    subject = public_id("app", new_id())
    fine = logged(key, path=f"/v1/applications/{subject}", subject=subject)
    refused = logged(key, status=422, problem="invalid", method="POST", path="/v1/applications")
    failed = logged(key, status=500)
    for query, expected in (
        ("", {fine, refused, failed}),
        (f"?q={refused}", {refused}),
        (f"?q={subject}", {fine}),
        ("?q=/v1/applications", {fine, refused}),
        ("?q=req_nobody0", set()),
        ("?answer=refused", {refused}),
        ("?answer=failed", {failed}),
        ("?answer=fine&span=hour", {fine}),
        (f"?key={key.id}", {fine, refused, failed}),
        (f"?key={new_id()}", set()),
    ):
        page = desk.get(REQUESTS + query).content.decode()
        rows = set(re.findall(r'field-named[^>]*><span class="code">(req_\w+)', page))
        assert rows == expected, query


def test_an_old_request_is_found_by_its_id(
    desk: Client, hanse: Organization, hanse_key: RawKey
) -> None:
    key, _raw = hanse_key
    row_id = first_id_at(datetime.now(UTC) - timedelta(days=20))
    old = logged(key, id=row_id)
    assert old not in desk.get(REQUESTS).content.decode()
    assert old in desk.get(f"{REQUESTS}?span=all").content.decode()
    assert old in desk.get(f"{REQUESTS}?q={old}").content.decode()


def test_a_request_says_what_it_caused(
    desk: Client, hanse: Organization, hanse_key: RawKey
) -> None:
    key, _raw = hanse_key
    caused = logged(key)
    with enter(hanse.id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT events_append(gen_random_uuid(), %s, 'system', 'assay', 'thing.happened',"
            " 'thing', gen_random_uuid(), '{}', %s)",
            [hanse.id, caused],
        )
    with enter(hanse.id, read_only=True):
        row = ApiRequest.objects.get(organization_id=hanse.id)
    assert "thing.happened" in desk.get(f"{REQUESTS}{row.id}/change/").content.decode()


def test_the_log_is_for_those_who_look_after_keys(
    hanse: Organization, hire: Hire, uma: User, hanse_key: RawKey
) -> None:
    logged(hanse_key[0])
    for role, status in (("owner", 200), ("auditor", 200), ("risk_analyst", 403)):
        assert signed_in(hire(hanse, role, role)).get(REQUESTS).status_code == status
    assert signed_in(uma).get(REQUESTS).status_code == 403


def test_another_lenders_requests_are_not_there(desk: Client, aurora_key: RawKey) -> None:
    theirs = logged(aurora_key[0])
    page = desk.get(f"{REQUESTS}?q={theirs}").content.decode()
    assert f'<span class="code">{theirs}' not in page
    assert "No request with these filters" in page
