"""A dictionary compiled once into what a decision computes with: derived fields by row and column.

`InputPlan.row` takes one application, `InputPlan.columns` many; both add every derived field, and
give each party the application's values beside its own, so that a model's vector may take any.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from ml.columns import Batch, Column, Frame
from ml.dictionary import Dictionary
from ml.dictionary.derivations import Derivation, derivations
from ml.expressions.columns import ColumnFunction, compile_columns
from ml.expressions.gathering import Inner
from ml.expressions.rows import Row, RowFunction, compile_row
from ml.values import Value

Groups = Sequence[Mapping[str, Sequence[Row]]]


class InputPlan:
    """The derivations of one dictionary, compiled; made by `compile_inputs`."""

    def __init__(self, dictionary: Dictionary) -> None:
        found = derivations(dictionary.fields, dictionary.derived, dictionary.groups)
        self.dictionary = dictionary
        self.group_names = tuple(group.name for group in dictionary.groups)
        self._rows = {s: _compiled_rows(found, s) for s in ("request", "party", "application")}
        self._columns = {s: _compiled_columns(found, s) for s in self._rows}

    def row(
        self,
        request: Mapping[str, Value],
        parties: Sequence[Mapping[str, Value]],
        *,
        as_of: int | None = None,
        groups: Groups | None = None,
    ) -> tuple[dict[str, Value], list[dict[str, Value]]]:
        """The application's values and each party's, derived ones included.

        `as_of` is the decision's day; `groups` holds per party the rows of each group.
        """
        application: dict[str, Value] = {**request, "as_of": as_of}
        for name, function in self._rows["request"]:
            application[name] = function(application, {})
        members = [
            self._party(application, party, groups[index] if groups else {})
            for index, party in enumerate(parties)
        ]
        gathered = {"party": members}
        for name, function in self._rows["application"]:
            application[name] = function(application, gathered)
        return application, [{**application, **member} for member in members]

    def _party(
        self, application: Row, party: Row, groups: Mapping[str, Sequence[Row]]
    ) -> dict[str, Value]:
        values = {**application, **party}
        gathered = {name: groups.get(name, ()) for name in self.group_names}
        for name, function in self._rows["party"]:
            values[name] = function(values, gathered)
        return values

    def columns(self, batch: Batch) -> Batch:
        """The same for many applications; `as_of` is a column of the application frame."""
        applications = _derived(batch.applications, self._columns["request"], {})
        parties = self._parties(batch, applications)
        gathered = {"party": Inner(parties, batch.party_application)}
        applications = _derived(applications, self._columns["application"], gathered)
        repeated = applications.take(batch.party_application)
        parties = Frame({**repeated.columns, **parties.columns}, parties.rows)
        return Batch(
            applications, parties, batch.party_application, batch.party_position, batch.groups
        )

    def _parties(self, batch: Batch, applications: Frame) -> Frame:
        repeated = applications.take(batch.party_application)
        parties = Frame({**repeated.columns, **batch.parties.columns}, batch.parties.rows)
        nobody = Inner(Frame({}, 0), np.zeros(0, np.int64))
        gathered = {
            name: Inner(rows.frame, rows.row_party) if (rows := batch.groups.get(name)) else nobody
            for name in self.group_names
        }
        return _derived(parties, self._columns["party"], gathered)


@lru_cache(maxsize=256)
def compile_inputs(dictionary: Dictionary) -> InputPlan:
    """The plan of a dictionary, compiled once a process."""
    return InputPlan(dictionary)


def _compiled_rows(found: Sequence[Derivation], scope: str) -> list[tuple[str, RowFunction]]:
    return [(d.derived.name, compile_row(d.tree)) for d in found if d.derived.scope == scope]


def _compiled_columns(found: Sequence[Derivation], scope: str) -> list[tuple[str, ColumnFunction]]:
    return [(d.derived.name, compile_columns(d.tree)) for d in found if d.derived.scope == scope]


def _derived(
    frame: Frame,
    functions: Sequence[tuple[str, ColumnFunction]],
    gathered: Mapping[str, Inner],
) -> Frame:
    columns: dict[str, Column] = dict(frame.columns)
    for name, function in functions:
        columns[name] = function(Frame(columns, frame.rows), gathered)
    return Frame(columns, frame.rows)
