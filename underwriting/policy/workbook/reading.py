"""The tables of a policy in a workbook, and where each of their cells stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from underwriting.policy.sheets.table import Line, Place, Table, headed_part
from underwriting.policy.sheets.writing import empty_table
from underwriting.policy.workbook.cells import SheetCells, column_letters, sheets_of
from underwriting.policy.workbook.layout import LISTS, SHEET, TITLES
from underwriting.policy.workbook.refused import Fault, WorkbookRefused

LONGEST_HEADER = 200


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a part stands: its sheet, the rows of its lines, the columns' letters."""

    sheet: str
    rows: tuple[int, ...]
    letters: Mapping[str, str]
    head: "Origin | None" = None
    head_row: int = 0


@dataclass(frozen=True)
class Imported:
    """The tables that a workbook says."""

    tables: dict[str, Table] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)

    def fault(self, place: Place, message: str) -> Fault:
        """What is wrong at a place, at its cell in the workbook."""
        origin = self.origins.get(place.part)
        if origin is None:
            return Fault(message, TITLES.get(place.part, ""))
        if place.line is None and origin.head is not None:
            letters = origin.head.letters.get(place.column, "A")
            return Fault(message, origin.head.sheet, f"{letters}{origin.head_row}")
        if place.line is None or place.line >= len(origin.rows):
            return Fault(message, origin.sheet)
        return Fault(
            message,
            origin.sheet,
            f"{origin.letters.get(place.column, 'A')}{origin.rows[place.line]}",
        )


def tables_in(file: BinaryIO) -> Imported:
    """Read a workbook. WorkbookRefused names sheet and cell of what it may not hold."""
    sheets = {sheet.title: sheet for sheet in sheets_of(file)}
    found = Imported()
    for kind, title in LISTS.items():
        if title in sheets:
            _headed(found, kind, sheets.pop(title), sheets)
    for part, title in TITLES.items():
        if title not in sheets:
            raise WorkbookRefused.of("this sheet is missing", title)
        table, origin = _table(part, sheets.pop(title))
        found.tables[part], found.origins[part] = table, origin
    if sheets:
        message = f"no such sheet belongs to a policy; {LISTS['rules']} lists the rules' sheets"
        raise WorkbookRefused([Fault(message, title) for title in sheets])
    return found


def _headed(found: Imported, kind: str, listed: SheetCells, sheets: dict[str, SheetCells]) -> None:
    """The rule sets, or price tables, that the list names, in its order."""
    columns, lines, rows = _grid(listed)
    letters = {column: column_letters(number) for number, column in columns.items()}
    head_origin = Origin(listed.title, rows, letters)
    for number, (line, row) in enumerate(zip(lines, rows, strict=True)):
        title = line.get(SHEET, "").strip()
        if title not in sheets:
            where = f"{letters.get(SHEET, 'A')}{row}"
            raise WorkbookRefused.of(f"there is no sheet {title!r}", listed.title, where)
        part = headed_part(kind, number)
        table, origin = _table(part, sheets.pop(title))
        head = {column: text for column, text in line.items() if column != SHEET}
        found.tables[part] = replace(table, head=head)
        found.origins[part] = replace(origin, head=head_origin, head_row=row)


def _table(part: str, sheet: SheetCells) -> tuple[Table, Origin]:
    columns, lines, rows = _grid(sheet)
    usual = empty_table(part)
    every = (*usual.columns, *(c for c in columns.values() if c not in usual.columns))
    table = replace(usual, columns=every, lines=tuple(lines), head={})
    letters = {column: column_letters(number) for number, column in columns.items()}
    return table, Origin(sheet.title, rows, letters)


def _grid(sheet: SheetCells) -> tuple[dict[int, str], list[Line], tuple[int, ...]]:
    """The header's columns, the lines below it, and their row numbers; blank rows are left out."""
    header = {number: text.strip() for number, text in sheet.rows.get(1, {}).items()}
    for number, column in header.items():
        where = f"{column_letters(number)}1"
        if len(column) > LONGEST_HEADER:
            raise WorkbookRefused.of("no column has so long a name", sheet.title, where)
        if list(header.values()).count(column) > 1:
            raise WorkbookRefused.of(f"two columns are called {column}", sheet.title, where)
    lines: list[Line] = []
    rows: list[int] = []
    for row in sorted(sheet.rows):
        cells = {number: text for number, text in sheet.rows[row].items() if text.strip()}
        if row == 1 or not cells:
            continue
        for number in cells:
            if not header.get(number):
                where = f"{column_letters(number)}{row}"
                raise WorkbookRefused.of("a cell below no header", sheet.title, where)
        lines.append({header[number]: text for number, text in cells.items()})
        rows.append(row)
    return header, lines, tuple(rows)
