"""Facts of rows to score: read by the dictionary as strictly as an application's, then columns.

What the model reads is demanded, the rest may be left out; what may not decide is refused by name.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from ml.columns import Batch, Column, Frame
from ml.dictionary import Dictionary, FieldProblem
from ml.dictionary.derivations import derivations
from ml.features import compile_inputs
from ml.messages import message
from ml.values import Value, days_of
from tenancy.canonical import canonical
from tenancy.errors import FieldError

MISSING = ("required", "null")
SCOPES = {"request": "request", "facts": "party"}
"""Members of a row, and the dictionary's scope of each."""
WORDS = {
    "prohibited": "This is a prohibited basis: nothing is scored on it.",
    "known_later": "This is known only after a decision: nothing is scored on it.",
}


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One row as it was sent; `pointer` is its place in the body, empty where it is the body."""

    request: Any
    facts: Any
    reference: str | None = None
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class RowRead:
    """One row that holds: typed values by scope, and the canonical text of what was said."""

    position: int
    reference: str | None
    request: Mapping[str, Value]
    party: Mapping[str, Value]
    text: bytes


class FactsReader:
    """Reads rows for one model: its dictionary, and the fields that its features come from."""

    def __init__(self, dictionary: Dictionary, features: Sequence[str], day: date) -> None:
        self._dictionary = dictionary
        self._day = day
        self._needed = fields_needed(dictionary, tuple(features))
        self._only = {
            scope: frozenset(field.name for field in dictionary.decision_fields(scope))
            for scope in SCOPES.values()
        }

    def row(self, position: int, given: ScoreRow, language: str) -> RowRead | list[FieldError]:
        """The row, or everything that is wrong with it."""
        values: dict[str, dict[str, Value]] = {}
        errors: list[FieldError] = []
        for member, scope in SCOPES.items():
            document = getattr(given, member)
            found, problems = self._dictionary.read(
                scope, document, as_of=days_of(self._day), only=self._only[scope]
            )
            values[scope] = found
            pointer = f"{given.pointer}/{member}"
            errors += self._errors(scope, problems, pointer, language)
        if errors:
            return errors
        return RowRead(
            position, given.reference, values["request"], values["party"], self._text(values)
        )

    def frame(self, rows: Sequence[RowRead]) -> Frame:
        """Every row's inputs as columns, derived ones included; each row is a party of its own."""
        size = len(rows)
        kinds = {
            scope: {field.name: field.kind for field in self._dictionary.decision_fields(scope)}
            for scope in SCOPES.values()
        }
        today = Column(np.full(size, days_of(self._day), np.int64), np.zeros(size, bool))
        batch = Batch(
            applications=Frame.of([row.request for row in rows], kinds["request"]).joined(
                {"as_of": today}
            ),
            parties=Frame.of([row.party for row in rows], kinds["party"]),
            party_application=np.arange(size, dtype=np.int64),
            party_position=np.zeros(size, dtype=np.int64),
        )
        filled = compile_inputs(self._dictionary).columns(batch)
        return Frame({**filled.applications.columns, **filled.parties.columns}, size)

    def _text(self, values: Mapping[str, Mapping[str, Value]]) -> bytes:
        said = {
            member: self._dictionary.write(scope, values[scope]) for member, scope in SCOPES.items()
        }
        return canonical({**said, "as_of": self._day.isoformat()})

    def _errors(
        self, scope: str, problems: Sequence[FieldProblem], pointer: str, language: str
    ) -> Iterator[FieldError]:
        for problem in problems:
            if problem.code in MISSING and problem.field not in self._needed:
                continue
            at = f"{pointer}/{_escaped(problem.field)}" if problem.field else pointer
            code = self._barred(scope, problem) or problem.code
            words = WORDS.get(code) or message(problem, language)
            yield FieldError(at, code, words, problem.params)

    def _barred(self, scope: str, problem: FieldProblem) -> str | None:
        """Why a field that the dictionary knows may not stand there."""
        if problem.code != "unknown":
            return None
        known = {field.name: field for field in self._dictionary.fields_of(scope)}
        field = known.get(problem.field)
        if field is None:
            return None
        return "prohibited" if field.prohibited_basis else "known_later"


@lru_cache(maxsize=256)
def fields_needed(dictionary: Dictionary, features: tuple[str, ...]) -> frozenset[str]:
    """The fields that these inputs come from, through every derivation; once a process."""
    reads = {
        each.derived.name: {name for _, name in each.tree.reads()}
        for each in derivations(dictionary.fields, dictionary.derived, dictionary.groups)
    }
    needed: set[str] = set()
    waiting = list(features)
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += reads.get(name, ())
    return frozenset(needed)


def _escaped(name: str) -> str:
    """A member's name as a JSON pointer writes it (RFC 6901)."""
    return name[:60].replace("~", "~0").replace("/", "~1")
