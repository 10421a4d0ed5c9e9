"""Who may do what, held by services and by the database."""

import pytest
from django.db import IntegrityError, connection

from accounts.enums import Role
from accounts.models import Membership, User
from accounts.selectors.memberships import authority, memberships_of
from accounts.services.memberships import membership_end, membership_grant
from events.actor import SYSTEM
from events.selectors import verify_chain
from tenancy.enter import enter
from tenancy.errors import Conflict, Invalid
from tenancy.models import Organization


def test_a_limit_covers_up_to_itself(hanse: Organization, uma: User) -> None:
    with enter(hanse.id, read_only=True):
        found = authority(hanse.id, uma.pk)
    assert found is not None
    assert found.covers(500_000)
    assert not found.covers(500_001)
    assert "underwriting.review_application" in found.permissions


def test_an_outsider_has_no_authority(hanse: Organization, otto: User) -> None:
    with enter(hanse.id, read_only=True):
        assert authority(hanse.id, otto.pk) is None


def test_memberships_are_found_before_the_tenant(hanse: Organization, uma: User) -> None:
    assert [member.slug for member in memberships_of(uma.pk)] == ["hanse-kredit"]


def test_an_ended_membership_is_gone_at_once(hanse: Organization, uma: User) -> None:
    with enter(hanse.id, read_only=True):
        membership = Membership.objects.get(organization_id=hanse.id, user=uma)
    membership_end(organization_id=hanse.id, actor=SYSTEM, membership_id=membership.id)
    assert memberships_of(uma.pk) == []
    assert verify_chain(hanse.id).broken is None


def test_nobody_is_a_member_twice(hanse: Organization, uma: User) -> None:
    with pytest.raises(Conflict):
        membership_grant(organization_id=hanse.id, actor=SYSTEM, user=uma, role=Role.OWNER)


@pytest.mark.parametrize(
    ("role", "limit", "pointer"),
    [
        ("king", None, "/role"),
        (Role.OWNER, 5, "/approval_limit"),
        (Role.UNDERWRITER, -1, "/approval_limit"),
    ],
)
def test_refused(
    hanse: Organization, uma: User, role: str, limit: int | None, pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        membership_grant(
            organization_id=hanse.id, actor=SYSTEM, user=uma, role=role, approval_limit=limit
        )
    assert refused.value.errors[0].pointer == pointer


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE accounts_membership SET role = 'king'",
        "UPDATE accounts_membership SET approval_limit = -1",
        "UPDATE accounts_membership SET role = 'owner'",
        "UPDATE accounts_membership SET active = false",
        (
            "INSERT INTO accounts_membership"
            " (id, organization_id, user_id, role, active, created_at)"
            " SELECT gen_random_uuid(), organization_id, user_id, 'auditor', true, now()"
            " FROM accounts_membership"
        ),
    ],
)
def test_the_database_holds_it_too(hanse: Organization, uma: User, attack: str) -> None:
    with pytest.raises(IntegrityError), enter(hanse.id), connection.cursor() as cursor:
        cursor.execute(attack)
