"""What lists and counters say of many applications at once; `lookups` asks for one.

Call inside `enter`. An application's number is the one it will have when the rows before it in the
chunk have theirs; `Counted.bases` lets the writer find out whether somebody else came between.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from tenancy.vault import Keyring
from underwriting.enums import ListHolds
from underwriting.marks import spelled
from underwriting.policy.lookup_checks import list_holds
from underwriting.selectors.lookups import Answers, Asked, lists_held

Key = tuple[str, bytes]


class RowMark(NamedTuple):
    """A fingerprint that a row of the chunk comes with."""

    row: int
    kind: str
    digest: bytes


class Counted(NamedTuple):
    """Answers row by row, and where the counters that they rest on stood."""

    answers: list[Answers | None]
    bases: Mapping[Key, int]


# As `lookups._LISTED`, of all digests at once.
_LISTED = """
SELECT l.code, e.digest FROM underwriting_referencelist l JOIN underwriting_listentry e
    ON e.organization_id = l.organization_id AND e.reference_list_id = l.id
WHERE l.organization_id = %(organization)s AND l.code = ANY (%(codes)s)
    AND e.digest = ANY (%(digests)s) AND e.removed_at IS NULL AND e.starts_at <= %(at)s
    AND (e.ends_at IS NULL OR e.ends_at > %(at)s)
    AND (e.kind <> 'allow' OR e.confirmed_at IS NOT NULL)
"""

# As `lookups._COUNTED`: where each counter stands, and the first number inside the window.
_STANDS = """
SELECT k.kind, k.digest, k.days, c.ordinal, (
    SELECT w.ordinal FROM underwriting_applicationmark w
    WHERE w.organization_id = c.organization_id AND w.kind = c.kind AND w.digest = c.digest
        AND w.marked_at > greatest(c.last_at, %(at)s) - k.days * interval '1 day'
    ORDER BY w.marked_at, w.ordinal LIMIT 1)
FROM unnest(%(kinds)s::text[], %(digests)s::bytea[], %(days)s::int[]) AS k(kind, digest, days)
JOIN underwriting_markcounter c ON c.organization_id = %(organization)s
    AND c.kind = k.kind AND c.digest = k.digest
"""


def lookups_of_rows(
    *,
    organization_id: UUID,
    asked: Asked,
    rows: int,
    marks: Sequence[RowMark],
    said: Mapping[str, Sequence[Iterable[Any]]],
    keyring: Keyring,
    at: datetime,
) -> Counted:
    """The answers of each row; `said` are the facts that lists of texts are asked about, by row."""
    if not asked:
        return Counted([None] * rows, {})
    place = {"organization": organization_id, "at": at}
    lists = {name: lookup for name, lookup in asked.items() if "list" in lookup}
    counts = {name: lookup for name, lookup in asked.items() if "list" not in lookup}
    columns: dict[str, list[Any]] = {}
    if lists:
        columns |= _listed(place, lists, rows, marks, said, keyring)
    bases: dict[Key, int] = {}
    for name, lookup in counts.items():
        own = [mark for mark in marks if mark.kind == lookup["by"]]
        found, stood = _counted(place, own, lookup["days"], rows)
        columns[f"velocity.{name}"] = found
        bases |= stood
    names = [f"list.{name}" for name in lists] + [f"velocity.{name}" for name in counts]
    each = zip(*(columns[name] for name in names), strict=True)
    return Counted([dict(zip(names, row, strict=True)) for row in each], bases)


def _listed(
    place: Mapping[str, Any],
    lists: Asked,
    rows: int,
    marks: Sequence[RowMark],
    said: Mapping[str, Sequence[Iterable[Any]]],
    keyring: Keyring,
) -> dict[str, list[Any]]:
    given = {name: _given(lookup, marks, said, keyring) for name, lookup in lists.items()}
    held = lists_held(place["organization"])
    digests = {digest for each in given.values() for _, digest in each}
    codes = sorted({lookup["list"] for lookup in lists.values()})
    stand = {
        (code, bytes(digest))
        for code, digest in _rows(_LISTED, place, codes=codes, digests=list(digests))
    }
    found: dict[str, list[Any]] = {}
    for name, lookup in lists.items():
        code = lookup["list"]
        answers: list[bool | None] = [None] * rows
        if held.get(code) == list_holds(lookup["of"]):
            for row, digest in given[name]:
                answers[row] = bool(answers[row]) or (code, digest) in stand
        found[f"list.{name}"] = answers
    return found


def _given(
    lookup: Mapping[str, Any],
    marks: Sequence[RowMark],
    said: Mapping[str, Sequence[Iterable[Any]]],
    keyring: Keyring,
) -> list[tuple[int, bytes]]:
    """What each row has to look up: a mark of the list's kind, or a text of its facts."""
    holds = list_holds(lookup["of"])
    if holds != ListHolds.TEXT:
        return [(mark.row, mark.digest) for mark in marks if mark.kind == holds]
    return [
        (row, keyring.blind_index(ListHolds.TEXT, text))
        for row, values in enumerate(said[lookup["of"]])
        for text in {spelled(ListHolds.TEXT, str(value)) for value in values if value is not None}
        if text
    ]


def _counted(
    place: Mapping[str, Any], marks: Sequence[RowMark], days: int, rows: int
) -> tuple[list[int | None], dict[Key, int]]:
    """By row the highest count among its marks of one kind, and where the counters stood."""
    keys = list(dict.fromkeys((mark.kind, mark.digest) for mark in marks))
    stands = {
        (kind, bytes(digest)): (ordinal, first)
        for kind, digest, _, ordinal, first in _rows(
            _STANDS,
            place,
            kinds=[kind for kind, _ in keys],
            digests=[digest for _, digest in keys],
            days=[days] * len(keys),
        )
    }
    bases = {key: stands.get(key, (0, None))[0] for key in keys}
    taken = dict(bases)
    found: list[int | None] = [None] * rows
    for mark in marks:
        key = (mark.kind, mark.digest)
        taken[key] += 1
        first = stands[key][1] if key in stands else None
        count = taken[key] - (bases[key] + 1 if first is None else first) + 1
        found[mark.row] = max(found[mark.row] or 0, count)
    return found, bases


def _rows(statement: str, place: Mapping[str, Any], **asked: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, dict(place) | asked)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
