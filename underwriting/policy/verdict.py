"""From what each row answered to the verdict: shared by both back-ends, so that it cannot differ.

A back-end gives one code per row: not reached, no, yes, or "cannot be said" with the position of
the missing input. Reading those codes into outcome, reasons and trace happens here alone.
Outcomes only become stricter: approve < counter_offer < refer < decline.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from underwriting.policy.document import Outcome, RowOutcome
from underwriting.policy.tree import RowNode, SetNode, names_of

NOT_REACHED, MISS, HIT, MISSING = 0, 1, 2, 3
"""Codes of a row. MISSING + k: the k-th input (in the conditions' order) is the first missing."""

STRICTNESS: dict[str, int] = {
    "continue": 0,
    "approve": 0,
    "counter_offer": 1,
    "refer": 2,
    "decline": 3,
}
INCOMPLETE_FACTS = "INCOMPLETE_FACTS"


class Fired(NamedTuple):
    """A row that made the outcome stricter, and what it says to the applicant."""

    rule_set: str
    row: str
    outcome: Outcome
    reason: str | None
    field: str | None
    party: int | None
    severity: int
    reads_model: bool
    of_score: frozenset[str] = frozenset()
    """Which of the inputs that it read follow from the score."""


class SetResult(NamedTuple):
    """What one rule set came to, for the application or one party."""

    outcome: str
    fired: tuple[Fired, ...]
    trace: dict[str, Any]


class Verdict(NamedTuple):
    """The strictest outcome of all sets, with the rows that fired and the full trace."""

    outcome: Outcome
    fired: tuple[Fired, ...]
    trace: list[dict[str, Any]]


def inputs_read(row: RowNode) -> tuple[str, ...]:
    """Names of the row's inputs, first read first: what a MISSING code counts into."""
    names = (name for condition in row.conditions for name in names_of(condition))
    return tuple(dict.fromkeys(names))


@lru_cache(maxsize=65_536)
def set_result(node: SetNode, party: int | None, codes: tuple[int, ...]) -> SetResult:
    """What a set came to. The trace is shared between equal results: nobody may change it."""
    answered = [(row, code) for row, code in zip(node.rows, codes, strict=True) if code]
    fired = tuple(
        found for row, code in answered if (found := _fired(node, row, code, party)) is not None
    )
    outcome = max((f.outcome for f in fired), key=STRICTNESS.__getitem__, default="continue")
    if outcome == "continue" and any(c == HIT and r.outcome == "approve" for r, c in answered):
        outcome = "approve"
    rows = [_row_trace(row, code) for row, code in answered]
    return SetResult(
        outcome, fired, {"set": node.name, "party": party, "outcome": outcome, "rows": rows}
    )


def verdict_of(results: Iterable[SetResult]) -> Verdict:
    """The verdict of all sets: never softer than any of them."""
    outcome: Outcome = "approve"
    fired_rows: list[Fired] = []
    trace = []
    for _, fired, told in results:
        trace.append(told)
        for each in fired:
            fired_rows.append(each)
            if STRICTNESS[each.outcome] > STRICTNESS[outcome]:
                outcome = each.outcome
    return Verdict(outcome, tuple(fired_rows), trace)


def stricter(outcomes: Sequence[Outcome]) -> Outcome:
    """The strictest of the outcomes."""
    return max(outcomes, key=STRICTNESS.__getitem__, default="approve")


def _fired(node: SetNode, row: RowNode, code: int, party: int | None) -> Fired | None:
    if code == MISS or (code >= MISSING and row.missing == "miss"):
        return None
    if code >= MISSING and row.missing == "refer":
        field = inputs_read(row)[code - MISSING]
        return Fired(
            node.name, row.id, "refer", INCOMPLETE_FACTS, field, party, 100, reads_model=False
        )
    outcome: RowOutcome = row.outcome
    if code >= MISSING and row.missing == "decline":
        outcome = "decline"
    if outcome == "continue" or outcome == "approve":
        return None
    return Fired(
        node.name,
        row.id,
        outcome,
        row.reason,
        row.field,
        party,
        row.severity,
        row.reads_model,
        row.of_score,
    )


def _row_trace(row: RowNode, code: int) -> dict[str, str]:
    if code >= MISSING:
        return {"row": row.id, "result": "missing", "field": inputs_read(row)[code - MISSING]}
    return {"row": row.id, "result": "hit" if code == HIT else "miss"}
