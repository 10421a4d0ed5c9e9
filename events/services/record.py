"""Writing an event: the last statement of every service's transaction."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection

from events.actor import Actor
from events.models import Event
from events.services.listening import wake_after
from tenancy.canonical import canonical
from tenancy.context import current_request_id
from tenancy.ids import new_id
from tenancy.statements import Answered, Statement, later

LONGEST_TEXT = 200

_APPEND = """SELECT sequence, at, previous_hash, hash
FROM events_append(%s, %s, %s, %s, %s, %s, %s, %s, %s)"""


def event_record(
    *,
    organization_id: UUID,
    actor: Actor,
    type: str,  # noqa: A002 - the field's own name
    subject: tuple[str, UUID],
    data: Mapping[str, Any],
) -> Event:
    """Append to the organization's chain, inside the caller's `enter`, as its last statement.

    It locks the chain's head until the transaction ends: nothing slow may follow. `data` holds
    identifiers, hashes, codes and whole numbers; words about a person are refused (ValueError).
    One statement; the database numbers, times and hashes, and it travels with the commit unless
    something is asked before: until then the event has no number. The request named in the
    context, if any, is noted beside.
    """
    refuse_prose(data)
    subject_kind, subject_id = subject
    event = Event(
        id=new_id(),
        organization_id=organization_id,
        actor_kind=actor.kind,
        actor_id=actor.id,
        type=type,
        subject_kind=subject_kind,
        subject_id=subject_id,
        data=canonical(dict(data)).decode(),
        request_id=current_request_id(),
    )
    later(Statement(
        _APPEND,
        [
            event.id, organization_id, actor.kind, actor.id, type, subject_kind, subject_id,
            event.data, event.request_id,
        ],
        then=partial(_numbered, event),
    ))  # fmt: skip
    event._state.adding = False
    event._state.db = connection.alias
    wake_after(organization_id, type)
    return event


def _numbered(event: Event, answered: Answered) -> None:
    ((event.sequence, event.at, event.previous_hash, event.hash),) = answered.rows


def refuse_prose(value: Any, where: str = "data") -> None:
    """Events outlive erasure, so what reads like a name, an address or a letter is refused."""
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT or "@" in value or any(c.isspace() for c in value):
            raise ValueError(f"{where} is not an identifier, a hash or a code")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            refuse_prose(item, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for item in value:
            refuse_prose(item, where)
