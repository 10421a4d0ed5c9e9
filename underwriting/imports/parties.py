"""Everybody in a chunk, one after another: by application, the first applicant first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.columns import Frame
from underwriting.decisioning.snapshot import frames_joined
from underwriting.enums import IndexKind, MarkKind
from underwriting.imports.cells import Ints
from underwriting.imports.chunk import People, Rows
from underwriting.marks import EMPLOYER, spelled

Texts = list[str | None]


@dataclass(frozen=True, slots=True)
class Parties:
    """n parties as parallel lists; `owners` are the rows they stand in, in rising order."""

    owners: list[int]
    positions: list[int]
    roles: list[str]
    liabilities: list[str]
    consents: Texts
    facts: list[str]
    identities: list[str]
    terms: Mapping[IndexKind, Texts]
    marks: Mapping[MarkKind, Texts]
    frame: Frame

    def __len__(self) -> int:
        return len(self.owners)


def parties_of(rows: Rows) -> Parties:
    """Everybody in rows that hold."""
    people = rows.people
    owners = np.concatenate([each.rows for each in people])
    positions = np.concatenate(
        [np.full(len(each.rows), place) for place, each in enumerate(people)]
    )
    order: Ints = np.lexsort((positions, owners))
    each = [_spelled(one) for one in people]
    return Parties(
        owners=owners[order].tolist(),
        positions=positions[order].tolist(),
        roles=_ordered([one.roles for one in people], order),
        liabilities=_ordered([one.liabilities for one in people], order),
        consents=_ordered([one.consents.rows() for one in people], order),
        facts=_ordered([one.facts.texts() for one in people], order),
        identities=_ordered([one.identities.texts() for one in people], order),
        terms={kind: _merged([terms.get(kind) for terms, _ in each], people, order)
               for kind in IndexKind},
        marks={kind: _merged([marks.get(kind) for _, marks in each], people, order)
               for kind in MarkKind if any(kind in marks for _, marks in each)},
        frame=frames_joined([one.facts.frame() for one in people]).take(order)
        if len(people) > 1
        else people[0].facts.frame(),
    )  # fmt: skip


def _spelled(people: People) -> tuple[dict[IndexKind, Texts], dict[MarkKind, Texts]]:
    """What they are found by and what they come with; an employer is a fact."""
    employers = people.facts.human(EMPLOYER)
    known = {name: spelled(MarkKind.EMPLOYER, str(name)) or None for name in set(employers) if name}
    marks = people.identities.marks()
    if known:
        marks[MarkKind.EMPLOYER] = [known.get(name) for name in employers]
    return people.identities.terms(), marks


def _ordered(columns: Sequence[Sequence[Any]], order: Ints) -> list[Any]:
    if len(columns) == 1:
        return list(columns[0])
    whole = [value for column in columns for value in column]
    return [whole[place] for place in order.tolist()]


def _merged(columns: Sequence[Texts | None], people: Sequence[People], order: Ints) -> Texts:
    """A column of everybody; nobody at a place may have it."""
    pairs = zip(columns, people, strict=True)
    return _ordered([column or [None] * len(each.rows) for column, each in pairs], order)
