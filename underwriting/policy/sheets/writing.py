"""A policy document as tables of text."""

from collections.abc import Mapping, Sequence
from typing import Any

from underwriting.policy.cell_text import cell_text
from underwriting.policy.inputs import Input
from underwriting.policy.literal_text import Manner, manner_of
from underwriting.policy.sheets.flat import Segment, flatten, path_of, segments_of
from underwriting.policy.sheets.leaves import leaf_text, raw_text
from underwriting.policy.sheets.slots import slot_of
from underwriting.policy.sheets.table import (
    BANDS,
    HEADED,
    KEYS,
    LOOKUPS,
    PARAMETERS,
    PATH,
    PRICES,
    REASONS,
    RULES,
    SETTINGS,
    TESTS,
    VALUE,
    WHEN,
    Line,
    Table,
    headed_part,
    kind_of,
)

Inputs = Mapping[str, Input]
Steps = tuple[Segment, ...]

BEFORE: Mapping[str, tuple[str, ...]] = {RULES: ("id",), PRICES: ()}
AFTER: Mapping[str, tuple[str, ...]] = {
    RULES: ("outcome", "reason", "severity", "missing", "from", "to", "comment"),
    PRICES: ("band", "from", "to", "in", "rate_ppm", "max_amount", "max_term_months"),
}
COLUMNS: Mapping[str, tuple[str, ...]] = {
    PARAMETERS: ("name", "value", "unit", "comment"),
    REASONS: ("code",),
    BANDS: ("name", "max_pd_ppm", "rate_ppm", "max_amount", "max_term_months"),
    LOOKUPS: ("name", "list", "of", "count", "by", "days"),
    TESTS: ("name",),
    SETTINGS: (PATH, VALUE),
}
HEADS: Mapping[str, tuple[str, ...]] = {
    RULES: ("name", "scope", "hit", "missing", "from", "to"),
    PRICES: ("name", "by", "comment"),
}
NEW: Mapping[str, Line] = {
    RULES: {"scope": "application", "hit": "collect", "missing": "refer"},
    PRICES: {},
}
LISTED = frozenset({BANDS, TESTS})
"""Parts that are lists in the document; the others but the rule sets are objects."""
LEFT_OUT = frozenset({"tables", LOOKUPS})
"""Members that may be there and empty, which is not the same as absent."""
OWN_TABLES = frozenset({"rule_sets", "tables", PARAMETERS, REASONS, BANDS, LOOKUPS, TESTS})
PEOPLE_FIRST = ("name", "request", "parties", "context", "model", "expect")


def tables_of(document: Mapping[str, Any], inputs: Inputs) -> dict[str, Table]:
    """Every part of a document (as its canonical bytes say it), rule sets first."""
    tables = [
        *(
            headed_table(kind, number, each, inputs)
            for kind, (member, _lines) in HEADED.items()
            for number, each in enumerate(document.get(member) or ())
        ),
        *(_members(part, document, inputs) for part in (PARAMETERS, REASONS)),
        *(_members(part, document, inputs) for part in (BANDS, LOOKUPS, TESTS)),
        _settings(document),
    ]
    return {table.part: table for table in tables}


def headed_table(kind: str, index: int, member: Mapping[str, Any], inputs: Inputs) -> Table:
    """A rule set or a price table: a line for each row, a column for each input a row reads."""
    listed, lines_of = HEADED[kind]
    head = {name: value for name, value in member.items() if name != lines_of}
    by = str(member.get("by", ""))
    steps: Steps = (listed, 1, lines_of, 1)
    lines = [_row(steps, row, inputs, by) for row in member[lines_of]]
    read = dict.fromkeys(column for line in lines for column in line if column.startswith(WHEN))
    usual = (*BEFORE[kind], *read, *AFTER[kind])
    columns = (*usual, *_further(lines, usual))
    return Table(headed_part(kind, index), columns, tuple(lines), _line((listed, 1), head))


def empty_table(part: str) -> Table:
    """A part with nothing in it yet."""
    kind = kind_of(part)
    if kind in HEADED:
        return Table(part, (*BEFORE[kind], *AFTER[kind]), (), NEW[kind])
    return Table(part, COLUMNS[part])


