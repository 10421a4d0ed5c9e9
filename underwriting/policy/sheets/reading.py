"""Tables of text as a policy document, with everything that is wrong at its very cell."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from underwriting.policy.cell_text import cell_of
from underwriting.policy.literal_text import TextRefused
from underwriting.policy.sheets.flat import segments_of, unflatten
from underwriting.policy.sheets.leaves import leaf_value, raw_value
from underwriting.policy.sheets.slots import slot_of
from underwriting.policy.sheets.table import (
    BANDS,
    HEADED,
    KEYS,
    LOOKUPS,
    PARAMETERS,
    PATH,
    REASONS,
    SETTINGS,
    TESTS,
    VALUE,
    WHEN,
    Line,
    Place,
    Problem,
    Table,
    blank,
    kind_of,
)
from underwriting.policy.sheets.writing import LISTED, Inputs, Steps, leaf_manner

SCHEMA = "assay.policy/1"


@dataclass
class Read:
    """A document as far as it could be read.

    `kept` says for each part which line of the table each member of the document came from.
    """

    document: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    kept: dict[str, dict[Any, int]] = field(default_factory=dict)


def document_of(tables: Mapping[str, Table], inputs: Inputs) -> Read:
    """The document of these tables; blank lines are left out."""
    read = Read()
    settings = _settings(tables.get(SETTINGS, Table(SETTINGS, ())), read)
    read.document = {"schema": SCHEMA, **settings}
    for kind, (member, _lines) in HEADED.items():
        given = [table for part, table in tables.items() if kind_of(part) == kind]
        if given:
            read.document[member] = [_headed(kind, table, inputs, read) for table in given]
            _once(((Place(t.part, None, "name"), t.head.get("name", "")) for t in given), read)
    for part in (PARAMETERS, REASONS, BANDS, LOOKUPS, TESTS):
        if part in tables and (members := _part(tables[part], inputs, read)):
            read.document[part] = members
    return read


def _headed(kind: str, table: Table, inputs: Inputs, read: Read) -> dict[str, Any]:
    """A rule set or a price table."""
    listed, lines_of = HEADED[kind]
    found = _member((listed, 1), table.head, Place(table.part), {}, read)
    kept = _kept(table, read)
    steps: Steps = (listed, 1, lines_of, 1)
    found[lines_of] = [_row(steps, table, number, inputs, read) for number in kept.values()]
    _once(((Place(table.part, n, "id"), table.lines[n].get("id", "")) for n in kept.values()), read)
    return found


def _row(steps: Steps, table: Table, number: int, inputs: Inputs, read: Read) -> dict[str, Any]:
    line, place = table.lines[number], Place(table.part, number)
    rest = {column: text for column, text in line.items() if not column.startswith(WHEN)}
    row = _member(steps, rest, place, inputs, read, by=table.head.get("by", "").strip())
    if steps[0] == "rule_sets":
        row["when"] = _when(line, place, inputs, read)
    return row


def _when(line: Line, place: Place, inputs: Inputs, read: Read) -> dict[str, Any]:
    """The row's cells; one that cannot be read leaves a harmless condition in its place."""
    found: dict[str, Any] = {}
    for column, text in line.items():
        if column.startswith(WHEN) and text.strip():
            name = column.removeprefix(WHEN)
            try:
                found[name] = cell_of(name, text, inputs.get(name))
            except TextRefused as refused:
                read.problems.append(Problem(place._replace(column=column), str(refused)))
                found[name] = {"known": True}
    return found


def _part(table: Table, inputs: Inputs, read: Read) -> Any:
    """The members of a list or an object."""
    kept = _kept(table, read)
    key = KEYS.get(table.part, "name")
    names = [(n, raw_text_or_blank(table.lines[n].get(key, ""))) for n in kept.values()]
    _once(((Place(table.part, n, key), name) for n, name in names), read)
    if table.part in LISTED:
        steps: Steps = (table.part, 1)
        return [
            _member(steps, table.lines[n], Place(table.part, n), inputs, read) for n, _ in names
        ]
    read.kept[table.part] = {name: n for n, name in names}
    members = {}
    for number, name in names:
        line = {c: text for c, text in table.lines[number].items() if c != key}
        place = Place(table.part, number)
        if not name:
            read.problems.append(Problem(place._replace(column=key), "this line needs a name"))
        members[name] = _member((table.part, name), line, place, inputs, read)
    return members


def raw_text_or_blank(text: str) -> str:
    """A name as it was meant, whatever marks stand around it."""
    try:
        found = raw_value(text)
    except TextRefused:
        return text
    return found if isinstance(found, str) else text


def _settings(table: Table, read: Read) -> dict[str, Any]:
    """All the rest, from lines of a path and a value."""
    kept = _kept(table, read)
    said: dict[str, str] = {}
    for number in kept.values():
        line = table.lines[number]
        path = line.get(PATH, "").strip()
        if path in said or not path:
            message = "said twice" if path else "which setting this is must be said"
            read.problems.append(Problem(Place(table.part, number, PATH), message))
            continue
        said[path] = line.get(VALUE, "")
    read.kept[SETTINGS] = {table.lines[n].get(PATH, "").strip(): n for n in kept.values()}
    return _member((), said, Place(SETTINGS), {}, read, read.kept[SETTINGS])


def _member(
    steps: Steps,
    line: Line,
    place: Place,
    inputs: Inputs,
    read: Read,
    lines: Mapping[str, int] | None = None,
    by: str = "",
) -> dict[str, Any]:
    """The nested value of a line; `lines` says where each path stands when it is one of its own."""
    leaves: dict[str, Any] = {}
    for column, text in line.items():
        if not text.strip():
            continue
        at = place if lines is None else Place(place.part, lines[column], VALUE)
        try:
            at_leaf: Steps = (*steps, *segments_of(column))
            leaves[column] = _leaf(at_leaf, text, inputs, unit=line.get("unit", ""), by=by)
        except TextRefused as refused:
            where = at if lines is not None else place._replace(column=column)
            read.problems.append(Problem(where, str(refused)))
    try:
        return unflatten(leaves)
    except TextRefused as refused:
        read.problems.append(Problem(place, str(refused)))
        return {}


def _leaf(steps: Steps, text: str, inputs: Inputs, *, unit: str, by: str) -> Any:
    if slot_of(steps).text:
        return raw_value(text)
    return leaf_value(text, leaf_manner(steps, inputs, unit=unit, by=by))


def _kept(table: Table, read: Read) -> dict[int, int]:
    kept = [n for n, line in enumerate(table.lines) if not blank(line)]
    read.kept[table.part] = dict(enumerate(kept))
    return read.kept[table.part]


def _once(names: Iterable[tuple[Place, str]], read: Read) -> None:
    read.problems += _twice(names)


def _twice(names: Iterable[tuple[Place, str]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, text in names:
        name = text.strip()
        if name and name in seen:
            yield Problem(place, f"{name} is named twice")
        seen.add(name)
