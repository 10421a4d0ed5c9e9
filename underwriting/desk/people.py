"""Names for the ids that reviews and events carry. Call inside `enter`."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext

from accounts.models import ApiKey, Membership

NAMES_OF_KINDS = {
    "system": lambda: gettext("Assay"),
    "applicant": lambda: gettext("Applicant"),
    "api_key": lambda: gettext("API key"),
}


def colleagues(organization_id: UUID) -> Mapping[str, str]:
    """Everybody who is or was a member here, by user id; nobody else's name is looked up."""
    rows = Membership.objects.filter(organization_id=organization_id).select_related("user")
    return {str(row.user_id): row.user.display_name for row in rows}


def key_names(organization_id: UUID, ids: Iterable[str]) -> Mapping[str, str]:
    found = ApiKey.objects.filter(organization_id=organization_id, id__in=list(ids))
    return {str(key.id): key.name for key in found}


def actor_name(kind: str, actor_id: str, names: Mapping[str, str]) -> str:
    """A person by name, anything else by what it is."""
    if actor_id in names:
        return names[actor_id]
    if kind in NAMES_OF_KINDS:
        return NAMES_OF_KINDS[kind]()
    return gettext("former colleague")
