"""An application's status moves by compare-and-set along one table, and nowhere else."""

from typing import Any
from uuid import UUID

from tenancy.errors import Conflict, NotFound
from underwriting.enums import ApplicationStatus
from underwriting.models import Application
from underwriting.transitions import sources


def status_change(
    *, organization_id: UUID, application_id: UUID, to: ApplicationStatus, **fields: Any
) -> None:
    """Move the application, and set the fields that agree with where it now is.

    Inside the caller's `enter`. NotFound for another lender's application too; Conflict
    (`status`) when it may not go there from where it is.
    """
    rows = Application.objects.filter(organization_id=organization_id, id=application_id)
    if rows.filter(status__in=sources(to)).update(status=to, **fields):
        return
    status = rows.values_list("status", flat=True).first()
    if status is None:
        raise NotFound("no such application")
    raise Conflict(f"an application that is {status} cannot become {to}", code="status")
