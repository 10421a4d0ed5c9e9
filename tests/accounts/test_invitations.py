"""Invitations: by mail, once, for seven days."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from accounts.enums import Role
from accounts.models import Invitation, User
from accounts.selectors.memberships import memberships_of
from accounts.services.invitations import invitation_revoke, invitation_send
from events.actor import SYSTEM
from tenancy.enter import enter
from tenancy.models import Organization

Sent = tuple[Invitation, str]


@pytest.fixture
def sent(hanse: Organization) -> Sent:
    return invitation_send(
        organization_id=hanse.id,
        actor=SYSTEM,
        email="New@Hanse-Kredit.example",
        role=Role.UNDERWRITER,
        approval_limit=100_000,
    )


def test_the_mail_holds_the_link(sent: Sent) -> None:
    _, token = sent
    assert f"/accounts/invitation/{token}/" in mail.outbox[0].body


def test_accepting_makes_a_member_who_can_sign_in(client: Client, sent: Sent) -> None:
    _, token = sent
    answer = {"name": "Nora New", "password": "seven grey horses"}
    assert client.post(f"/accounts/invitation/{token}/", answer).status_code == 302
    user = User.objects.get(email="new@hanse-kredit.example")
    assert [m.approval_limit for m in memberships_of(user.pk)] == [100_000]
    login = {"login": user.email, "password": "seven grey horses"}
    assert client.post("/accounts/login/", login).headers["Location"] == "/admin/"


def test_a_weak_password_is_refused_and_nothing_happens(client: Client, sent: Sent) -> None:
    _, token = sent
    response = client.post(f"/accounts/invitation/{token}/", {"name": "N", "password": "12345"})
    assert response.status_code == 200
    assert not User.objects.filter(email="new@hanse-kredit.example").exists()


def test_a_link_works_once(client: Client, sent: Sent) -> None:
    _, token = sent
    client.post(f"/accounts/invitation/{token}/", {"name": "N", "password": "seven grey horses"})
    assert client.get(f"/accounts/invitation/{token}/").status_code == 404


def test_a_revoked_or_old_link_is_dead(client: Client, hanse: Organization, sent: Sent) -> None:
    invitation, token = sent
    with enter(hanse.id):
        Invitation.objects.filter(organization_id=hanse.id).update(
            created_at=invitation.created_at - timedelta(days=9),
            expires_at=invitation.created_at - timedelta(days=2),
        )
    assert client.get(f"/accounts/invitation/{token}/").status_code == 404
    invitation_revoke(organization_id=hanse.id, actor=SYSTEM, invitation_id=invitation.id)
    assert client.get("/accounts/invitation/nonsense/").status_code == 404
