"""Decisions as doors show them. Call inside `enter`."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from tenancy.rows import find
from underwriting.models import Application, Decision


def decision_by_id(
    *, organization_id: UUID, decision_id: UUID, partner_id: UUID | None = None
) -> Decision | None:
    """In force or superseded; None for another lender's, and for another partner's."""
    rows = Decision.objects.filter(organization_id=organization_id, id=decision_id)
    if partner_id is not None:
        rows = rows.filter(application__partner_id=partner_id)
    return rows.select_related("application", "application__product").first()


def decision_in_force(*, organization_id: UUID, application_id: UUID) -> Decision | None:
    condition = "application_id = %(application)s AND in_force"
    found = find(Decision, organization_id, condition, application=application_id)
    return found[0] if found else None


def decisions_in_force(
    organization_id: UUID, application_ids: Sequence[UUID]
) -> dict[UUID, Decision]:
    """The decision in force of each application that has one, in one statement."""
    rows = Decision.objects.filter(
        organization_id=organization_id, application_id__in=application_ids, in_force=True
    )
    return {row.application_id: row for row in rows}


def decisions_visible(organization_id: UUID, partner_id: UUID | None) -> QuerySet[Decision]:
    """The lender's decisions; with a partner, those of that partner's applications."""
    rows = Decision.objects.filter(organization_id=organization_id)
    if partner_id is not None:
        rows = rows.filter(application__partner_id=partner_id)
    return rows.select_related("application", "application__product")


def decisions_of(application: Application) -> list[Decision]:
    """The whole sequence, oldest first."""
    return list(
        Decision.objects.filter(
            organization_id=application.organization_id, application_id=application.id
        ).order_by("number")
    )
