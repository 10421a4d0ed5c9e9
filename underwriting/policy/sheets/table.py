"""A part of a policy as lines of text, and a place in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Self

Line = Mapping[str, str]
"""Column to text; a column that is not there is empty."""

RULES, PRICES = "rules", "prices"
HEADED = {RULES: ("rule_sets", "rows"), PRICES: ("tables", "lines")}
"""Tables of their own, each a part: the list of the document they stand in, and their lines'."""
PARAMETERS, REASONS, BANDS, LOOKUPS, TESTS, SETTINGS = (
    "parameters", "reasons", "bands", "lookups", "tests", "settings",
)  # fmt: skip
WHEN = "when/"
"""Begins the name of a column that holds conditions on an input."""

PATH, VALUE = "path", "value"
KEYS = {PARAMETERS: "name", REASONS: "code", LOOKUPS: "name", SETTINGS: PATH}
"""Parts that are objects in the document: the column that holds the member's name."""


@dataclass(frozen=True, slots=True)
class Table:
    """One part. `head` holds what is said once for all lines of a rule set or a price table."""

    part: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...] = ()
    head: Line = field(default_factory=dict)

    def with_lines(self, lines: list[Line] | tuple[Line, ...]) -> Self:
        return replace(self, lines=tuple(lines))

    @property
    def inputs(self) -> tuple[str, ...]:
        """The inputs whose conditions the columns hold."""
        return tuple(c.removeprefix(WHEN) for c in self.columns if c.startswith(WHEN))


class Place(NamedTuple):
    """Where something stands: a part, its line (None: the head, or all of it), a column."""

    part: str
    line: int | None = None
    column: str = ""


class Problem(NamedTuple):
    """What is wrong, and where."""

    place: Place
    message: str


def headed_part(kind: str, index: int) -> str:
    """The name of the part that holds the rule set, or the price table, at this place."""
    return f"{kind}/{index}"


def kind_of(part: str) -> str:
    """What a part is: rules, prices, or the part itself."""
    return part.partition("/")[0]


def blank(line: Line) -> bool:
    """Whether nothing at all stands in the line."""
    return not any(text.strip() for text in line.values())
