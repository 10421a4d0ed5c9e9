"""From a pointer into the document (/rule_sets/0/rows/3/when/income/gt) to a cell of a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from underwriting.policy.sheets.flat import Segment, path_of
from underwriting.policy.sheets.table import (
    HEADED,
    KEYS,
    PATH,
    SETTINGS,
    VALUE,
    Place,
    Table,
    headed_part,
)

OF_MEMBER = {member: (kind, lines) for kind, (member, lines) in HEADED.items()}
Kept = Mapping[str, Mapping[Any, int]]
"""Per part: which line of the table a member of the document is in; see `reading.Read.kept`."""


def place_of(pointer: str, tables: Mapping[str, Table], kept: Kept) -> Place:
    """The cell, or the line or part where no single cell is meant."""
    steps = [step for step in pointer.split("/") if step]
    if not steps:
        return Place(SETTINGS)
    if steps[0] in OF_MEMBER:
        return _headed(steps, tables, kept)
    if steps[0] in tables and steps[0] != SETTINGS:
        return _member(tables[steps[0]], steps[1:], kept)
    return _setting(tables, steps, kept)


def _headed(steps: Sequence[str], tables: Mapping[str, Table], kept: Kept) -> Place:
    kind, lines = OF_MEMBER[steps[0]]
    if len(steps) < 2 or not steps[1].isdigit():
        return Place(headed_part(kind, 0))
    part = headed_part(kind, int(steps[1]))
    rest = steps[2:]
    if rest[:1] != [lines] or len(rest) < 2:
        return Place(part, None, rest[0] if rest else "")
    line = kept.get(part, {}).get(int(rest[1]), int(rest[1])) if rest[1].isdigit() else None
    columns = tables[part].columns if part in tables else ()
    return Place(part, line, _column(rest[2:], columns))


def _member(table: Table, steps: Sequence[str], kept: Kept) -> Place:
    if not steps:
        return Place(table.part)
    found: Mapping[Any, int] = kept.get(table.part, {})
    name: Any = int(steps[0]) if steps[0].isdigit() and table.part not in KEYS else steps[0]
    column = _column(steps[1:], table.columns) or KEYS.get(table.part, "name")
    return Place(table.part, found.get(name), column)


def _setting(tables: Mapping[str, Table], steps: Sequence[str], kept: Kept) -> Place:
    """The line of the longest path that is there."""
    lines = kept.get(SETTINGS) or {}
    found = _column(steps, list(lines))
    if found:
        return Place(SETTINGS, lines[found], VALUE)
    for path, line in lines.items():
        if str(path).startswith(f"{steps[0]}/"):
            return Place(SETTINGS, line, PATH)
    return Place(SETTINGS, None, path_of(tuple(steps)))


def _column(steps: Sequence[str], columns: Sequence[str]) -> str:
    """The column of the longest beginning of these steps; elements of lists are counted from 1."""
    for end in range(len(steps), 0, -1):
        for counted in (True, False):
            found = _path(steps[:end], counted=counted)
            if found in columns:
                return found
    return ""


def _path(steps: Sequence[str], *, counted: bool) -> str:
    segments: list[Segment] = []
    for number, step in enumerate(steps):
        place = counted and number and step.isdigit()
        segments.append(int(step) + 1 if place else step)
    return path_of(tuple(segments))