def fact_manner(name: str, inputs: Inputs) -> Manner:
    """How a test case's fact is written: money, decimals and dates are text in a document."""
    item = inputs.get(name)
    as_text = item is not None and item.type not in ("integer", "boolean")
    return Manner("text") if as_text else manner_of(name, item)


def value_manner(name: str, unit: str) -> Manner:
    """How a parameter's value is written: a ratio in percent."""
    return Manner(None, "ratio") if unit == "ratio" else manner_of(name, None)


def _row(steps: Steps, row: Mapping[str, Any], inputs: Inputs, by: str) -> Line:
    when: Mapping[str, Any] = row.get("when", {})
    cells = {WHEN + name: cell_text(name, cell, inputs.get(name)) for name, cell in when.items()}
    rest = {name: value for name, value in row.items() if name != "when"}
    return {**_line(steps, rest, inputs, by), **cells}


def _members(part: str, document: Mapping[str, Any], inputs: Inputs) -> Table:
    """A list or an object of members, a line for each."""
    if part in LISTED:
        lines = [_line((part, 1), member, inputs) for member in document.get(part) or ()]
    else:
        key, given = KEYS[part], document.get(part) or {}
        lines = [
            {key: raw_text(name), **_line((part, name), member, inputs)}
            for name, member in given.items()
        ]
    columns = (*COLUMNS[part], *_further(lines, COLUMNS[part]))
    return Table(part, columns, tuple(lines))


def _settings(document: Mapping[str, Any]) -> Table:
    """A line for each value of all the rest."""
    rest = {name: value for name, value in document.items() if name not in OWN_TABLES}
    said = _line((), rest)
    empty = {
        path_of((name,)): leaf_text({}, Manner())
        for name, value in rest.items()
        if isinstance(value, Mapping) and not any(path.startswith(f"{name}/") for path in said)
    }
    nothing = {
        name: leaf_text(document[name], Manner())
        for name in LEFT_OUT
        if document.get(name) is not None and not document[name]
    }
    lines = [{PATH: path, VALUE: text} for path, text in {**said, **empty, **nothing}.items()]
    return Table(SETTINGS, COLUMNS[SETTINGS], tuple(lines))


def _line(
    steps: Steps, member: Mapping[str, Any], inputs: Inputs | None = None, by: str = ""
) -> Line:
    """Every leaf of a member as text, by its path. `by` is the input a price table goes by."""
    unit = str(member.get("unit") or "")
    found: dict[str, str] = {}
    for path, leaf in flatten(member).items():
        at = (*steps, *segments_of(path))
        slot = slot_of(at)
        if slot.unsaid(leaf):
            continue
        if slot.text:
            found[path] = raw_text(leaf)
        else:
            found[path] = leaf_text(leaf, leaf_manner(at, inputs or {}, unit=unit, by=by))
    return found


def leaf_manner(steps: Steps, inputs: Inputs, *, unit: str = "", by: str = "") -> Manner:
    """How the value at these steps is written."""
    name = str(steps[-1])
    if steps[0] == PARAMETERS and name == VALUE:
        return value_manner(str(steps[1]), unit)
    if steps[0] == "tables" and name in ("from", "to", "in") and by:
        return manner_of(by, inputs.get(by))
    if steps[0] == TESTS and len(steps) > 2 and steps[2] in ("request", "parties"):
        return fact_manner(name, inputs)
    if slot_of((*steps, 1)).text:
        return Manner("text")
    return manner_of(name, None)


def _further(lines: Sequence[Line], known: Sequence[str]) -> list[str]:
    """Columns beyond the usual ones, in the order in which people read them."""
    seen = dict.fromkeys(c for line in lines for c in line if c not in known)
    return sorted(seen, key=_reading_order)


def _reading_order(column: str) -> tuple[int, str]:
    first = column.partition("/")[0].partition("[")[0]
    place = PEOPLE_FIRST.index(first) if first in PEOPLE_FIRST else len(PEOPLE_FIRST)
    return place, column
