"""Lists: made once, with a code that policies name; the test twin has the same ones."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from accounts.selectors.memberships import authority
from events.actor import SYSTEM, Actor
from events.services import event_record
from scoring.selectors.twins import twin_id
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from tenancy.ids import new_id
from tenancy.selectors import organization_current
from underwriting.models import ReferenceList

CHANGE, SENSITIVE, CREATE = (
    "underwriting.change_list",
    "underwriting.view_sensitive_list",
    "underwriting.create_list",
)


def list_create(
    *,
    organization_id: UUID,
    actor: Actor,
    code: str,
    kind: str,
    holds: str,
    names: Mapping[str, str],
    sensitive: bool = False,
) -> ReferenceList:
    """A new, empty list, in the test twin too: the same policies run there.

    Conflict (`list_code_taken`) where there is one of this code.
    """
    given = {"code": code, "kind": kind, "holds": holds, "sensitive": sensitive}
    with enter(organization_id):
        _refuse_without(organization_id, actor, CREATE)
        _refuse_unnamed(names)
        made = _made(organization_id, actor, names, given)
    if (twin := twin_id(organization_id)) is not None:
        with enter(twin):
            if not ReferenceList.objects.filter(organization_id=twin, code=code).exists():
                _made(twin, actor, names, given)
    return made


def list_opened(organization_id: UUID, actor: Actor, list_id: UUID) -> ReferenceList:
    """The list, where the actor may change what stands on it. Inside the caller's `enter`."""
    found = ReferenceList.objects.filter(organization_id=organization_id, id=list_id).first()
    if found is None:
        raise NotFound("no such list")
    _refuse_without(organization_id, actor, CHANGE)
    if found.sensitive:
        _refuse_without(organization_id, actor, SENSITIVE)
    return found


def list_recorded(found: ReferenceList, actor: Actor, event: str, **data: Any) -> None:
    event_record(
        organization_id=found.organization_id,
        actor=actor,
        type=event,
        subject=("list", found.id),
        data=data,
    )


def _made(
    organization_id: UUID, actor: Actor, names: Mapping[str, str], given: Mapping[str, Any]
) -> ReferenceList:
    row = ReferenceList(
        id=new_id(),
        organization_id=organization_id,
        names=dict(names),
        created_at=now(organization_id),
        created_by=actor.id,
        **given,
    )
    try:
        row.save(force_insert=True)
    except IntegrityError as error:
        if "reference_list_code_once" in str(error):
            raise Conflict("a list has this code", code="list_code_taken") from error
        raise
    list_recorded(row, actor, "list.created", code=row.code, kind=row.kind, holds=row.holds)
    return row


def permitted(organization_id: UUID, actor: Actor, permission: str) -> bool:
    """Set-ups by the house itself may do what people need a permission for."""
    if actor.kind == SYSTEM.kind:
        return True
    allowed = authority(organization_id, actor.id) if actor.kind == "user" else None
    return allowed is not None and permission in allowed.permissions


def _refuse_without(organization_id: UUID, actor: Actor, permission: str) -> None:
    if not permitted(organization_id, actor, permission):
        raise Forbidden("you may not change lists", code="permission")


def _refuse_unnamed(names: Mapping[str, str]) -> None:
    missing = [code for code in organization_current().languages if not names.get(code, "").strip()]
    if missing:
        raise Invalid([FieldError("/names", "language", f"no name in {', '.join(missing)}")])
