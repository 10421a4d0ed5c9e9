"""What the database holds about tokens, whoever writes: each rule attacked with raw SQL."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection

from accounts.models import AccessToken, ApiKey
from accounts.services.access_tokens import token_issue
from accounts.services.api_keys import api_key_authenticate, api_key_create
from accounts.services.credentials import secret_new
from accounts.services.requests import tokens_purge
from accounts.tasks import purge_old
from events.actor import SYSTEM
from tenancy.enter import enter
from tenancy.errors import RefusedWrite
from tenancy.models import Organization
from tenancy.services import organization_advance_clock

RAW = "assay_live_at_" + "A" * 40


def client_of(organization: Organization) -> ApiKey:
    client, _ = api_key_create(
        organization_id=organization.id,
        actor=SYSTEM,
        name="bank",
        scopes=["scores"],
        kind="client",
    )
    return client


def issue(organization: Organization, client_id: UUID, raw: str = RAW) -> AccessToken:
    return token_issue(
        organization_id=organization.id,
        client_id=client_id,
        raw=raw,
        scopes=["scores"],
        seconds=900,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        '{"digest": "\\\\x00"}',
        '{"scopes": []}',
        '{"scopes": ["everything"]}',
        '{"expires_at": "2099-01-01T00:00:00Z"}',
        '{"expires_at": "2001-01-01T00:00:00Z"}',
        '{"client_id": "018f0000-0000-7000-8000-000000000000"}',
        "{}",  # the same digest again
    ],
)
def test_a_token_that_cannot_be_is_refused(hanse: Organization, wrong: str) -> None:
    issue(hanse, client_of(hanse).id)
    with pytest.raises(DatabaseError), enter(hanse.id), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_accesstoken SELECT (jsonb_populate_record(t,"
            " jsonb_build_object('id', gen_random_uuid()) || %s::jsonb)).*"
            " FROM accounts_accesstoken AS t",
            [wrong],
        )


def test_a_token_is_never_prolonged(hanse: Organization) -> None:
    issue(hanse, client_of(hanse).id)
    with pytest.raises(RefusedWrite), enter(hanse.id), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_accesstoken SET expires_at = now() + interval '1 hour'")


def test_a_token_of_another_lenders_client_is_refused(
    hanse: Organization, aurora: Organization
) -> None:
    with pytest.raises(DatabaseError):
        issue(hanse, client_of(aurora).id)


def test_a_token_of_what_is_no_client_opens_nothing(hanse: Organization) -> None:
    """Were one forged by SQL for a key with more rights, the look-up would not know it."""
    key, _ = api_key_create(organization_id=hanse.id, actor=SYSTEM, name="k", scopes=["scores"])
    issue(hanse, key.id)
    assert api_key_authenticate(RAW) is None


def test_the_raw_token_is_nowhere_in_the_row(hanse: Organization) -> None:
    issue(hanse, client_of(hanse).id)
    with enter(hanse.id, read_only=True), connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM accounts_accesstoken AS t")
        assert all(RAW[14:] not in row for (row,) in cursor.fetchall())


def test_long_expired_tokens_go(hanse_twin: Organization) -> None:
    issue(hanse_twin, client_of(hanse_twin).id)
    assert purge_old() == 0
    organization_advance_clock(organization_id=hanse_twin.id, by=timedelta(days=2))
    assert purge_old() == 1
    assert tokens_purge(organization_id=hanse_twin.id) == 0


def test_no_two_secrets_are_alike() -> None:
    assert len({secret_new("live", token=True) for _ in range(100)}) == 100
