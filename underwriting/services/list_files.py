"""Files of entries: put on a list row by row, and taken from it whole."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from events.actor import Actor
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import FieldError, Invalid
from underwriting.list_rows import EntryGiven, FileRefused, RowRefused, entries_read
from underwriting.models import ListEntry, ReferenceList
from underwriting.selectors.lists import entries_of, entry_words
from underwriting.services.list_entries import entry_new, entry_wrong
from underwriting.services.lists import list_opened, list_recorded, permitted

AT_ONCE = 1_000
SEES_IDENTITY = "underwriting.view_identity"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
EXPORTED = (
    "value_or_fingerprint",
    "reason",
    "label",
    "words",
    "from",
    "until",
    "added_at",
    "added_by",
    "confirmed_by",
    "removed_at",
    "removed_by",
    "removal",
)


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


def entries_export(*, organization_id: UUID, actor: Actor, list_id: UUID) -> tuple[str, bytes]:
    """The list's code, and everything that ever stood on it as CSV; that it was taken is recorded.

    Of persons there is the fingerprint alone. Labels and words are for those who may see
    identities. No cell begins as a spreadsheet's formula does.
    """
    with enter(organization_id):
        found = list_opened(organization_id, actor, list_id)
        opened = permitted(organization_id, actor, SEES_IDENTITY)
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(EXPORTED)
        rows = entries_of(found).order_by("added_at", "id")
        for entry in rows:
            said = entry_words(entry) if opened else {}
            writer.writerow([_cell(value) for value in _exported(entry, said)])
        list_recorded(found, actor, "list.exported", entries=len(rows))
    return found.code, text.getvalue().encode("utf-8-sig")


def _exported(entry: ListEntry, said: Mapping[str, str]) -> Sequence[Any]:
    return (
        entry.value if entry.value is not None else bytes(entry.digest or b"").hex(),
        entry.reason,
        said.get("label", ""),
        said.get("words", ""),
        entry.starts_at.isoformat(),
        entry.ends_at.isoformat() if entry.ends_at else "",
        entry.added_at.isoformat(),
        entry.added_by,
        entry.confirmed_by or "",
        entry.removed_at.isoformat() if entry.removed_at else "",
        entry.removed_by or "",
        entry.removal or "",
    )


def _cell(value: Any) -> str:
    """Text that a spreadsheet shows and does not compute."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


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
