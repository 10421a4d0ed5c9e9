"""Memberships: granted and ended, never edited, so that who could do what stays known."""

from uuid import UUID

from accounts.enums import UNDERWRITING_ROLES, Role
from accounts.models import Membership, User
from events.actor import Actor
from events.services import event_record
from tenancy import clock
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Invalid, NotFound


def membership_grant(
    *,
    organization_id: UUID,
    actor: Actor,
    user: User,
    role: str,
    approval_limit: int | None = None,
) -> Membership:
    """Make somebody a member; Conflict where they are one already."""
    checked_role(role, approval_limit)
    with enter(organization_id):
        return membership_written(
            organization_id=organization_id,
            actor=actor,
            user=user,
            role=role,
            approval_limit=approval_limit,
        )


def membership_written(
    *,
    organization_id: UUID,
    actor: Actor,
    user: User,
    role: str,
    approval_limit: int | None,
    invitation_id: UUID | None = None,
) -> Membership:
    """The rows of a grant, inside the caller's transaction."""
    if Membership.objects.filter(organization_id=organization_id, user=user, active=True).exists():
        raise Conflict("this person is a member already", code="already_member")
    membership = Membership.objects.create(
        organization_id=organization_id,
        user=user,
        role=role,
        approval_limit=approval_limit,
        created_at=clock.now(organization_id),
    )
    event_record(
        organization_id=organization_id,
        actor=actor,
        type="membership.granted",
        subject=("membership", membership.id),
        data={
            "user": str(user.pk),
            "role": str(role),
            "approval_limit": approval_limit,
            "invitation": str(invitation_id) if invitation_id else None,
        },
    )
    return membership


def membership_end(*, organization_id: UUID, actor: Actor, membership_id: UUID) -> None:
    """End a membership; it takes effect on the person's next request.

    Conflict `last_owner` where nobody could manage members afterwards.
    """
    with enter(organization_id):
        _owner_remains(organization_id, membership_id)
        ended = Membership.objects.filter(
            organization_id=organization_id, id=membership_id, active=True
        ).update(active=False, ended_at=clock.now(organization_id))
        if not ended:
            raise NotFound("no such active membership")
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="membership.ended",
            subject=("membership", membership_id),
            data={},
        )


def _owner_remains(organization_id: UUID, membership_id: UUID) -> None:
    """Locks the owners, so that the last two cannot end each other at once."""
    owners = list(
        Membership.objects.select_for_update()
        .filter(organization_id=organization_id, role=Role.OWNER, active=True)
        .order_by("id")
        .values_list("id", flat=True)
    )
    if owners == [membership_id]:
        raise Conflict("an organization keeps an owner", code="last_owner")


def checked_role(role: str, approval_limit: int | None) -> None:
    """Raises Invalid for a role that is none, or a limit that the role cannot have."""
    errors = []
    if role not in Role.values:
        errors.append(FieldError("/role", "role", "There is no such role."))
    if approval_limit is not None and approval_limit < 0:
        errors.append(FieldError("/approval_limit", "minimum", "A limit is not negative."))
    if approval_limit is not None and role not in UNDERWRITING_ROLES:
        message = "Only underwriters have an approval limit."
        errors.append(FieldError("/approval_limit", "role", message))
    if errors:
        raise Invalid(errors)
