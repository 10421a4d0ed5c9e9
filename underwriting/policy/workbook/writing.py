"""A policy's tables as a workbook that people can read, change and send back.

Every cell is text: what begins with = + - or @ is no formula, here or after somebody edited it.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from underwriting.policy.sheets.editing import parts_of
from underwriting.policy.sheets.flat import Segment
from underwriting.policy.sheets.slots import choices_at
from underwriting.policy.sheets.table import HEADED, SETTINGS, WHEN, Line, Table
from underwriting.policy.sheets.writing import HEADS
from underwriting.policy.workbook.cells import LONGEST_TEXT, MOST_COLUMNS, column_letters
from underwriting.policy.workbook.escapes import escaped
from underwriting.policy.workbook.layout import LISTS, SHEET, TITLES, sheet_title
from underwriting.policy.workbook.refused import WorkbookRefused

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

TEXT_FORMAT = "@"
QUOTED = ("=", "+", "-", "@")
NARROWEST, WIDEST = 9, 48
HEAD_FILL = "FF12384A"


def workbook_of(tables: Mapping[str, Table]) -> bytes:
    """The workbook's bytes. WorkbookRefused names a cell that is longer than Excel's may be."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    _sheet(book, TITLES[SETTINGS], tables[SETTINGS].columns, tables[SETTINGS].lines)
    for kind in HEADED:
        _headed(book, kind, parts_of(tables, kind))
    for part, title in TITLES.items():
        if part != SETTINGS:
            _sheet(book, title, tables[part].columns, tables[part].lines)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _headed(book: "Workbook", kind: str, parts: Sequence[Table]) -> None:
    """The list of rule sets, or price tables, and then each on its own sheet."""
    titles = [sheet_title(kind, n, each.head.get("name", "")) for n, each in enumerate(parts)]
    further = dict.fromkeys(c for each in parts for c in each.head if c not in HEADS[kind])
    columns = (SHEET, *HEADS[kind], *further)
    lines = [{SHEET: title, **each.head} for title, each in zip(titles, parts, strict=True)]
    listed, rows = HEADED[kind]
    _choices(_sheet(book, LISTS[kind], columns, lines), columns, (listed, 1), len(lines))
    for title, each in zip(titles, parts, strict=True):
        sheet = _sheet(book, title, each.columns, each.lines)
        _choices(sheet, each.columns, (listed, 1, rows, 1), len(each.lines))


def _sheet(
    book: "Workbook", title: str, columns: Sequence[str], lines: Sequence[Line]
) -> "Worksheet":
    if len(columns) > MOST_COLUMNS:
        raise WorkbookRefused.of(f"more than {MOST_COLUMNS} columns", title)
    sheet: Worksheet = book.create_sheet(title)
    for number, column in enumerate(columns, start=1):
        _head_cell(sheet, number, column)
    for row, line in enumerate(lines, start=2):
        for number, column in enumerate(columns, start=1):
            if text := line.get(column, ""):
                _cell(sheet, row, number, text)
    sheet.freeze_panes = "B2"
    if columns:
        sheet.auto_filter.ref = f"A1:{column_letters(len(columns))}{len(lines) + 1}"
    for number, column in enumerate(columns, start=1):
        longest = max((len(line.get(column, "")) for line in lines), default=0)
        width = max(NARROWEST, min(WIDEST, max(longest, len(column)) + 2))
        sheet.column_dimensions[column_letters(number)].width = width
    return sheet


def _head_cell(sheet: "Worksheet", number: int, column: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    cell = _cell(sheet, 1, number, column)
    cell.font = Font(bold=True, color="FFFFFFFF")
    cell.fill = PatternFill("solid", fgColor=HEAD_FILL)
    cell.alignment = Alignment(vertical="top", wrap_text=not column.startswith(WHEN))


def _cell(sheet: "Worksheet", row: int, number: int, text: str) -> Any:
    """A cell of text; openpyxl would take = for a formula, so its type is set after its value."""
    from openpyxl.styles import Alignment

    stored = escaped(text)
    if len(stored) > LONGEST_TEXT:
        place = f"{column_letters(number)}{row}"
        raise WorkbookRefused.of("too long for a cell of Excel", sheet.title, place)
    cell = sheet.cell(row=row, column=number)
    cell.value = stored
    cell.data_type = "s"
    cell.number_format = TEXT_FORMAT
    cell.alignment = Alignment(vertical="top", wrap_text=len(text) > WIDEST)
    if text.startswith(QUOTED):
        cell.quotePrefix = True
    return cell


def _choices(
    sheet: "Worksheet", columns: Sequence[str], steps: tuple[Segment, ...], lines: int
) -> None:
    """Where the document knows a few words only, Excel offers them."""
    from openpyxl.worksheet.datavalidation import DataValidation

    for number, column in enumerate(columns, start=1):
        words = choices_at((*steps, *column.split("/")))
        if words and not column.startswith(WHEN):
            offered = DataValidation("list", formula1=f'"{",".join(words)}"', allow_blank=True)
            letters = column_letters(number)
            offered.add(f"{letters}2:{letters}{lines + 200}")
            sheet.add_data_validation(offered)
