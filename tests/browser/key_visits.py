"""The pages of keys and of what they asked."""

from datetime import timedelta

import pytest

from accounts.models import ApiKey, User
from accounts.services.api_keys import api_key_create, api_key_rotate
from accounts.services.requests import Entry, request_log
from events.actor import Actor
from tenancy.ids import new_id, public_id
from tenancy.models import Organization
from tests.browser.visits import Visit

__all__ = [
    "key_change_form",
    "key_form",
    "key_rotation_form",
    "keys_page",
    "requests_page",
    "rotating",
]

KEYS, REQUESTS = "/admin/accounts/apikey/", "/admin/accounts/apirequest/"


@pytest.fixture
def rotating(hanse: Organization, alice: User) -> ApiKey:
    """A bank's client in the middle of a rotation, with everything a key can have."""
    place = {"organization_id": hanse.id, "actor": Actor.user(alice.pk)}
    key, _ = api_key_create(
        **place,
        name="Kernbanksystem der Hanse Kredit, Rechenzentrum Hamburg",
        kind="client",
        scopes=["applications:write", "decisions:read", "bookings:write"],
        allowed_networks=["203.0.113.0/24", "2001:db8::/32"],
        rate_per_minute=600,
        burst=60,
    )
    return api_key_rotate(**place, api_key_id=key.id, overlap=timedelta(days=1))[0]


@pytest.fixture
def keys_page(rotating: ApiKey, alice: User) -> Visit:
    return Visit(KEYS, alice)


@pytest.fixture
def key_form(rotating: ApiKey, alice: User) -> Visit:
    return Visit(f"{KEYS}add/", alice)


@pytest.fixture
def key_change_form(rotating: ApiKey, alice: User) -> Visit:
    return Visit(f"{KEYS}{rotating.id}/api_key_change/", alice)


@pytest.fixture
def key_rotation_form(rotating: ApiKey, alice: User) -> Visit:
    return Visit(f"{KEYS}{rotating.id}/api_key_rotate/", alice)


def asked(key: ApiKey, status: int, problem: str | None) -> Entry:
    """A line of the log."""
    row_id, subject = new_id(), public_id("app", new_id())
    entry = Entry(
        id=row_id,
        organization_id=key.organization_id,
        request_id=f"req_{row_id.hex}",
        key_id=key.id,
        partner_id=None,
        method="GET",
        path=f"/v1/applications/{subject}",
        status=status,
        problem=problem,
        duration_us=2_345,
        subject=subject,
        version="2026-11-01",
    )
    request_log(entry)
    return entry


@pytest.fixture
def requests_page(rotating: ApiKey, alice: User) -> Visit:
    for status, problem in ((200, None), (422, "invalid"), (500, None)):
        asked(rotating, status, problem)
    return Visit(REQUESTS, alice)
