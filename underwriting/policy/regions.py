"""The values that rows answer to, as boxes over axes cut where any row looks: for static checks.

An axis is one input, cut into atoms within which no row's answer changes: stretches of numbers
between the values that rows name, single categories, and one atom for a missing value. Comparing
two inputs, or matching parts of a text, is an axis of its own; as those depend on the inputs' own
axes, a box may hold no real values, but whatever lies outside all boxes truly does.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ml.values import LIMIT, Value
from underwriting.policy.closure import condition_test
from underwriting.policy.inputs import Input
from underwriting.policy.tree import (
    Between,
    Compare,
    ComparePair,
    Condition,
    Member,
    Presence,
    RowNode,
    TextMatch,
)

Box = Mapping[int, int]
"""Per axis the atoms that belong to it, as bits; an axis that is not there is whole."""
LESS, EQUAL, GREATER = 1, 2, 4
_ORDER = {"lt": LESS, "eq": EQUAL, "gt": GREATER}
_PAIRS = {
    **_ORDER,
    "le": LESS | EQUAL,
    "ge": GREATER | EQUAL,
    "ne": LESS | GREATER,
}
SOME_TEXT = "~"


@dataclass(frozen=True, slots=True)
class Axis:
    """`atoms` has one value that stands for each atom; a missing value is the bit after them.

    An axis of a relation (`input` None) has no values.
    """

    input: Input | None
    atoms: tuple[Value, ...]
    size: int
    numbers: tuple[int, ...] = ()

    @property
    def missing(self) -> int:
        return 1 << self.size

    @property
    def known(self) -> int:
        return self.missing - 1


class Regions:
    """The axes of some rows, and each row's boxes over them."""

    def __init__(self, rows: Sequence[RowNode], *, bounded: bool = True) -> None:
        self.axes: list[Axis] = []
        self._number: dict[Hashable, int] = {}
        conditions = [condition for row in rows for condition in row.conditions]
        for item in {c.input.name: c.input for c in conditions if _on_own_axis(c)}.values():
            named = [c for c in conditions if c.input.name == item.name and _on_own_axis(c)]
            self._add(item.name, _axis(item if bounded else replace(item, range=None), named))
        for condition in conditions:
            if not _on_own_axis(condition):
                size = 3 if isinstance(condition, ComparePair) else 2
                self._add(_relation(condition), Axis(None, (None,) * size, size))

    def _add(self, key: Hashable, axis: Axis) -> None:
        if key not in self._number:
            self._number[key] = len(self.axes)
            self.axes.append(axis)

    def number_of(self, condition: Condition) -> int:
        """The axis on which a condition looks."""
        own = _on_own_axis(condition)
        return self._number[condition.input.name if own else _relation(condition)]

    def hits(self, row: RowNode) -> Box | None:
        """Where the row hits; None where no values can make it."""
        return self._box(row, unsaid=False)

    def stops(self, row: RowNode) -> Box | None:
        """Where the row ends a FIRST set: where it hits, and where its missing rule speaks."""
        return self._box(row, unsaid=row.fires_on_missing)

    def nothing_left(self, row: RowNode) -> str | None:
        """The first input of which no value satisfies all its cells; None where each has one."""
        left: dict[int, int] = {}
        for condition in row.conditions:
            number, bits = self._bits(condition)
            left[number] = left.get(number, -1) & bits
            if not left[number]:
                return condition.input.name
        return None

    def everything(self, *, missing: bool) -> Box:
        """All known values of all axes; with `missing`, missing ones too."""
        return {
            number: axis.known | (axis.missing if missing else 0)
            for number, axis in enumerate(self.axes)
        }

    def _box(self, row: RowNode, *, unsaid: bool) -> Box | None:
        found: dict[int, int] = {}
        for condition in row.conditions:
            number, bits = self._bits(condition)
            if unsaid and not isinstance(condition, Presence):
                bits |= self.axes[number].missing
            found[number] = found.get(number, -1) & bits
        return found if all(found.values()) else None

    def _bits(self, condition: Condition) -> tuple[int, int]:
        """The axis of a condition and the atoms where it holds."""
        number = self.number_of(condition)
        if isinstance(condition, ComparePair):
            return number, _PAIRS[condition.op]
        if not _on_own_axis(condition):
            return number, 1
        axis = self.axes[number]
        if isinstance(condition, Presence):
            return number, axis.known if condition.known else axis.missing
        if condition.input.kind in ("number", "date"):
            return number, _stretches(axis, condition)
        test = condition_test(condition)
        return number, sum(1 << bit for bit, value in enumerate(axis.atoms) if test(value))


def _stretches(axis: Axis, condition: Condition) -> int:
    """The atoms of numbers that satisfy the condition; they come in rising order."""
    if isinstance(condition, Between):
        return _from_to(axis, condition.low, condition.high)
    if isinstance(condition, Member):
        inside = 0
        for value in condition.values:
            inside |= _from_to(axis, int(value), int(value))
        return inside if condition.inside else axis.known & ~inside
    if not isinstance(condition, Compare):
        raise TypeError(condition)
    value = int(condition.value)
    if condition.op == "ne":
        return axis.known & ~_from_to(axis, value, value)
    low = {"eq": value, "ge": value, "gt": value + 1}.get(condition.op, -LIMIT)
    high = {"eq": value, "le": value, "lt": value - 1}.get(condition.op, LIMIT)
    return _from_to(axis, low, high)


def _from_to(axis: Axis, low: int, high: int) -> int:
    first = bisect_left(axis.numbers, low)
    after = bisect_right(axis.numbers, high)
    return (1 << after) - (1 << first) if after > first else 0


def _on_own_axis(condition: Condition) -> bool:
    """Whether the input's own values say what the condition answers."""
    if isinstance(condition, TextMatch):
        return condition.input.categories is not None
    return not isinstance(condition, ComparePair)


def _relation(condition: Condition) -> Hashable:
    if isinstance(condition, ComparePair):
        return condition.input.name, condition.other.name
    return condition


def _axis(item: Input, conditions: Sequence[Condition]) -> Axis:
    if item.kind in ("number", "date"):
        numbers = tuple(_numbers(item, {bound for c in conditions for bound in _bounds(c)}))
        return Axis(item, numbers, len(numbers), numbers)
    if item.kind == "boolean":
        atoms: tuple[Value, ...] = (False, True)
    elif item.categories is not None:
        atoms = tuple(sorted(item.categories))
    else:
        atoms = (*sorted({str(value) for c in conditions for value in _named(c)}), SOME_TEXT)
    return Axis(item, atoms, len(atoms))


def _numbers(item: Input, bounds: Iterable[int]) -> Iterator[int]:
    """A number of every stretch between bounds that has one which is no special code."""
    low, high = item.range or (-LIMIT, LIMIT)
    cuts = [low, *(bound for bound in sorted(bounds) if low < bound <= high), high + 1]
    for first, after in pairwise(cuts):
        last = after - 1
        near = 0 if first <= 0 <= last else min(first, last, key=abs)
        usable = (near, first, last, *range(first, min(after, first + len(item.specials) + 1)))
        yield from [value for value in usable if value not in item.specials][:1]


def _bounds(condition: Condition) -> Iterator[int]:
    """Every number at which an answer may change: a named one and the one after it."""
    if isinstance(condition, Between):
        yield from (condition.low, condition.high + 1)
    else:
        for value in _named(condition):
            yield from (int(value), int(value) + 1)


def _named(condition: Condition) -> Iterator[int | bool | str]:
    if isinstance(condition, Compare):
        yield condition.value
    elif isinstance(condition, Member):
        yield from condition.values
