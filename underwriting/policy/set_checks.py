"""Checks of single rule sets: rows never reached, rows that contradict each other, gaps.

Rows are boxes of values (underwriting.policy.regions), so what several rows cover together is
found too. Work is bounded: what there is no time for is said to be unexamined, never passed over.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from underwriting.policy.boxes import OutOfSteps, Steps, meet, touch, uncovered, within
from underwriting.policy.examples import answers, example_in
from underwriting.policy.findings import Finding, Severity
from underwriting.policy.inputs import AS_OF
from underwriting.policy.regions import Box, Regions
from underwriting.policy.tree import RowNode, SetNode
from underwriting.policy.verdict import STRICTNESS

MOST_NAMED = 5
"""Rows that one message lists."""
ENDING = ("approve", "continue")


class Place(NamedTuple):
    """A set in the document; `sound` are the positions of rows that compiled without a mistake."""

    number: int
    node: SetNode
    sound: frozenset[int]

    def finding(self, severity: Severity, code: str, row: int | None, message: str) -> Finding:
        """A finding about a row of this set, or about the set."""
        where = f"/rule_sets/{self.number}"
        if row is None:
            return Finding(severity, code, where, message, self.node.name)
        name = self.node.rows[row].id
        return Finding(severity, code, f"{where}/rows/{row}", message, self.node.name, name)


def set_findings(place: Place, steps: Steps) -> Iterator[Finding]:
    """Everything found in one set."""
    node = place.node
    rows = [row for number, row in enumerate(node.rows) if number in place.sound]
    regions = Regions(rows)
    yield from _impossible(place, regions)
    if node.hit != "first":
        return
    try:
        yield from _ordered(place, regions, steps)
    except OutOfSteps:
        message = "too many combinations of values to look for rows never reached, overlaps, gaps"
        yield place.finding("warning", "not_examined", None, message)


def _impossible(place: Place, regions: Regions) -> Iterator[Finding]:
    """Rows that nothing can make hit, each with the cell that cannot."""
    for number in sorted(place.sound):
        row = place.node.rows[number]
        out = regions.nothing_left(row)
        if out is None:
            continue
        name = Regions([row], bounded=False).nothing_left(row)
        if name is not None:
            message = f"no values can ever satisfy this row: nothing is left for {name}"
            yield _in_column(place.finding("error", "impossible", number, message), name)
        else:
            message = f"no {out} within its own bounds can ever satisfy this row"
            yield _in_column(place.finding("warning", "out_of_range", number, message), out)


def _in_column(found: Finding, name: str) -> Finding:
    """The finding, about the cell of that input; the days in force have no cell."""
    if name == AS_OF.name:
        return found
    return found._replace(pointer=f"{found.pointer}/when/{name}", column=name)


class _Boxes(NamedTuple):
    """A set's rows in order, each with where it hits (None: nowhere) and where it ends the set."""

    numbers: tuple[int, ...]
    hits: Mapping[int, Box | None]
    stops: Mapping[int, Box]

    @classmethod
    def of(cls, place: Place, regions: Regions) -> "_Boxes":
        """Of the rows that compiled; where a row hits has every axis."""
        numbers = tuple(sorted(place.sound))
        whole = regions.everything(missing=True)
        each = {number: regions.hits(place.node.rows[number]) for number in numbers}
        hits = {number: box and {**whole, **box} for number, box in each.items()}
        stops = {number: regions.stops(place.node.rows[number]) for number in numbers}
        return cls(numbers, hits, {number: box for number, box in stops.items() if box})

    def before(self, number: int) -> list[tuple[int, Box]]:
        """Where earlier rows end the set."""
        return [(other, box) for other, box in self.stops.items() if other < number]


def _ordered(place: Place, regions: Regions, steps: Steps) -> Iterator[Finding]:
    """What the order of a FIRST set hides or leaves open."""
    rows, boxes = place.node.rows, _Boxes.of(place, regions)
    for number in boxes.numbers:
        box, before = boxes.hits[number], boxes.before(number)
        if box is None:
            continue
        if uncovered(box, [cover for _, cover in before], steps) is None:
            message = _hidden(rows, before, box, steps)
            yield place.finding("error", "unreachable", number, message)
        else:
            yield from _overlap(place, regions, boxes, number, steps)
    if len(place.sound) == len(rows) and any(row.outcome in ENDING for row in rows):
        yield from _gaps(place, regions, list(boxes.stops.values()), steps)


def _hidden(
    rows: Sequence[RowNode], before: Sequence[tuple[int, Box]], box: Box, steps: Steps
) -> str:
    """Which earlier rows leave nothing to a row: one alone, or several together."""
    touching = []
    for number, cover in before:
        steps.take()
        touching += [number] if touch(box, cover) else []
        if within(box, cover):
            return f"never reached: {rows[number].id} answers whenever this row would"
    return f"never reached: {_names(rows, touching)} together answer whenever this row would"


def _overlap(
    place: Place, regions: Regions, boxes: _Boxes, number: int, steps: Steps
) -> Iterator[Finding]:
    """Earlier rows that answer otherwise where this one would hit too, with an example."""
    rows, own = place.node.rows, boxes.hits[number]
    found: list[tuple[int, str]] = []
    for other in boxes.numbers[: boxes.numbers.index(number)]:
        steps.take()
        box = boxes.hits[other]
        if own and box and _differ(rows[other], rows[number]) and touch(own, box):
            earlier = [cover for _, cover in boxes.before(other)]
            free = uncovered(meet(own, box), earlier, steps)
            if free and (words := _shown(place, regions, free, other, number)):
                found.append((other, words))
        if len(found) > MOST_NAMED:
            break
    if found:
        names = _names(rows, [other for other, _ in found])
        first = rows[found[0][0]]
        message = f"overlaps {names}: for {found[0][1]} {first.id} says {first.outcome}, this row"
        message = f"{message} would say {rows[number].outcome}"
        yield place.finding("warning", "overlap", number, message)


def _differ(row: RowNode, other: RowNode) -> bool:
    return STRICTNESS[row.outcome] != STRICTNESS[other.outcome]


def _shown(place: Place, regions: Regions, box: Box, first: int, second: int) -> str:
    """An application that both rows hit, in words; empty where none can be shown."""
    rows = place.node.rows[first], place.node.rows[second]
    example = example_in(regions, box, rows)
    for row in rows:
        alone = SetNode(place.node.name, place.node.scope, "first", (row,))
        if answers(alone, example).trace["rows"][0]["result"] != "hit":
            return ""
    return example.words


def _gaps(place: Place, regions: Regions, stops: Sequence[Box], steps: Steps) -> Iterator[Finding]:
    """Values that no row answers, in a set that means to answer all: it has rows that let pass."""
    known, whole = (regions.everything(missing=missing) for missing in (False, True))
    for space, code in ((known, "gap"), (whole, "gap_missing")):
        free = uncovered(space, stops, steps)
        if free is None:
            continue
        example = example_in(regions, free, place.node.rows)
        results = {row["result"] for row in answers(place.node, example).trace["rows"]}
        if "hit" not in results and (code == "gap" or "missing" in results):
            message = f"no row answers for {example.words}: the set lets it pass"
            yield place.finding("warning", code, None, message)
            return


def _names(rows: Sequence[RowNode], numbers: Sequence[int]) -> str:
    """Ids of rows, the first few of many."""
    named = ", ".join(rows[number].id for number in numbers[:MOST_NAMED])
    more = len(numbers) - MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named
