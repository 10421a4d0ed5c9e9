"""Who is written to when something of a lender's connections needs looking after."""

from uuid import UUID

from accounts.enums import Role
from accounts.models import Membership

LOOK_AFTER = (Role.OWNER, Role.DEVELOPER)


def connection_contacts(organization_id: UUID) -> list[str]:
    """Addresses of the lender's owners and developers. Call inside `enter`."""
    found = Membership.objects.filter(
        organization_id=organization_id, active=True, role__in=LOOK_AFTER, user__is_active=True
    )
    return list(found.values_list("user__email", flat=True))
