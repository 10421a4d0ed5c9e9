"""What differs between two policies: parts, lines and cells added, gone, moved, renamed, changed.

Both are compared as tables of text (underwriting.policy.sheets), where equal texts are equal
values. Rule sets are matched by their names, lines by theirs; a line whose name alone is new counts
as renamed. What moved is the least that explains the new order.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from underwriting.policy.sheets.editing import name_column, parts_of
from underwriting.policy.sheets.table import HEADED, PRICES, Line, Table, blank, kind_of

Tables = Mapping[str, Table]


class Change(StrEnum):
    """What happened to a part, a line, or a cell."""

    PART_ADDED = "part_added"
    PART_REMOVED = "part_removed"
    PART_MOVED = "part_moved"
    HEAD = "head"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    RENAMED = "renamed"
    CELL = "cell"


@dataclass(frozen=True, slots=True)
class Difference:
    """One change. `before` and `after` are the texts of a cell, or the old and the new name.

    `part` is the part's name in the newer policy (in the older one where it is gone), `title` what
    the part is called, `line` the line's name; `place` its number in that same policy.
    """

    change: Change
    part: str
    title: str
    line: str = ""
    column: str = ""
    before: str = ""
    after: str = ""
    place: int | None = None
    was: int | None = None


def differences(older: Tables, newer: Tables) -> list[Difference]:
    """Every difference, part by part in the order of the newer policy; none where both say the
    same."""
    found: list[Difference] = []
    for kind in HEADED:
        found += _headed(parts_of(older, kind), parts_of(newer, kind))
    for part in dict.fromkeys((*newer, *older)):
        if kind_of(part) not in HEADED:
            before = older.get(part, Table(part, ()))
            found += _lines(before, newer.get(part, Table(part, ())), part)
    return found


def _headed(older: Sequence[Table], newer: Sequence[Table]) -> Iterator[Difference]:
    """Rule sets, or price tables, matched by name."""
    was = {table.head.get("name", ""): table for table in older}
    now = {table.head.get("name", ""): table for table in newer}
    for name, table in was.items():
        if name not in now:
            yield Difference(Change.PART_REMOVED, table.part, name)
    moved = _moved([name for name in was if name in now], [name for name in now if name in was])
    for name, table in now.items():
        if name not in was:
            yield Difference(Change.PART_ADDED, table.part, name)
            continue
        if name in moved:
            yield Difference(Change.PART_MOVED, table.part, name)
        yield from _head(was[name], table, name)
        yield from _lines(was[name], table, name)


def _head(older: Table, newer: Table, title: str) -> Iterator[Difference]:
    for column in dict.fromkeys((*older.head, *newer.head)):
        before, after = older.head.get(column, ""), newer.head.get(column, "")
        if before != after:
            yield Difference(
                Change.HEAD, newer.part, title, column=column, before=before, after=after
            )


def _lines(older: Table, newer: Table, title: str) -> Iterator[Difference]:
    if kind_of(newer.part) == PRICES:
        yield from _unnamed(older, newer, title)
        return
    key = name_column(newer.part)
    was, now = _named(older, key), _named(newer, key)
    renamed = _renamed(was, now, key)
    back = {new: old for old, new in renamed.items()}
    for name, (place, _line) in was.items():
        if name not in now and name not in renamed:
            yield Difference(Change.REMOVED, older.part, title, name, place=place)
    kept = [renamed.get(name, name) for name in was if name in now or name in renamed]
    moved = _moved(kept, [name for name in now if name in was or name in back])
    for name, (place, line) in now.items():
        old = back.get(name, name)
        if old not in was:
            yield Difference(Change.ADDED, newer.part, title, name, place=place)
            continue
        at, before = was[old]
        if old != name:
            yield _of(Change.RENAMED, newer, title, name, place, at, "", old, name)
        if name in moved:
            yield Difference(Change.MOVED, newer.part, title, name, place=place, was=at)
        for column in _changed(before, line, key):
            texts = before.get(column, ""), line.get(column, "")
            yield _of(Change.CELL, newer, title, name, place, at, column, *texts)


def _of(
    change: Change,
    table: Table,
    title: str,
    line: str,
    place: int,
    was: int,
    column: str,
    before: str,
    after: str,
) -> Difference:
    return Difference(change, table.part, title, line, column, before, after, place, was)


def _unnamed(older: Table, newer: Table, title: str) -> Iterator[Difference]:
    """Lines without names are matched by their order; what stands in the same place changed."""
    was, now = ([_frozen(line) for line in table.lines] for table in (older, newer))
    for tag, a, b, c, d in SequenceMatcher(a=was, b=now, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        both = min(b - a, d - c)
        for n in range(both):
            before, after = older.lines[a + n], newer.lines[c + n]
            for column in _changed(before, after, ""):
                texts = before.get(column, ""), after.get(column, "")
                name = str(c + n + 1)
                yield _of(Change.CELL, newer, title, name, c + n, a + n, column, *texts)
        for place in range(a + both, b):
            yield Difference(Change.REMOVED, older.part, title, str(place + 1), place=place)
        for place in range(c + both, d):
            yield Difference(Change.ADDED, newer.part, title, str(place + 1), place=place)


def _named(table: Table, key: str) -> dict[str, tuple[int, Line]]:
    return {
        line.get(key, ""): (place, line)
        for place, line in enumerate(table.lines)
        if not blank(line)
    }


def _renamed(
    was: Mapping[str, tuple[int, Line]], now: Mapping[str, tuple[int, Line]], key: str
) -> dict[str, str]:
    """Old to new names of lines that say the same otherwise."""
    gone = {_frozen(line, key): name for name, (_, line) in was.items() if name not in now}
    new = {_frozen(line, key): name for name, (_, line) in now.items() if name not in was}
    return {name: new[texts] for texts, name in gone.items() if texts in new}


def _changed(before: Line, after: Line, key: str) -> list[str]:
    columns = dict.fromkeys((*before, *after))
    return [c for c in columns if c != key and before.get(c, "") != after.get(c, "")]


def _moved(was: Sequence[str], now: Sequence[str]) -> set[str]:
    """The fewest names whose moving makes one order the other: all but a longest common one."""
    place = {name: number for number, name in enumerate(was)}
    ends: list[int] = []
    chains: list[list[str]] = []
    for name in now:
        at = bisect_left(ends, place[name])
        chain = [*(chains[at - 1] if at else []), name]
        ends[at : at + 1] = [place[name]]
        chains[at : at + 1] = [chain]
    return set(now) - set(chains[-1] if chains else [])


def _frozen(line: Line, key: str = "") -> tuple[tuple[str, str], ...]:
    return tuple(sorted((c, text) for c, text in line.items() if c != key and text))
