"""Many applications at once, as columns: what the column path decides on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ml.columns import Batch, Column, Frame, GroupRows
from ml.dictionary import Dictionary, FieldProblem
from underwriting.decisioning.inputs import Facts, Unknown

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

RowProblem = tuple[int, FieldProblem]

CONTEXT_KINDS: Mapping[str, str] = {
    "context.as_of": "date",
    "context.exposure": "number",
    "context.open_offers": "number",
    "context.in_flight": "number",
    "context.draw_ppm": "number",
}
PREFIX_KINDS: Mapping[str, str] = {
    "context": "number",
    "list": "boolean",
    "velocity": "number",
    "check": "category",
}
"""What else the context may hold, by the part of its name before the dot."""


@dataclass(frozen=True, slots=True, eq=False)
class Applications:
    """n applications. `batch.applications` holds request fields and the context.* columns.

    `batch` has every party as a row, sorted by application; each application has at least one.
    `roles` and `liable` are per party row. `unknown` names, by application, what could not be
    read; those applications are not scored.
    """

    batch: Batch
    roles: Sequence[str]
    liable: Mask
    unknown: Mapping[int, tuple[Unknown, ...]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return self.batch.applications.rows

    @property
    def starts(self) -> Ints:
        """First party row of every application."""
        found: Ints = np.searchsorted(self.batch.party_application, np.arange(self.rows))
        return found

    @property
    def counts(self) -> Ints:
        """Number of parties of every application."""
        return np.bincount(self.batch.party_application, minlength=self.rows)

    @classmethod
    def of(cls, dictionary: Dictionary, facts: Sequence[Facts]) -> "Applications":
        """Columns of facts that were read one by one."""
        kinds = {
            scope: {f.name: f.kind for f in dictionary.decision_fields(scope)}
            for scope in ("request", "party")
        }
        requests = [{**each.request, **each.context} for each in facts]
        parties = [party for each in facts for party in each.parties]
        counts = np.array([len(each.parties) for each in facts], np.int64)
        batch = Batch(
            Frame.of(requests, kinds["request"] | context_kinds(facts)),
            Frame.of(parties, kinds["party"]),
            np.repeat(np.arange(len(facts)), counts),
            _positions(counts),
            _groups(dictionary, facts),
        )
        return cls(
            batch,
            [role for each in facts for role in each.roles],
            np.array([liable for each in facts for liable in each.liable], bool),
            {index: each.unknown for index, each in enumerate(facts) if each.unknown},
        )

    @classmethod
    def of_columns(
        cls,
        requests: Frame,
        parties: Frame,
        party_application: Ints,
        *,
        context: Mapping[str, Column],
        roles: Sequence[str],
        liable: Mask,
        request_problems: Sequence[RowProblem] = (),
        party_problems: Sequence[RowProblem] = (),
    ) -> "Applications":
        """Columns read by `ml.readers.read_columns`, with the problems it found.

        `party_application` is the sorted application of every party row, primary first;
        `context` holds the context.* columns.
        """
        counts = np.bincount(party_application, minlength=requests.rows)
        positions = _positions(counts)
        unknown: dict[int, tuple[Unknown, ...]] = {}
        for row, problem in request_problems:
            unknown[row] = (*unknown.get(row, ()), Unknown(problem.field, None))
        for row, problem in sorted(party_problems, key=lambda each: each[0]):
            owner, position = int(party_application[row]), int(positions[row])
            unknown[owner] = (*unknown.get(owner, ()), Unknown(problem.field, position))
        batch = Batch(requests.joined(context), parties, party_application, positions)
        return cls(batch, roles, liable, unknown)

    def take(self, rows: Ints) -> "Applications":
        """These applications, in this order; one may come several times."""
        party_rows, owners = _taken(self.batch.party_application, self.rows, rows)
        groups = {}
        for name, group in self.batch.groups.items():
            kept, row_party = _taken(group.row_party, self.batch.parties.rows, party_rows)
            groups[name] = GroupRows(group.frame.take(kept), row_party)
        batch = Batch(
            self.batch.applications.take(rows),
            self.batch.parties.take(party_rows),
            owners,
            _positions(self.counts[rows]),
            groups,
        )
        roles = [self.roles[row] for row in party_rows.tolist()]
        unknown = {
            i: self.unknown[row] for i, row in enumerate(rows.tolist()) if row in self.unknown
        }
        return Applications(batch, roles, self.liable[party_rows], unknown)

    def facts(self, row: int) -> Facts:
        """One application as the row path reads it."""
        first = int(self.starts[row])
        last = first + int(self.counts[row])
        values = self.batch.applications.row(row)
        context = {name: values.pop(name) for name in list(values) if "." in name}
        parties = [self.batch.parties.row(index) for index in range(first, last)]
        groups = tuple(
            {
                name: [
                    group.frame.row(i) for i in np.flatnonzero(group.row_party == party).tolist()
                ]
                for name, group in self.batch.groups.items()
            }
            for party in range(first, last)
        )
        return Facts(
            values,
            parties,
            tuple(self.roles[first:last]),
            tuple(self.liable[first:last].tolist()),
            {**context, "context.parties": len(parties)},
            self.unknown.get(row, ()),
            groups if self.batch.groups else (),
        )

    def asking(self, columns: Mapping[str, Column]) -> "Applications":
        """The same applications with these request columns instead."""
        batch = self.batch
        asked = Batch(
            batch.applications.joined(columns),
            batch.parties,
            batch.party_application,
            batch.party_position,
            batch.groups,
        )
        return Applications(asked, self.roles, self.liable, self.unknown)


def context_kinds(facts: Sequence[Facts]) -> dict[str, str]:
    """What the context's columns hold: those that are always there, and what any of these has."""
    named = {name for each in facts for name in each.context} - {"context.parties"}
    further = sorted(named - set(CONTEXT_KINDS))
    return {**CONTEXT_KINDS, **{name: PREFIX_KINDS[name.partition(".")[0]] for name in further}}


def _taken(owner: Ints, owners: int, wanted: Ints) -> tuple[Ints, Ints]:
    """Rows that belong to the wanted owners, and which place among the wanted each is of."""
    counts = np.bincount(owner, minlength=owners)[wanted]
    starts = np.searchsorted(owner, wanted)
    rows: Ints = np.repeat(starts, counts) + _positions(counts)
    return rows, np.repeat(np.arange(len(wanted)), counts)


def _groups(dictionary: Dictionary, facts: Sequence[Facts]) -> dict[str, GroupRows]:
    """Every party's rows of every repeated group, in the parties' order."""
    parties = [party for each in facts for party in each.groups]
    found = {}
    for group in dictionary.groups:
        rows = [row for party in parties for row in party[group.name]]
        counts = [len(party[group.name]) for party in parties]
        kinds = {field.name: field.kind for field in dictionary.decision_fields(group.name)}
        owners = np.repeat(np.arange(len(parties)), np.array(counts, np.int64))
        found[group.name] = GroupRows(Frame.of(rows, kinds), owners)
    return found


def _positions(counts: Ints) -> Ints:
    """0, 1, ... within each application."""
    ends = np.cumsum(counts)
    return np.arange(int(counts.sum())) - np.repeat(ends - counts, counts)
