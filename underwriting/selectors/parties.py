"""The parties of an application. Call inside `enter`."""

from collections.abc import Sequence
from uuid import UUID

from tenancy.rows import find
from underwriting.models import Party


def parties_of(*, organization_id: UUID, application_id: UUID) -> list[Party]:
    """In order, the applicant first."""
    condition = "application_id = %(application)s ORDER BY position"
    return find(Party, organization_id, condition, application=application_id)


def parties_by_application(
    organization_id: UUID, application_ids: Sequence[UUID]
) -> dict[UUID, list[Party]]:
    """The parties of many applications, each in order, in one statement."""
    found: dict[UUID, list[Party]] = {}
    rows = Party.objects.filter(
        organization_id=organization_id, application_id__in=application_ids
    ).order_by("position")
    for row in rows:
        found.setdefault(row.application_id, []).append(row)
    return found
