"""A file of entries put on a list: each row is added, stood there already, or is refused."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from events.actor import Actor
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import FieldError, Invalid
from underwriting.list_rows import EntryGiven, FileRefused, RowRefused, entries_read
from underwriting.models import ListEntry, ReferenceList
from underwriting.services.list_entries import entry_new, entry_wrong
from underwriting.services.lists import list_opened, list_recorded

AT_ONCE = 1_000


@dataclass(slots=True)
class FileTaken:
    """What became of a file's rows: each is added, stood there already, or is refused."""

    added: int = 0
    known: int = 0
    refused: list[RowRefused] = field(default_factory=list)


def entries_import(*, organization_id: UUID, actor: Actor, list_id: UUID, body: bytes) -> FileTaken:
    """Put a file's rows on a list: those that hold are added, the others named by their line."""
    taken = FileTaken()
    with enter(organization_id):
        found = list_opened(organization_id, actor, list_id)
        at = now(organization_id)
        rows = _rows_to_add(found, actor, body, at, taken)
        for start in range(0, len(rows), AT_ONCE):
            ListEntry.objects.bulk_create(rows[start : start + AT_ONCE])
        taken.added = len(rows)
        counts = {"known": taken.known, "refused": len(taken.refused)}
        list_recorded(found, actor, "list.file_imported", added=taken.added, **counts)
    return taken


def _rows_to_add(
    found: ReferenceList, actor: Actor, body: bytes, at: datetime, taken: FileTaken
) -> list[ListEntry]:
    """The rows that hold and are new, in the file's order; the others are counted in `taken`."""
    standing = _standing(found, at)
    rows: list[ListEntry] = []
    for line, given in _read(body):
        if isinstance(given, RowRefused):
            taken.refused.append(given)
        elif problems := entry_wrong(found, given, at):
            taken.refused.append(RowRefused(line, tuple(problems)))
        else:
            row = entry_new(found, actor, given, at)
            if bytes(row.digest or b"") in standing:
                taken.known += 1
            else:
                standing.add(bytes(row.digest or b""))
                rows.append(row)
    return rows


def _read(body: bytes) -> Sequence[tuple[int, EntryGiven | RowRefused]]:
    try:
        return list(entries_read(body))
    except FileRefused as refused:
        raise Invalid([FieldError("/file", refused.code, refused.code)]) from refused


def _standing(found: ReferenceList, at: datetime) -> set[bytes]:
    """What stands on the list now or will: an import adds nothing beside it."""
    rows = ListEntry.objects.filter(
        organization_id=found.organization_id,
        reference_list=found,
        removed_at__isnull=True,
        digest__isnull=False,
    ).exclude(ends_at__lte=at)
    return {bytes(row.digest or b"") for row in rows.only("digest")}
