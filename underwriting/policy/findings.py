"""What is wrong, or doubtful, in a policy document: where, in words, and with a stable code."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Finding(NamedTuple):
    """One finding. `rule_set`, `row` and `column` (the input a cell asks about) are names from the
    document, None where none is meant; `pointer` leads to the place itself (RFC 6901)."""

    severity: Severity
    code: str
    pointer: str
    message: str
    rule_set: str | None = None
    row: str | None = None
    column: str | None = None


class PolicyRefused(ValueError):
    """A policy document that cannot be used; `problems` are (pointer, message) pairs."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{where or '/'}: {what}" for where, what in problems))

    @classmethod
    def of(cls, findings: Sequence[Finding]) -> "PolicyRefused":
        """The refusal that lists these findings."""
        return cls([(finding.pointer, finding.message) for finding in findings])
