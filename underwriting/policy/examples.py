"""A real application for a box of values: found, shown as people write it, and tried on the rules.

A static check reports nothing that it cannot show: the values of every example are asked of the
compiled rules, and an example that they answer otherwise is dropped.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ml.values import Value, date_of, scaled_text
from underwriting.policy.closure import compile_rows
from underwriting.policy.inputs import Input
from underwriting.policy.regions import EQUAL, GREATER, LESS, Box, Regions
from underwriting.policy.tree import ComparePair, RowNode, SetNode, program_of
from underwriting.policy.verdict import SetResult


class Example(NamedTuple):
    """Values by input (None: missing), and the same in words."""

    values: Mapping[str, Value]
    words: str


def example_in(regions: Regions, box: Box, rows: Sequence[RowNode]) -> Example:
    """Values of the box for the inputs that these rows read; relations are met where possible."""
    values: dict[str, Value] = {}
    inputs: dict[str, Input] = {}
    for number, axis in enumerate(regions.axes):
        if axis.input is not None:
            bits = box.get(number, axis.known)
            values[axis.input.name] = _first(bits, axis.atoms)
            inputs[axis.input.name] = axis.input
    for row in rows:
        for condition in row.conditions:
            if isinstance(condition, ComparePair):
                inputs[condition.other.name] = condition.other
                inputs[condition.input.name] = condition.input
                _relate(values, condition, box.get(regions.number_of(condition), EQUAL))
    read = {name for row in rows for name in row.reads}
    said = (f"{name} {_shown(inputs[name], values[name])}" for name in sorted(read & set(values)))
    return Example(values, ", ".join(said))


def answers(node: SetNode, example: Example) -> SetResult:
    """What the compiled set really says to the example."""
    return compile_rows(program_of([node]))(example.values, [example.values])[0]


def _first(bits: int, atoms: Sequence[Value]) -> Value:
    known = (atom for bit, atom in enumerate(atoms) if bits >> bit & 1)
    return next(known, None)


def _relate(values: dict[str, Value], condition: ComparePair, bits: int) -> None:
    """Give the two inputs numbers that stand in the wanted relation, where they are free to."""
    name, other = condition.input.name, condition.other.name
    step = 0 if bits & EQUAL else 1 if bits & LESS else -1 if bits & GREATER else None
    if step is None or condition.input.kind not in ("number", "date"):
        return
    if name in values and other not in values:
        values[other] = int(values[name] or 0) + step
    else:
        values.setdefault(other, 1)
        values.setdefault(name, int(values[other] or 0) - step)


def _shown(item: Input, value: Value) -> str:
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and item.kind == "date":
        return _day(value)
    if isinstance(value, int):
        return scaled_text(value, item.scale)
    return f'"{value}"' if item.kind == "text" else value


def _day(days: int) -> str:
    try:
        return date_of(days).isoformat()
    except OverflowError:
        return "before all dates" if days < 0 else "after all dates"
