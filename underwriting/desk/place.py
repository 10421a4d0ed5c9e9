"""Ids as people paste them, and who asks: what every view of the desk starts with."""

from contextlib import nullcontext
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from accounts.desk.place import actor_of, allowed, member_of, organization_of, permission_needed
from tenancy.enter import enter
from tenancy.ids import parse_public_id

__all__ = [
    "actor_of",
    "allowed",
    "id_from",
    "known_or_404",
    "member_of",
    "organization_of",
    "permission_needed",
]


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


def known_or_404(request: HttpRequest, rows: QuerySet[Any], row_id: UUID) -> None:
    """A form about a row is shown, and taken, only of what this lender has."""
    organization_id = organization_of(request)
    found = rows.filter(id=row_id, organization_id=organization_id)
    writes = request.method == "POST"  # such a view has no transaction of its own yet
    with enter(organization_id, read_only=True) if writes else nullcontext():
        if not found.exists():
            raise Http404
