"""Entries of lists: added by one person and taken off, or confirmed, by another."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from events.actor import SYSTEM, Actor
from events.services import event_record
from tenancy.canonical import canonical
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from tenancy.ids import new_id
from tenancy.selectors import organization_current
from tenancy.vault import blind_index, new_wrapped_key, seal
from underwriting.enums import ListKind, RemovalReason
from underwriting.list_rows import EntryGiven, entry_problems, holds_personal
from underwriting.marks import spelled
from underwriting.models import ApplicationMark, BlindIndexEntry, ListEntry, ReferenceList
from underwriting.regulation import pack
from underwriting.retention import retained
from underwriting.selectors.lists import entry_aad
from underwriting.services.lists import list_opened, list_recorded

EMPTIED: Mapping[str, None] = dict.fromkeys(
    ("digest", "value", "wrapped_key", "sealed", "removal_sealed")
)
_PLACES = {
    "value": "value",
    "reason": "reason",
    "words_needed": "words",
    "until_needed": "ends",
    "until_before_from": "ends",
    "until_past": "ends",
    "too_long": "words",
}


def entry_add(
    *, organization_id: UUID, actor: Actor, list_id: UUID, entry: EntryGiven
) -> ListEntry:
    """Put a value on a list. Invalid names what is wrong; Conflict (`entry_there`) if it stands
    there already. On a list of kind allow it counts once somebody else has confirmed it."""
    with enter(organization_id):
        found = list_opened(organization_id, actor, list_id)
        at = now(organization_id)
        problems = entry_wrong(found, entry, at)
        if problems:
            raise Invalid([FieldError(f"/{_PLACES[code]}", code, code) for code in problems])
        row = entry_new(found, actor, entry, at)
        try:
            row.save(force_insert=True)
        except IntegrityError as error:
            if "list_entry_once_at_a_time" not in str(error):
                raise
            raise Conflict("this stands on the list already", code="entry_there") from error
        list_recorded(found, actor, "list.entry_added", entry=str(row.id), reason=row.reason)
    return row


def entry_confirm(*, organization_id: UUID, actor: Actor, entry_id: UUID) -> ListEntry:
    """Let an entry of a list of kind allow count, as somebody else than who added it."""
    with enter(organization_id):
        entry = _entry_locked(organization_id, actor, entry_id)
        if entry.kind != ListKind.ALLOW or entry.confirmed_at or entry.removed_at:
            raise Conflict("nothing is to be confirmed here", code="not_open")
        _refuse_same(entry, actor)
        entry.confirmed_at, entry.confirmed_by = now(organization_id), actor.id
        entry.save(update_fields=["confirmed_at", "confirmed_by"])
        list_recorded(entry.reference_list, actor, "list.entry_confirmed", entry=str(entry.id))
    return entry


def entry_remove(
    *, organization_id: UUID, actor: Actor, entry_id: UUID, removal: str, words: str = ""
) -> ListEntry:
    """Take an entry off its list from now on, as somebody else than who put it there."""
    if removal not in RemovalReason.values:
        raise Invalid([FieldError("/removal", "reason", "there is no such reason")])
    if removal == RemovalReason.OTHER and not words.strip():
        raise Invalid([FieldError("/words", "words_needed", "say why in words")])
    with enter(organization_id):
        entry = _entry_locked(organization_id, actor, entry_id)
        if entry.removed_at or entry.purged_at:
            raise Conflict("it is off the list already", code="not_open")
        _refuse_same(entry, actor)
        at = now(organization_id)
        entry.removed_at, entry.removed_by, entry.removal = at, actor.id, removal
        entry.removal_sealed = _sealed(entry, {"words": words.strip()})
        entry.keep_until = retained(at, _retention_months())
        entry.save(
            update_fields=["removed_at", "removed_by", "removal", "removal_sealed", "keep_until"]
        )
        list_recorded(
            entry.reference_list, actor, "list.entry_removed", entry=str(entry.id), reason=removal
        )
    return entry


def entries_purge(*, organization_id: UUID, entry_ids: Sequence[UUID]) -> None:
    """Empty entries that were over for as long as records are kept; the rows say when they were."""
    with enter(organization_id):
        _purge(organization_id, id__in=entry_ids)
        event_record(
            organization_id=organization_id,
            actor=SYSTEM,
            type="list.entries_purged",
            subject=("organization", organization_id),
            data={"entries": len(entry_ids)},
        )


def entries_erase(organization_id: UUID, customer_id: UUID) -> None:
    """Empty what lets an erased person pass; what blocks or watches them is the lender's own record
    and stays until its end (docs/lists.md). Inside the caller's `enter`, before the index goes."""
    digests: set[bytes] = set()
    for model in (BlindIndexEntry, ApplicationMark):
        rows = model.objects.filter(organization_id=organization_id, customer_id=customer_id)
        digests |= {bytes(digest) for digest in rows.values_list("digest", flat=True)}
    _purge(organization_id, kind=ListKind.ALLOW, value__isnull=True, digest__in=list(digests))


def entry_new(found: ReferenceList, actor: Actor, given: EntryGiven, at: datetime) -> ListEntry:
    organization_id = found.organization_id
    personal = holds_personal(found.holds)
    ends = None if given.ends is None else _midnight(given.ends)
    entry = ListEntry(
        id=new_id(),
        organization_id=organization_id,
        reference_list=found,
        kind=found.kind,
        digest=blind_index(organization_id, found.holds, spelled(found.holds, given.value)),
        value=None if personal else given.value,
        wrapped_key=new_wrapped_key(organization_id),
        starts_at=at if given.starts is None else max(_midnight(given.starts), at),
        ends_at=ends,
        reason=given.reason,
        added_at=at,
        added_by=actor.id,
        keep_until=None if ends is None else retained(ends, _retention_months()),
    )
    entry.sealed = _sealed(entry, {"label": given.label.strip(), "words": given.words.strip()})
    return entry


def entry_wrong(found: ReferenceList, given: EntryGiven, at: datetime) -> list[str]:
    personal = holds_personal(found.holds)
    return entry_problems(found.holds, given, personal=personal, today=at.date())


def _purge(organization_id: UUID, **which: Any) -> None:
    rows = ListEntry.objects.filter(
        organization_id=organization_id, purged_at__isnull=True, **which
    )
    rows.update(purged_at=now(organization_id), **EMPTIED)


def _sealed(entry: ListEntry, said: Mapping[str, str]) -> bytes:
    key = bytes(entry.wrapped_key or b"")
    return seal(entry.organization_id, key, canonical(dict(said)), entry_aad(entry.id))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _retention_months() -> int:
    return pack(organization_current().regulation_pack).retention_months


def _entry_locked(organization_id: UUID, actor: Actor, entry_id: UUID) -> ListEntry:
    entry = (
        ListEntry.objects.select_for_update()
        .filter(organization_id=organization_id, id=entry_id)
        .first()
    )
    if entry is None:
        raise NotFound("no such entry")
    entry.reference_list = list_opened(organization_id, actor, entry.reference_list_id)
    return entry


def _refuse_same(entry: ListEntry, actor: Actor) -> None:
    if entry.added_by == actor.id:
        raise Forbidden("another one than who added it", code="same_person")
