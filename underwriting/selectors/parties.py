"""The parties of an application. Call inside `enter`."""

from uuid import UUID

from underwriting.models import Party


def parties_of(*, organization_id: UUID, application_id: UUID) -> list[Party]:
    """In order, the applicant first."""
    return list(
        Party.objects.filter(
            organization_id=organization_id, application_id=application_id
        ).order_by("position")
    )
