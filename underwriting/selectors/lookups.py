"""What the lender's lists and counters say of one application, as the policy in force asks."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from tenancy.statements import ask
from tenancy.vault import blind_index
from underwriting.enums import ListHolds
from underwriting.marks import spelled
from underwriting.models import PolicyVersion, ReferenceList
from underwriting.policy.lookup_checks import list_holds

Answers = Mapping[str, bool | int | None]
Asked = Mapping[str, Mapping[str, Any]]

_asked: dict[tuple[UUID, str], Asked] = {}

# An entry counts from its start to its end, while nobody has taken it off, and on a list that lets
# somebody pass once a second person has confirmed it. Without a list of that code and kind, or
# without a value to look up, there is no answer.
_LISTED = """
WITH asked AS (
    SELECT * FROM unnest(%(names)s::text[], %(codes)s::text[], %(holds)s::text[])
        AS a(name, code, holds)
), given AS (
    SELECT a.name, m.digest FROM asked a JOIN underwriting_applicationmark m
        ON m.organization_id = %(organization)s AND m.application_id = %(application)s
        AND m.kind = a.holds
    UNION ALL
    SELECT * FROM unnest(%(said_names)s::text[], %(said_digests)s::bytea[]) AS s(name, digest)
)
SELECT a.name, EXISTS (SELECT 1 FROM given g WHERE g.name = a.name), EXISTS (
    SELECT 1 FROM given g JOIN underwriting_listentry e
        ON e.organization_id = %(organization)s AND e.reference_list_id = l.id
        AND e.digest = g.digest
    WHERE g.name = a.name AND e.removed_at IS NULL AND e.starts_at <= %(at)s
        AND (e.ends_at IS NULL OR e.ends_at > %(at)s)
        AND (e.kind <> 'allow' OR e.confirmed_at IS NOT NULL))
FROM asked a JOIN underwriting_referencelist l
    ON l.organization_id = %(organization)s AND l.code = a.code AND l.holds = a.holds
"""

# The application's own number less the first one inside the window, and itself.
_COUNTED = """
SELECT a.name, max(m.ordinal - (
    SELECT w.ordinal FROM underwriting_applicationmark w
    WHERE w.organization_id = m.organization_id AND w.kind = m.kind AND w.digest = m.digest
        AND w.marked_at > m.marked_at - a.days * interval '1 day'
    ORDER BY w.marked_at, w.ordinal LIMIT 1) + 1)
FROM unnest(%(names)s::text[], %(kinds)s::text[], %(days)s::int[]) AS a(name, kind, days)
JOIN underwriting_applicationmark m ON m.organization_id = %(organization)s
    AND m.application_id = %(application)s AND m.kind = a.kind
GROUP BY a.name
"""


def lookups_declared(organization_id: UUID, policy_hash: str | None) -> Asked:
    """What a policy looks up, by name; read once in a process for each policy. Inside `enter`."""
    if policy_hash is None:
        return {}
    key = (organization_id, policy_hash)
    if key not in _asked:
        text = PolicyVersion.objects.filter(
            organization_id=organization_id, content_hash=policy_hash
        ).values_list("document", flat=True)[:1]
        _asked[key] = json.loads(text[0]).get("lookups") or {}
    return _asked[key]


def lists_held(organization_id: UUID) -> Mapping[str, str]:
    """The lender's lists by code, with what each holds. Inside `enter`."""
    rows = ReferenceList.objects.filter(organization_id=organization_id)
    return dict(rows.values_list("code", "holds"))


def lookups_answered(
    *,
    organization_id: UUID,
    application_id: UUID,
    asked: Asked,
    facts: Sequence[Mapping[str, Any]],
    at: datetime,
) -> Answers | None:
    """The answers by input name, None for what has none; None altogether when nothing is asked.

    `facts` are the request's and each party's. A list answers yes where anything any party came
    with stands on it at `at`; a counter with the highest count among the parties. One statement
    for lists and one for counters. Inside `enter`.
    """
    if not asked:
        return None
    place = {"organization": organization_id, "application": application_id, "at": at}
    lists = {name: lookup for name, lookup in asked.items() if "list" in lookup}
    counts = {name: lookup for name, lookup in asked.items() if "list" not in lookup}
    return {
        **(_listed(place, lists, facts) if lists else {}),
        **(_counted(place, counts) if counts else {}),
    }


def lookups_foreseen(
    *,
    organization_id: UUID,
    asked: Asked,
    facts: Sequence[Mapping[str, Any]],
    marks: Sequence[tuple[str, str]],
    at: datetime,
) -> Answers | None:
    """The answers for somebody who has not applied: lists by what they came with, spelled in
    `marks`; every counter as if this were the first application of its kind. Inside `enter`."""
    if not asked:
        return None
    place = {"organization": organization_id, "application": UUID(int=0), "at": at}
    lists = {name: lookup for name, lookup in asked.items() if "list" in lookup}
    counters = {f"velocity.{name}": 1 for name in asked if name not in lists}
    return {**(_listed(place, lists, facts, marks) if lists else {}), **counters}


def _listed(
    place: Mapping[str, Any],
    lists: Asked,
    facts: Sequence[Mapping[str, Any]],
    marks: Sequence[tuple[str, str]] = (),
) -> Answers:
    holds = [list_holds(lookup["of"]) for lookup in lists.values()]
    said = [
        (name, blind_index(place["organization"], ListHolds.TEXT, text))
        for name, lookup in lists.items()
        if list_holds(lookup["of"]) == ListHolds.TEXT
        for text in _texts(lookup["of"], facts)
    ]
    said += [
        (name, blind_index(place["organization"], kind, text))
        for name, held in zip(lists, holds, strict=True)
        for kind, text in marks
        if kind == held
    ]
    rows = _rows(
        _LISTED,
        place,
        names=list(lists),
        codes=[lookup["list"] for lookup in lists.values()],
        holds=holds,
        said_names=[name for name, _ in said],
        said_digests=[digest for _, digest in said],
    )
    found = {name: listed if known else None for name, known, listed in rows}
    return {f"list.{name}": found.get(name) for name in lists}


def _texts(field: str, facts: Sequence[Mapping[str, Any]]) -> set[str]:
    given = (document.get(field) for document in facts)
    return {spelled(ListHolds.TEXT, str(value)) for value in given if value is not None} - {""}


def _counted(place: Mapping[str, Any], counts: Asked) -> Answers:
    rows = _rows(
        _COUNTED,
        place,
        names=list(counts),
        kinds=[lookup["by"] for lookup in counts.values()],
        days=[lookup["days"] for lookup in counts.values()],
    )
    found = dict(rows)
    return {f"velocity.{name}": found.get(name) for name in counts}


def _rows(statement: str, place: Mapping[str, Any], **asked: list[Any]) -> list[tuple[Any, ...]]:
    return ask(statement, dict(place) | asked)
