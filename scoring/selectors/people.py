"""Names of the people whom requests and entries name by id. Call inside `enter`."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext

from accounts.models import Membership


def names(organization_id: UUID) -> Mapping[str, str]:
    """Everybody who is or was a member here, by user id."""
    rows = Membership.objects.filter(organization_id=organization_id).select_related("user")
    return {str(row.user_id): row.user.display_name for row in rows}


def name_of(actor_id: str, known: Mapping[str, str], kind: str = "user") -> str:
    """A person by name; the house itself by its own; nobody as nothing."""
    if not actor_id:
        return ""
    if kind == "system":
        return gettext("Assay")
    return known.get(actor_id, gettext("somebody else"))
