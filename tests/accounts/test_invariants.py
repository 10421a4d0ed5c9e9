"""What the database holds about people, whoever writes: each rule attacked with raw SQL."""

import pytest
from django.db import IntegrityError, connection

from accounts.enums import Role
from accounts.models import Partner, User
from accounts.services.api_keys import api_key_authenticate, api_key_create
from accounts.services.invitations import invitation_send
from accounts.services.organizations import organization_open
from events.actor import SYSTEM
from events.models import Event
from tenancy.enter import enter
from tenancy.models import Organization


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE accounts_invitation SET role = 'king'",
        "UPDATE accounts_invitation SET role = 'owner'",
        "UPDATE accounts_invitation SET approval_limit = -1",
        "UPDATE accounts_invitation SET expires_at = created_at",
        "UPDATE accounts_invitation SET accepted_at = now(), revoked_at = now()",
    ],
)
def test_invitations(hanse: Organization, attack: str) -> None:
    invitation_send(
        organization_id=hanse.id,
        actor=SYSTEM,
        email="n@example.com",
        role=Role.UNDERWRITER,
        approval_limit=1,
    )
    with pytest.raises(IntegrityError), enter(hanse.id), connection.cursor() as cursor:
        cursor.execute(attack)


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE accounts_partner SET kind = 'friend'",
        (
            "INSERT INTO accounts_partner"
            " (id, organization_id, slug, name, kind, active, created_at)"
            " SELECT gen_random_uuid(), organization_id, slug, 'x', kind, true, now()"
            " FROM accounts_partner"
        ),
    ],
)
def test_partners(hanse: Organization, broker: Partner, attack: str) -> None:
    with pytest.raises(IntegrityError), enter(hanse.id), connection.cursor() as cursor:
        cursor.execute(attack)


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE accounts_user SET email = upper(email)",
        "UPDATE accounts_user SET email = 'same@example.com'",
    ],
)
def test_addresses(uma: User, otto: User, attack: str) -> None:
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(attack)


def test_a_key_cannot_name_another_lenders_partner(
    hanse: Organization, aurora: Organization, broker: Partner
) -> None:
    with pytest.raises(IntegrityError):
        api_key_create(
            organization_id=aurora.id,
            actor=SYSTEM,
            name="x",
            scopes=["decisions:read"],
            partner=broker,
        )


def test_a_lender_comes_with_its_twin(db: None) -> None:
    live, twin = organization_open(
        actor=SYSTEM,
        slug="neue-bank",
        name="Neue Bank",
        country="DE",
        default_language="de",
        languages=["de"],
        regulation_pack="eu-2026-11-20",
    )
    modes = []
    for organization in (live, twin):
        _, raw = api_key_create(
            organization_id=organization.id, actor=SYSTEM, name="x", scopes=["decisions:read"]
        )
        found = api_key_authenticate(raw)
        assert found is not None
        modes.append(found.mode)
        with enter(organization.id, read_only=True):
            opened = Event.objects.filter(
                organization_id=organization.id, type="organization.opened"
            )
            assert opened.count() == 1
    assert modes == ["live", "test"]
