"""Keys: shown once, found by digest before the tenant is known, dead when revoked or expired."""

from datetime import timedelta

import pytest
from django.db import DataError, IntegrityError, connection
from django.utils import timezone

from accounts.models import ApiKey
from accounts.services.api_keys import api_key_authenticate, api_key_create, api_key_revoke
from accounts.versions import latest
from events.actor import SYSTEM
from tenancy.enter import enter
from tenancy.errors import Invalid
from tenancy.models import Organization
from tests.cast_accounts import RawKey, key_of


def test_a_key_says_whose_it_is(hanse: Organization, broker_key: RawKey) -> None:
    key, raw = broker_key
    found = api_key_authenticate(raw)
    assert found is not None
    assert (found.organization_id, found.partner_id) == (hanse.id, key.partner_id)
    assert raw.startswith("assay_live_")


def test_the_raw_key_is_nowhere_in_the_row(hanse: Organization, hanse_key: RawKey) -> None:
    _, raw = hanse_key
    with enter(hanse.id, read_only=True), connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(k)::text FROM accounts_apikey AS k")
        assert all(raw[16:] not in row for (row,) in cursor.fetchall())


def test_a_twins_key_is_a_test_key(hanse_twin: Organization) -> None:
    _, raw = key_of(hanse_twin)
    found = api_key_authenticate(raw)
    assert raw.startswith("assay_test_")
    assert found is not None
    assert (found.mode, found.organization_id) == ("test", hanse_twin.id)


def test_a_revoked_key_is_dead_at_once(hanse: Organization, hanse_key: RawKey) -> None:
    key, raw = hanse_key
    api_key_revoke(organization_id=hanse.id, actor=SYSTEM, api_key_id=key.id)
    assert api_key_authenticate(raw) is None


def test_an_expired_key_is_dead(hanse: Organization) -> None:
    soon = timezone.now() + timedelta(days=1)
    key, raw = api_key_create(
        organization_id=hanse.id,
        actor=SYSTEM,
        name="short",
        scopes=["decisions:read"],
        expires_at=soon,
    )
    with enter(hanse.id):
        ApiKey.objects.filter(organization_id=hanse.id, id=key.id).update(
            created_at=soon - timedelta(days=9), expires_at=soon - timedelta(days=2)
        )
    assert api_key_authenticate(raw) is None


@pytest.mark.parametrize("raw", ["", "assay_live_", "assay_live_" + "x" * 40, "a" * 10_000])
def test_nonsense_is_no_key(db: None, raw: str) -> None:
    assert api_key_authenticate(raw) is None


@pytest.mark.parametrize("scopes", [[], ["everything"]])
def test_scopes_are_listed_ones(hanse: Organization, scopes: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        api_key_create(organization_id=hanse.id, actor=SYSTEM, name="x", scopes=scopes)
    assert refused.value.errors[0].pointer == "/scopes"


def test_use_is_noted(hanse: Organization, hanse_key: RawKey) -> None:
    key, raw = hanse_key
    api_key_authenticate(raw)
    with enter(hanse.id, read_only=True):
        assert ApiKey.objects.get(organization_id=hanse.id, id=key.id).last_used_at is not None


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE accounts_apikey SET expires_at = created_at",
        "UPDATE accounts_apikey SET revoked_at = created_at - interval '1 second'",
        "UPDATE accounts_apikey SET digest = 'short'",
        "UPDATE accounts_apikey SET scopes = '{}'",
        "UPDATE accounts_apikey SET scopes = '{everything}'",
        "UPDATE accounts_apikey SET kind = 'master'",
        "UPDATE accounts_apikey SET version = 'tomorrow'",
        "UPDATE accounts_apikey SET rate_per_minute = 0, burst = 1",
        "UPDATE accounts_apikey SET rate_per_minute = 60, burst = 0",
        "UPDATE accounts_apikey SET rate_per_minute = 60, burst = NULL",
        "UPDATE accounts_apikey SET burst = 60, rate_per_minute = NULL",
        "UPDATE accounts_apikey SET rate_per_minute = 2000000000, burst = 1",
        "UPDATE accounts_apikey SET allowed_networks = array_fill('10.0.0.0/8'::text, '{51}')",
        "UPDATE accounts_apikey SET allowed_networks = '{NULL}'",
        "UPDATE accounts_apikey SET allowed_networks = NULL",
        "UPDATE accounts_apikey SET retiring_digest = sha256('x')",
        "UPDATE accounts_apikey SET retires_at = now() + interval '1 day'",
        "UPDATE accounts_apikey SET retiring_used_at = now()",
        (
            "UPDATE accounts_apikey SET retiring_digest = 'short', retiring_prefix = 'x',"
            " retires_at = now() + interval '1 day'"
        ),
        (
            "UPDATE accounts_apikey SET retiring_digest = digest, retiring_prefix = 'x',"
            " retires_at = now() + interval '1 day'"
        ),
        (
            "UPDATE accounts_apikey SET retiring_digest = sha256('x'), retiring_prefix = 'x',"
            " retires_at = created_at"
        ),
    ],
)
def test_the_database_holds_it_too(hanse: Organization, hanse_key: RawKey, attack: str) -> None:
    with pytest.raises(IntegrityError), enter(hanse.id), connection.cursor() as cursor:
        cursor.execute(attack)


@pytest.mark.parametrize("network", ["somewhere", "10.0.0.1/8", "300.0.0.0/8", "10.0.0.0/33", ""])
def test_what_is_no_network_is_not_stored(
    hanse: Organization, hanse_key: RawKey, network: str
) -> None:
    with pytest.raises(DataError), enter(hanse.id), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_apikey SET allowed_networks = ARRAY[%s]", [network])


def test_a_key_is_pinned_to_the_version_of_its_day(hanse: Organization, hanse_key: RawKey) -> None:
    found = api_key_authenticate(hanse_key[1])
    assert found is not None
    assert found.version == hanse_key[0].version == latest() == "2026-11-01"
