"""Checks between rule sets: approvals that cannot stand, and rows that a stricter one always beats.

Whatever a set approves or lets pass, the strictest answer of all sets counts. So an approval whose
whole region another set declines never stands, and a referral within a declined region is silent.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from underwriting.policy.boxes import OutOfSteps, Steps, touch, within
from underwriting.policy.findings import Finding
from underwriting.policy.regions import Box, Regions
from underwriting.policy.set_checks import Place
from underwriting.policy.tree import RowNode
from underwriting.policy.verdict import STRICTNESS

MOST_ROWS = 2_000
"""Rows of all sets that are compared with each other."""


class _Standing(NamedTuple):
    """A row with its place, where it hits, and where earlier rows of its FIRST set answer."""

    place: Place
    number: int
    hits: Box
    before: tuple[Box, ...]

    @property
    def row(self) -> RowNode:
        return self.place.node.rows[self.number]

    @property
    def name(self) -> str:
        return f"{self.place.node.name}/{self.row.id}"


def contradictions(places: Sequence[Place], steps: Steps) -> Iterator[Finding]:
    """Rows of one set that rows of another make pointless, one finding each."""
    rows = [place.node.rows[number] for place in places for number in sorted(place.sound)]
    if len(rows) > MOST_ROWS:
        yield _unexamined()
        return
    regions = Regions(rows)
    whole = regions.everything(missing=True)
    standing = [each for place in places for each in _standing(place, regions)]
    strict = [each for each in standing if STRICTNESS[each.row.outcome] > STRICTNESS["approve"]]
    try:
        for each in standing:
            yield from _beaten(each, {**whole, **each.hits}, strict, steps)
    except OutOfSteps:
        yield _unexamined()


def _unexamined() -> Finding:
    message = "too many rows to look for contradictions between rule sets"
    return Finding("warning", "not_examined", "/rule_sets", message)


def _standing(place: Place, regions: Regions) -> Iterator[_Standing]:
    before: list[Box] = []
    for number in sorted(place.sound):
        row = place.node.rows[number]
        hits, stops = regions.hits(row), regions.stops(row)
        if hits is not None:
            yield _Standing(place, number, hits, tuple(before))
        if stops is not None and place.node.hit == "first":
            before.append(stops)


def _beaten(
    each: _Standing, box: Box, strict: Sequence[_Standing], steps: Steps
) -> Iterator[Finding]:
    """The first row that beats this one wherever it hits, or that declines what it approves."""
    outcome = each.row.outcome
    if outcome in ("continue", "decline"):
        return
    for other in strict:
        steps.take()
        if other.place is each.place and (other.number == each.number or not _apart(each)):
            continue
        if STRICTNESS[other.row.outcome] <= STRICTNESS[outcome]:
            continue
        if _always_beats(other, box):
            yield _finding(each, other, always=True)
            return
        if _declines_some(each.row, other, box):
            yield _finding(each, other, always=False)
            return


def _apart(each: _Standing) -> bool:
    """Whether rows of the same set answer side by side."""
    return each.place.node.hit == "collect"


def _always_beats(other: _Standing, box: Box) -> bool:
    """Whether the other row hits wherever the box is, with no earlier row in its way."""
    if not within(box, other.hits):
        return False
    return not any(touch(box, stop) for stop in other.before)


def _declines_some(row: RowNode, other: _Standing, box: Box) -> bool:
    """Whether an approval and a decline that ask about the same inputs share values."""
    if (row.outcome, other.row.outcome) != ("approve", "decline") or row.reads != other.row.reads:
        return False
    return touch(box, other.hits)


def _finding(each: _Standing, other: _Standing, *, always: bool) -> Finding:
    verb = other.row.outcome
    if each.row.outcome == "approve":
        how = "all" if always else "some"
        message = (
            f"{other.name} says {verb} to {how} of what this row approves: the stricter counts"
        )
        return each.place.finding("warning", "contradiction", each.number, message)
    message = f"says {each.row.outcome} only where {other.name} says {verb} anyway: never matters"
    return each.place.finding("warning", "never_matters", each.number, message)
