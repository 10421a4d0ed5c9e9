"""Lists and what stands on them, as people may read it. Call inside `enter`."""

import json
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from tenancy.vault import blind_index, open_sealed
from underwriting.marks import spelled
from underwriting.models import ListEntry, PolicyVersion, ReferenceList
from underwriting.models.policy import IN_USE


def entry_aad(entry_id: UUID) -> bytes:
    """Where sealed words belong: they open in no other entry."""
    return b"underwriting.list_entry.sealed/" + entry_id.bytes


def lists_with_counts(rows: QuerySet[ReferenceList], at: datetime) -> QuerySet[ReferenceList]:
    """Each with how many entries stand on it at a time."""
    return rows.annotate(standing=Count("entries", filter=standing_at(at, "entries__")))


def standing_at(at: datetime, prefix: str = "") -> Q:
    """Entries that count at a time, as the look-up itself asks for them."""
    return (
        Q(
            **{
                f"{prefix}removed_at__isnull": True,
                f"{prefix}purged_at__isnull": True,
                f"{prefix}starts_at__lte": at,
            }
        )
        & (Q(**{f"{prefix}ends_at__isnull": True}) | Q(**{f"{prefix}ends_at__gt": at}))
        & (~Q(**{f"{prefix}kind": "allow"}) | Q(**{f"{prefix}confirmed_at__isnull": False}))
    )


def entries_of(found: ReferenceList, value: str = "") -> QuerySet[ListEntry]:
    """A list's entries, newest first; with a value only those that an application saying so meets.

    A value that is kept as a fingerprint is found by the same fingerprint, whole or not at all.
    """
    rows = ListEntry.objects.filter(
        organization_id=found.organization_id, reference_list=found
    ).order_by("-added_at", "-id")
    if not value.strip():
        return rows
    text = spelled(found.holds, value)
    return rows.filter(digest=blind_index(found.organization_id, found.holds, text))


def entry_words(entry: ListEntry) -> dict[str, str]:
    """What was said of an entry: `label`, `words`, and why it was taken off; {} once emptied."""
    if entry.wrapped_key is None:
        return {}
    said: dict[str, str] = _opened(entry, entry.sealed)
    if entry.removal_sealed is not None:
        said["removal"] = _opened(entry, entry.removal_sealed).get("words", "")
    return said


def policies_asking(organization_id: UUID, code: str) -> list[tuple[PolicyVersion, str]]:
    """The policies in use that ask for a list, each with the name of the input it becomes."""
    rows = PolicyVersion.objects.filter(
        organization_id=organization_id, status__in=IN_USE, document__contains=f'"list":"{code}"'
    ).select_related("product")
    return [
        (version, f"list.{name}")
        for version in rows.order_by("product_id", "-number")
        for name, lookup in (json.loads(version.document).get("lookups") or {}).items()
        if lookup.get("list") == code
    ]


def _opened(entry: ListEntry, sealed: bytes | memoryview | None) -> dict[str, str]:
    key, body = bytes(entry.wrapped_key or b""), bytes(sealed or b"")
    plain = open_sealed(entry.organization_id, key, body, entry_aad(entry.id))
    said: dict[str, str] = json.loads(plain)
    return said
