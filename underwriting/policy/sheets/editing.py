"""Changes to tables as whole steps: lines added, taken out, moved, repeated; columns; rule sets.

Each gives new tables and leaves the old ones as they are. A place outside a table is the nearest
inside it, so that a button pressed twice does no harm.
"""

from collections.abc import Mapping
from dataclasses import replace

from underwriting.policy.sheets.table import (
    KEYS,
    RULES,
    WHEN,
    Line,
    Table,
    blank,
    headed_part,
    kind_of,
)
from underwriting.policy.sheets.writing import empty_table

Tables = dict[str, Table]

LONGEST_NAME = 63


def line_added(table: Table, place: int) -> Table:
    """An empty line before the one at `place`."""
    lines = list(table.lines)
    lines.insert(_within(place, len(lines)), {})
    return table.with_lines(lines)


def line_removed(table: Table, place: int) -> Table:
    return table.with_lines([line for n, line in enumerate(table.lines) if n != place])


def line_moved(table: Table, place: int, by: int) -> Table:
    """The line `by` places further down, or up."""
    lines = list(table.lines)
    if not 0 <= place < len(lines):
        return table
    line = lines.pop(place)
    lines.insert(_within(place + by, len(lines)), line)
    return table.with_lines(lines)


def line_repeated(table: Table, place: int) -> Table:
    """The line once more, right below, under a name of its own."""
    lines = list(table.lines)
    if not 0 <= place < len(lines):
        return table
    column = name_column(table.part)
    names = {line.get(column, "") for line in lines}
    again: Line = dict(lines[place])
    if again.get(column):
        again = {**again, column: free_name(again[column], names)}
    lines.insert(place + 1, again)
    return table.with_lines(lines)


def column_added(table: Table, column: str) -> Table:
    """A column more; one for an input stands after the others of its kind."""
    if column in table.columns:
        return table
    at = len(table.columns)
    if column.startswith(WHEN):
        last = [n for n, each in enumerate(table.columns) if each.startswith(WHEN)]
        at = last[-1] + 1 if last else 1
    columns = (*table.columns[:at], column, *table.columns[at:])
    return replace(table, columns=columns)


def column_removed(table: Table, column: str) -> Table:
    """The column and all its cells gone."""
    lines = [{c: text for c, text in line.items() if c != column} for line in table.lines]
    columns = tuple(each for each in table.columns if each != column)
    return replace(table, columns=columns, lines=tuple(lines))


def named_rows(table: Table) -> Table:
    """Rules that nobody named are named for what they ask first."""
    if kind_of(table.part) != RULES:
        return table
    names = {line.get("id", "") for line in table.lines}
    lines = []
    for line in table.lines:
        if not blank(line) and not line.get("id", "").strip():
            asked = [c for c, text in line.items() if c.startswith(WHEN) and text.strip()]
            stem = asked[0].removeprefix(WHEN).rpartition(".")[2] if asked else "rule"
            line = {**line, "id": free_name(stem, names, first=stem)}  # noqa: PLW2901
            names.add(line["id"])
        lines.append(line)
    return table.with_lines(lines)


def part_added(tables: Mapping[str, Table], kind: str, name: str) -> Tables:
    """One rule set, or price table, more, after the others, with an empty line."""
    parts = parts_of(tables, kind)
    taken = {table.head.get("name", "") for table in parts}
    fresh = empty_table(headed_part(kind, len(parts)))
    head = {**fresh.head, "name": free_name(name, taken, first=name)}
    return _renumbered(tables, kind, [*parts, replace(fresh, head=head, lines=({},))])


def part_repeated(tables: Mapping[str, Table], part: str) -> Tables:
    """The rule set once more, right below, under a name of its own."""
    kind, parts, place = _found(tables, part)
    name = parts[place].head.get("name", "")
    taken = {table.head.get("name", "") for table in parts}
    again = replace(parts[place], head={**parts[place].head, "name": free_name(name, taken)})
    return _renumbered(tables, kind, [*parts[: place + 1], again, *parts[place + 1 :]])


def part_removed(tables: Mapping[str, Table], part: str) -> Tables:
    kind, parts, place = _found(tables, part)
    return _renumbered(tables, kind, [*parts[:place], *parts[place + 1 :]])


def part_moved(tables: Mapping[str, Table], part: str, by: int) -> Tables:
    """Rule sets run in their order; this one `by` places later, or earlier."""
    kind, parts, place = _found(tables, part)
    moved = parts.pop(place)
    parts.insert(_within(place + by, len(parts)), moved)
    return _renumbered(tables, kind, parts)


def parts_of(tables: Mapping[str, Table], kind: str) -> list[Table]:
    """The rule sets, or the price tables, in their order."""
    return [table for part, table in tables.items() if kind_of(part) == kind]


def name_column(part: str) -> str:
    """The column that names a line."""
    return "id" if kind_of(part) == RULES else KEYS.get(part, "name")


def free_name(name: str, taken: set[str], first: str | None = None) -> str:
    """The name, or the name with the lowest number that nobody has; `first` is tried bare."""
    if first is not None and first not in taken:
        return first
    number = 2
    while (found := f"{name[: LONGEST_NAME - 5]}_{number}") in taken:
        number += 1
    return found


def _found(tables: Mapping[str, Table], part: str) -> tuple[str, list[Table], int]:
    kind = kind_of(part)
    parts = parts_of(tables, kind)
    return kind, parts, next(n for n, table in enumerate(parts) if table.part == part)


def _renumbered(tables: Mapping[str, Table], kind: str, parts: list[Table]) -> Tables:
    """These parts in this order, under the names of their places, before all the rest."""
    numbered = [replace(table, part=headed_part(kind, n)) for n, table in enumerate(parts)]
    others = {part: table for part, table in tables.items() if kind_of(part) != kind}
    return {**{table.part: table for table in numbered}, **others}


def _within(place: int, end: int) -> int:
    return max(0, min(place, end))
