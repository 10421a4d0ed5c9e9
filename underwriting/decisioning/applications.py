"""Many applications at once, as columns: what the column path decides on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ml.columns import Batch, Column, Frame
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
}


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
            Frame.of(requests, {**kinds["request"], **CONTEXT_KINDS}),
            Frame.of(parties, kinds["party"]),
            np.repeat(np.arange(len(facts)), counts),
            _positions(counts),
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
        counts = self.counts[rows]
        positions = _positions(counts)
        party_rows = np.repeat(self.starts[rows], counts) + positions
        batch = Batch(
            self.batch.applications.take(rows),
            self.batch.parties.take(party_rows),
            np.repeat(np.arange(len(rows)), counts),
            positions,
        )
        roles = [self.roles[row] for row in party_rows.tolist()]
        unknown = {
            i: self.unknown[row] for i, row in enumerate(rows.tolist()) if row in self.unknown
        }
        return Applications(batch, roles, self.liable[party_rows], unknown)

    def asking(self, columns: Mapping[str, Column]) -> "Applications":
        """The same applications with these request columns instead."""
        batch = self.batch
        asked = Batch(
            batch.applications.joined(columns),
            batch.parties,
            batch.party_application,
            batch.party_position,
        )
        return Applications(asked, self.roles, self.liable, self.unknown)


def _positions(counts: Ints) -> Ints:
    """0, 1, ... within each application."""
    ends = np.cumsum(counts)
    return np.arange(int(counts.sum())) - np.repeat(ends - counts, counts)
