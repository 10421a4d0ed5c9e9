"""Invitations: sent by mail, accepted once, by the person who holds the token."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import connection
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Invitation, Membership, User
from accounts.services.memberships import checked_role, membership_written
from accounts.services.users import user_create
from events.actor import Actor
from events.services import event_record
from tenancy import clock
from tenancy.enter import enter
from tenancy.errors import Conflict, NotFound

VALID_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class InvitationRef:
    """An open invitation, as the page behind the link shows it."""

    id: UUID
    organization_id: UUID
    organization: str
    email: str
    role: str

    @property
    def role_label(self) -> str:
        return str(Role(self.role).label)


def invitation_send(
    *,
    organization_id: UUID,
    actor: Actor,
    email: str,
    role: str,
    approval_limit: int | None = None,
) -> tuple[Invitation, str]:
    """Invite somebody; the mail leaves after commit. Returns the token for the link."""
    checked_role(role, approval_limit)
    token = secrets.token_urlsafe(32)
    address = email.strip().lower()
    with enter(organization_id):
        now = clock.now(organization_id)
        _no_member_yet(organization_id, address)
        invitation = Invitation.objects.create(
            organization_id=organization_id,
            email=address,
            role=role,
            approval_limit=approval_limit,
            digest=_digest(token),
            created_at=now,
            expires_at=now + VALID_FOR,
        )
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="invitation.sent",
            subject=("invitation", invitation.id),
            data={"role": str(role)},
        )
    link = settings.ASSAY_BASE_URL.rstrip("/") + reverse("accounts_invitation", args=[token])
    text = render_to_string("account/email/invitation.txt", {"link": link})
    send_mail("Assay", text, settings.DEFAULT_FROM_EMAIL, [invitation.email])
    return invitation, token


def invitation_find(token: str) -> InvitationRef | None:
    """The open invitation of a token, None for one that is unknown, used, revoked or too old."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM lookup.invitation_by_digest(%s)", [_digest(token)])
        row = cursor.fetchone()
    return None if row is None else InvitationRef(*row)


def invitation_accept(*, token: str, name: str, password: str | None) -> User:
    """Make the invited person a member; a new account needs a password, a known one none.

    One transaction: an account that could not become a member is not left behind.
    """
    found = invitation_find(token)
    if found is None:
        raise NotFound("the invitation is used or too old", code="invitation_unknown")
    with enter(found.organization_id):
        limit = _used_up(found)
        user = User.objects.filter(email=found.email).first()
        if user is None:
            user = user_create(email=found.email, password=password, name=name)
        membership_written(
            organization_id=found.organization_id,
            actor=Actor("user", str(user.pk)),
            user=user,
            role=found.role,
            approval_limit=limit,
            invitation_id=found.id,
        )
    return user


def _used_up(found: InvitationRef) -> int | None:
    """Mark the invitation accepted, once; answers with the limit it carries."""
    open_one = Invitation.objects.filter(
        organization_id=found.organization_id,
        id=found.id,
        accepted_at__isnull=True,
        revoked_at__isnull=True,
    )
    if not open_one.update(accepted_at=clock.now(found.organization_id)):
        raise Conflict("the invitation was used a moment ago", code="invitation_used")
    return Invitation.objects.values_list("approval_limit", flat=True).get(
        organization_id=found.organization_id, id=found.id
    )


def invitation_revoke(*, organization_id: UUID, actor: Actor, invitation_id: UUID) -> None:
    with enter(organization_id):
        revoked = Invitation.objects.filter(
            organization_id=organization_id,
            id=invitation_id,
            accepted_at__isnull=True,
            revoked_at__isnull=True,
        ).update(revoked_at=clock.now(organization_id))
        if not revoked:
            raise NotFound("no such open invitation")
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="invitation.revoked",
            subject=("invitation", invitation_id),
            data={},
        )


def _no_member_yet(organization_id: UUID, email: str) -> None:
    member = Membership.objects.filter(
        organization_id=organization_id, user__email=email, active=True
    )
    if member.exists():
        raise Conflict("this person is a member already", code="already_member")


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
