"""The syntax tree: a policy's rules with every name resolved and every value typed.

Both back-ends (closure, columns) are compiled from this tree and from nothing else; a third one
needs only this file. A condition has three answers: yes, no, and "cannot be said", because a
value it needs is missing. Presence (`missing`, `known`) can always be said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from underwriting.policy.document import MissingRule, RowOutcome
from underwriting.policy.inputs import OF_THE_SCORE, Input
from underwriting.policy.literals import Typed
from underwriting.policy.part import Scope

Comparison = Literal["eq", "ne", "lt", "le", "gt", "ge"]
TextOperator = Literal["starts_with", "ends_with", "contains"]


@dataclass(frozen=True, slots=True)
class Presence:
    """Yes where the input is known (or, with `known` False, where it is missing)."""

    input: Input
    known: bool


@dataclass(frozen=True, slots=True)
class Compare:
    """The input against a fixed value of its type."""

    input: Input
    op: Comparison
    value: Typed


@dataclass(frozen=True, slots=True)
class Between:
    """low <= input <= high."""

    input: Input
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Member:
    """The input is one of the values, or with `inside` False none of them."""

    input: Input
    values: frozenset[Typed]
    inside: bool


@dataclass(frozen=True, slots=True)
class ComparePair:
    """The input against another input of the same type and scale."""

    input: Input
    op: Comparison
    other: Input


@dataclass(frozen=True, slots=True)
class TextMatch:
    """The input starts with, ends with or contains any of the parts; they are folded already."""

    input: Input
    op: TextOperator
    parts: tuple[str, ...]


Condition = Presence | Compare | Between | Member | ComparePair | TextMatch
OneValue = Compare | Between | Member | TextMatch
"""Conditions on one value of their input alone."""


@dataclass(frozen=True, slots=True)
class RowNode:
    """A rule: hits when all conditions do. `missing` says what an unsayable condition means."""

    id: str
    conditions: tuple[Condition, ...]
    outcome: RowOutcome
    reason: str | None
    missing: MissingRule
    severity: int

    @property
    def reads(self) -> frozenset[str]:
        """Names of all inputs that the row reads."""
        return frozenset(name for condition in self.conditions for name in names_of(condition))

    @property
    def of_score(self) -> frozenset[str]:
        """Which of its inputs follow from the score."""
        return self.reads.intersection(OF_THE_SCORE)

    @property
    def reads_model(self) -> bool:
        return bool(self.of_score)

    @property
    def field(self) -> str | None:
        """The dictionary field a reason of this row names: the first that its conditions read."""
        names = (name for condition in self.conditions for name in names_of(condition))
        return next((name for name in names if "." not in name), None)

    @property
    def fires_on_missing(self) -> bool:
        return self.missing != "miss"


@dataclass(frozen=True, slots=True, eq=False)
class SetNode:
    """Rows in order under one hit policy, for the application or for each party.

    Compared and hashed by identity: results are cached per set and pattern of answers.
    """

    name: str
    scope: Scope
    hit: Literal["first", "collect"]
    rows: tuple[RowNode, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """All rule sets of a plan, in order, and the inputs they read per scope."""

    sets: tuple[SetNode, ...]
    application_inputs: tuple[Input, ...]
    party_inputs: tuple[Input, ...]


def names_of(condition: Condition) -> tuple[str, ...]:
    """Names of the inputs a condition reads, its own first."""
    if isinstance(condition, ComparePair):
        return condition.input.name, condition.other.name
    return (condition.input.name,)


def program_of(sets: Sequence[SetNode]) -> Program:
    """The program of these sets; a party set reads inputs of both scopes."""
    return Program(tuple(sets), _inputs(sets, "application"), _inputs(sets, "party"))


def _inputs(sets: Sequence[SetNode], scope: Scope) -> tuple[Input, ...]:
    conditions = (
        condition
        for node in sets
        if node.scope == scope
        for row in node.rows
        for condition in row.conditions
    )
    found: dict[str, Input] = {}
    for condition in conditions:
        found.setdefault(condition.input.name, condition.input)
        if isinstance(condition, ComparePair):
            found.setdefault(condition.other.name, condition.other)
    return tuple(found[name] for name in sorted(found))
