"""Ids as people paste them, and who asks: what every view of the desk starts with."""

from uuid import UUID

from accounts.desk.place import actor_of, allowed, member_of, organization_of, permission_needed
from tenancy.ids import parse_public_id

__all__ = ["actor_of", "allowed", "id_from", "member_of", "organization_of", "permission_needed"]


def id_from(prefix: str, text: str) -> UUID | None:
    """An id as people paste it: with its prefix, or bare."""
    wanted = text.strip()
    found = parse_public_id(prefix, wanted)
    if found is not None:
        return found
    try:
        return UUID(wanted)
    except ValueError:
        return None
