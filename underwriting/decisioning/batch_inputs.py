"""The pinned inputs of many applications: as columns for the plan, and spelled for storing.

The spelling is the canonical one of `inputs_document`, put together from canonical parts.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ml.columns import Batch, Column, Frame, GroupRows
from ml.dictionary import Dictionary
from underwriting.decisioning.applications import CONTEXT_KINDS, PREFIX_KINDS, Applications
from underwriting.decisioning.inputs import SCHEMA, Unknown

_SPELL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


class Context(NamedTuple):
    """One application's context: its document, and typed by input name."""

    document: Mapping[str, Any]
    typed: Mapping[str, Any]


def applications_of(
    dictionary: Dictionary,
    requests: Frame,
    parties: Frame,
    *,
    owners: Sequence[int],
    positions: Sequence[int],
    roles: Sequence[str],
    liabilities: Sequence[str],
    contexts: Sequence[Context],
    lacking: Mapping[str, Sequence[str]],
) -> Applications:
    """Columns that were read by field; `lacking` names, by scope, what nobody was asked for.

    Repeated groups are asked of nobody either: they are unread, never empty.
    """
    names = {name for each in contexts for name in each.typed}
    typed = {
        name: Column.of([each.typed.get(name) for each in contexts], kind=_kind(name))
        for name in sorted(names | set(CONTEXT_KINDS))
    }
    batch = Batch(
        requests.joined(typed),
        parties,
        np.array(owners, np.int64),
        np.array(positions, np.int64),
        _no_groups(dictionary),
    )
    of_party = [*lacking["party"], *(group.name for group in dictionary.groups)]
    unknown = _unknown(requests.rows, zip(owners, positions, strict=True), lacking, of_party)
    liable = np.array([liability != "none" for liability in liabilities], bool)
    return Applications(batch, list(roles), liable, unknown)


def _no_groups(dictionary: Dictionary) -> dict[str, GroupRows]:
    return {
        group.name: GroupRows(
            Frame.of([], {f.name: f.kind for f in dictionary.decision_fields(group.name)}),
            np.zeros(0, np.int64),
        )
        for group in dictionary.groups
    }


def _unknown(
    rows: int,
    members: Iterable[tuple[int, int]],
    lacking: Mapping[str, Sequence[str]],
    of_party: Sequence[str],
) -> dict[int, tuple[Unknown, ...]]:
    """What nobody was asked for, of each application: the request's first, then each party's."""
    if not lacking["request"] and not of_party:
        return {}
    of_request = tuple(Unknown(name, None) for name in lacking["request"])
    unknown = dict.fromkeys(range(rows), of_request)
    for owner, position in members:
        unknown[owner] += tuple(Unknown(name, position) for name in of_party)
    return unknown


def party_text(role: str, liability: str, facts: str) -> str:
    """A party of inputs, its canonical facts given."""
    return f'{{"facts":{facts},"liability":{_SPELL(liability)},"role":{_SPELL(role)}}}'


def inputs_text(
    context: Mapping[str, Any], parties: Sequence[str], request: str, hold: str | None
) -> str:
    """Canonical text of inputs, request and parties given as theirs."""
    held = "" if hold is None else f'"hold":{_SPELL(hold)},'
    return (
        f'{{"context":{_SPELL(context)},{held}"parties":[{",".join(parties)}],'
        f'"request":{request},"schema":"{SCHEMA}"}}'
    )


def _kind(name: str) -> str:
    return CONTEXT_KINDS.get(name) or PREFIX_KINDS[name.partition(".")[0]]
