"""An application's status moves by compare-and-set along one table, and nowhere else."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from tenancy.errors import Conflict, NotFound
from tenancy.statements import Answered, Statement, ask_together
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
    (changed,) = ask_together(status_changing(organization_id, application_id, to, **fields))
    status_changed(changed, organization_id, application_id, to)


def status_changing(
    organization_id: UUID, application_id: UUID, to: ApplicationStatus, **fields: Any
) -> Statement:
    """The move of `status_change`, to travel with others; `status_changed` looks whether it was
    made, where another could have moved the application meanwhile."""
    given = {"organization": organization_id, "id": application_id, "to": to, **fields}
    return Statement(_change(tuple(fields)), {**given, "sources": sorted(sources(to))})


def status_changed(
    changed: Answered, organization_id: UUID, application_id: UUID, to: ApplicationStatus
) -> None:
    """Raises what `status_change` does where the application was not moved."""
    if changed.touched:
        return
    rows = Application.objects.filter(organization_id=organization_id, id=application_id)
    status = rows.values_list("status", flat=True).first()
    if status is None:
        raise NotFound("no such application")
    raise Conflict(f"an application that is {status} cannot become {to}", code="status")


@lru_cache(maxsize=64)
def _change(columns: tuple[str, ...]) -> str:
    """The statement that sets these columns beside the status; they are named in our code."""
    also = "".join(f", {column} = %({column})s" for column in columns)
    return (
        f"UPDATE underwriting_application SET status = %(to)s{also}"  # noqa: S608
        " WHERE organization_id = %(organization)s AND id = %(id)s AND status = ANY (%(sources)s)"
    )
