"""What was typed into the grid, as a table of text; and which button was pressed."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from django.http import QueryDict

from underwriting.policy.sheets import editing
from underwriting.policy.sheets.editing import Tables
from underwriting.policy.sheets.table import Line, Table

KEY = "key"
LONGEST = 20_000
MOST_LINES, MOST_COLUMNS = 2_000, 400
SAVE, LOOK, OVER, CASES = "save", "look", "over", "cases"

Step = Callable[[Table], Table]


def posted_table(post: QueryDict, saved: Table) -> Table:
    """The part with the lines of the form in the place of those that the page showed."""
    columns = tuple(dict.fromkeys(post.getlist("column")))[:MOST_COLUMNS] or saved.columns
    keys = [key for key in post.getlist("line") if key.isdigit()][:MOST_LINES]
    lines = [_line(post, f"l{key}.", columns) for key in keys]
    first, count = shown_lines(post)
    head = {name: _typed(post, f"head.{name}") for name in post.getlist("head")}
    return replace(
        saved,
        columns=columns,
        lines=(*saved.lines[:first], *lines, *saved.lines[first + count :]),
        head={**saved.head, **head},
    )


def posted_keys(post: QueryDict, table: Table) -> Table:
    """Beside each line of the table its key, so that a line keeps its own wherever it moves."""
    keys = [key for key in post.getlist("line") if key.isdigit()][:MOST_LINES]
    first = _number(post, "first")
    after = len(table.lines) - first - len(keys)
    empty: Line = {}
    shown: list[Line] = [{KEY: key} for key in keys]
    return Table(table.part, (KEY,), (*[empty] * first, *shown, *[empty] * after))


def keys_of(keys: Table, first: int, last: int) -> list[int]:
    """The keys of these lines; one that is new, or repeats another's line, gets a new one."""
    given = [line.get(KEY, "") for line in keys.lines]
    free = max((int(key) for key in given if key), default=0)
    found: list[int] = []
    for text in given[first:last]:
        key = int(text or -1)
        if key < 0 or key in found:
            free += 1
            key = free
        found.append(key)
    return found


def with_step(tables: Mapping[str, Table], part: str, do: str) -> Tables:
    """The tables after what the button asks; one that is not known changes nothing."""
    table = tables[part]
    name, _dot, place = do.partition(".")
    if name in COLUMN_STEPS and place:
        return {**tables, part: COLUMN_STEPS[name](table, place)}
    if name in LINE_STEPS and place.isdigit():
        return {**tables, part: LINE_STEPS[name](table, int(place))}
    return dict(tables)


LINE_STEPS: Mapping[str, Callable[[Table, int], Table]] = {
    "add": editing.line_added,
    "delete": editing.line_removed,
    "duplicate": editing.line_repeated,
    "up": lambda table, place: editing.line_moved(table, place, -1),
    "down": lambda table, place: editing.line_moved(table, place, 1),
}
COLUMN_STEPS: Mapping[str, Callable[[Table, str], Table]] = {
    "uncolumn": editing.column_removed,
}


def shown_lines(post: QueryDict) -> tuple[int, int]:
    """Which lines of what was saved the page stands for: the first, and how many."""
    return _number(post, "first"), _number(post, "count")


def _line(post: QueryDict, prefix: str, columns: tuple[str, ...]) -> Line:
    found = {column: _typed(post, prefix + column) for column in columns}
    return {column: text for column, text in found.items() if text}


def _typed(post: QueryDict, name: str) -> str:
    """One text, or the chosen ones of several as a list."""
    given = [str(text) for text in post.getlist(name)]
    if f"{name}.many" in post:
        return f"[{', '.join(filter(None, given))}]"
    return given[0].replace("\r\n", "\n").strip()[:LONGEST] if given else ""


def _number(post: QueryDict, name: str) -> int:
    text = str(post.get(name, ""))
    return int(text) if text.isdigit() and len(text) < 7 else 0
