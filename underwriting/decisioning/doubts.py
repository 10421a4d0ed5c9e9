"""Whether the model says of itself that its score is not enough: for rules that refer.

Asked of the model's guard (`ml.guard`) only where a rule reads it. An application is in doubt when
any of its parties is; a model without a guard leaves the question open, and a rule that reads it
refers, as it does for everything missing.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from ml.columns import Column, Frame, Mask
from ml.guard import Doubter, guard_in
from ml.model import Ints, Model, Score
from ml.values import Value
from underwriting.policy.inputs import DOUBTS
from underwriting.policy.tree import Program

Values = dict[str, Value]
UNCERTAIN, OUTSIDE = DOUBTS
UNSAID: Final[Values] = dict.fromkeys(DOUBTS)


class PartyDoubts(NamedTuple):
    """What the model doubts about one party, for a person: `fields` are odd by themselves."""

    uncertain: bool
    outside_domain: bool
    fields: tuple[str, ...]


def party_doubts(
    model: Model, scored: Sequence[tuple[Mapping[str, Value], Score]]
) -> list[PartyDoubts]:
    """Of each scored party; none where the model has no guard."""
    guard = guard_in(model)
    if guard is None:
        return []
    found = []
    for values, score in scored:
        doubts = guard.row(values, score.points)
        fields = guard.odd_fields(values)
        found.append(PartyDoubts(doubts.uncertain, doubts.outside_domain, fields))
    return found


class DoubtInputs:
    """One plan's question to its model, by row and by column; the same answers in both."""

    def __init__(self, model: Model, program: Program) -> None:
        named = {item.name for item in (*program.application_inputs, *program.party_inputs)}
        self.asked = not named.isdisjoint(DOUBTS)
        self._guard: Doubter | None = guard_in(model) if self.asked else None

    def row(self, parties: Sequence[Values], scores: Sequence[Score]) -> list[Values]:
        """One set of answers a party, empty ones where nothing is asked or nothing scored."""
        if not self.asked:
            return [{} for _ in parties]
        if self._guard is None or not scores:
            return [dict(UNSAID) for _ in parties]
        found: list[Values] = []
        for party, score in zip(parties, scores, strict=True):
            doubts = self._guard.row(party, score.points)
            found.append({UNCERTAIN: doubts.uncertain, OUTSIDE: doubts.outside_domain})
        return found

    def columns(self, parties: Frame, points: Ints, scored: Mask) -> dict[str, Column]:
        """The answers of all parties; `scored` is by party too."""
        if not self.asked:
            return {}
        if self._guard is None:
            nothing = np.zeros(parties.rows, dtype=bool)
            return {name: Column(nothing, ~nothing) for name in DOUBTS}
        found = self._guard.columns(parties, points)
        return {
            UNCERTAIN: Column(found.uncertain, ~scored),
            OUTSIDE: Column(found.outside_domain, ~scored),
        }


def of_any(each: Sequence[Values]) -> Values:
    """The application's answers from its parties'."""
    if not each or not each[0]:
        return {}
    return {
        name: None if each[0][name] is None else any(values[name] for values in each)
        for name in DOUBTS
    }


def of_any_columns(each: dict[str, Column], starts: Ints) -> dict[str, Column]:
    """The same for all applications, whose parties begin at `starts`."""
    return {
        name: Column(
            np.logical_or.reduceat(column.values, starts),
            np.logical_or.reduceat(column.null, starts),
        )
        for name, column in each.items()
    }
