"""Tables as a checked policy: what is wrong with any cell, whoever finds it, at that cell."""

from collections.abc import Mapping
from dataclasses import dataclass

from underwriting.policy.document import Policy
from underwriting.policy.findings import Finding, PolicyRefused
from underwriting.policy.sheets.places import Kept, place_of
from underwriting.policy.sheets.reading import document_of
from underwriting.policy.sheets.table import HEADED, WHEN, Place, Problem, Table
from underwriting.policy.sheets.writing import Inputs

SAID: Mapping[str, str] = {
    "Field required": "this must be filled in",
    "Input should be a valid integer": "write a whole number",
    "Input should be a valid string": "write this as text",
}
PATTERNS: Mapping[str, str] = {
    "id": "small letters, digits and _, beginning with a letter",
    "name": "small letters, digits and _, beginning with a letter",
    "code": "capital letters, digits and _, beginning with a letter",
    "reason": "capital letters, digits and _, beginning with a letter",
}


LINES = frozenset(lines for _, lines in HEADED.values())


@dataclass(frozen=True)
class Whole:
    """What tables come to: the policy, or everything that is wrong with it."""

    policy: Policy | None
    problems: tuple[Problem, ...]
    kept: Kept

    def place(self, finding: Finding, tables: Mapping[str, Table]) -> Place:
        """Where a static check's finding stands in the tables."""
        return place_of(finding.pointer, tables, self.kept)


def policy_of(tables: Mapping[str, Table], inputs: Inputs) -> Whole:
    """The policy that the tables say; no policy while any cell is wrong."""
    read = document_of(tables, inputs)
    problems = list(read.problems)
    policy = None
    try:
        policy = Policy.parse(read.document)
    except PolicyRefused as refused:
        for pointer, message in refused.problems:
            place = place_of(pointer, tables, read.kept)
            problems.append(Problem(place, friendly(message, place)))
    return Whole(policy if not problems else None, _distinct(problems), read.kept)


def friendly(message: str, place: Place) -> str:
    """A refusal of the document's own, in words for people."""
    if message.startswith("Dictionary should have at least 1 item") and place.line is not None:
        return "a rule needs at least one condition"
    for said, words in SAID.items():
        if message.startswith(said):
            return words
    if message.startswith("String should match pattern"):
        column = place.column.removeprefix(WHEN)
        return PATTERNS.get(column, "this is not written as it should be")
    return message.removeprefix("Value error, ")


def _distinct(problems: list[Problem]) -> tuple[Problem, ...]:
    """One message a cell, what was read first; a list short of its wrong lines is not short."""
    found: dict[Place, Problem] = {}
    for problem in problems:
        found.setdefault(problem.place, problem)
    lined = {place.part for place in found if place.line is not None}
    return tuple(
        problem
        for problem in found.values()
        if problem.place.column not in LINES or problem.place.part not in lined
    )
