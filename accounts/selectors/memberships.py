"""Who may do what. `memberships_of` works before a tenant is known; the rest inside `enter`."""

from uuid import UUID

from django.db import connection

from accounts.members import Authority, Member
from accounts.models import Membership


def memberships_of(user_id: int) -> list[Member]:
    """The active memberships of an active user in every organization, by name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM lookup.memberships_of(%s)", [user_id])
        return [Member(*row) for row in cursor.fetchall()]


def authority(organization_id: UUID, user_id: int | str) -> Authority | None:
    """The authority of a user at this lender, None for somebody who is no member."""
    found = (
        Membership.objects.filter(
            organization_id=organization_id, user_id=user_id, active=True, user__is_active=True
        )
        .values_list("role", "approval_limit")
        .first()
    )
    return None if found is None else Authority(*found)
