"""The cells of a workbook as text, each with its sheet and its place; formulas are refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from underwriting.policy.workbook.escapes import unescaped
from underwriting.policy.workbook.markup import parse
from underwriting.policy.workbook.numbers import NumberRefused, number_text, shows
from underwriting.policy.workbook.package import Package
from underwriting.policy.workbook.refused import WorkbookRefused

MOST_SHEETS = 200
MOST_ROWS = 2_001
MOST_COLUMNS = 500
MOST_CELLS = 200_000
MOST_STRINGS = 200_000
LONGEST_TEXT = 32_767
MOST_TEXT = 8 << 20

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})\Z")
WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STRINGS, STYLES, TYPES = "xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml"


@dataclass
class SheetCells:
    """A sheet's name, and its rows: number, then column number to text."""

    title: str
    rows: dict[int, dict[int, str]] = field(default_factory=dict)


def column_letters(column: int) -> str:
    """Column 28 is AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def sheets_of(file: BinaryIO) -> list[SheetCells]:
    """Every sheet of a workbook in its order. Raises WorkbookRefused."""
    package = Package(file)
    if WORKBOOK not in package or RELATIONS not in package:
        raise WorkbookRefused.of("it is no .xlsx workbook")
    _refuse_macros(package)
    book, relations = _Book(), _Relations()
    parse(package, WORKBOOK, book)
    parse(package, RELATIONS, relations)
    strings, styles = _Strings(), _Styles()
    if STRINGS in package:
        parse(package, STRINGS, strings)
    if STYLES in package:
        parse(package, STYLES, styles)
    if not 0 < len(book.sheets) <= MOST_SHEETS:
        raise WorkbookRefused.of(f"it has no sheets, or more than {MOST_SHEETS}")
    budget = _Budget()
    return [
        _sheet(package, title, relations.targets.get(relation, ""), strings, styles, book, budget)
        for title, relation in book.sheets
    ]


def _sheet(
    package: Package,
    title: str,
    member: str,
    strings: "_Strings",
    styles: "_Styles",
    book: "_Book",
    budget: "_Budget",
) -> SheetCells:
    if "worksheets/" not in member or member not in package:
        raise WorkbookRefused.of("this sheet holds no cells; only plain sheets are read", title)
    reader = _Cells(title, strings.found, styles.shown, budget, macintosh=book.macintosh)
    parse(package, member, reader)
    return reader.sheet


def _refuse_macros(package: Package) -> None:
    types = _Types()
    parse(package, TYPES, types)
    if any("macroenabled" in each.lower() for each in types.found):
        raise WorkbookRefused.of("it contains macros; save it as .xlsx")


@dataclass
class _Budget:
    """What all sheets together may still hold."""

    cells: int = MOST_CELLS
    text: int = MOST_TEXT


class _Quiet:
    """A handler that does nothing with what its children leave out."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


class _Types(_Quiet):
    def __init__(self) -> None:
        self.found: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.found.append(attributes.get("ContentType", ""))


class _Book(_Quiet):
    """The sheets' titles with the names of their relations."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.macintosh = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            self.sheets.append((unescaped(attributes.get("name", "")), attributes.get("id", "")))
        if name == "workbookPr":
            self.macintosh = attributes.get("date1904") in ("1", "true")


class _Relations(_Quiet):
    """Where each relation leads inside the package; outside is refused."""

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name != "Relationship":
            return
        if attributes.get("TargetMode") == "External":
            raise WorkbookRefused.of("it links to something outside; break the links first")
        target = attributes.get("Target", "")
        inside = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        self.targets[attributes.get("Id", "")] = inside


class _Strings(_Quiet):
    """The shared strings, without formatting and phonetic hints."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._parts: list[str] | None = None
        self._inside = ""
        self._size = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._parts = []
        elif name in ("t", "rPh"):
            self._inside = name if self._inside != "rPh" else self._inside

    def text(self, data: str) -> None:
        if self._inside == "t" and self._parts is not None:
            self._parts.append(data)

    def end(self, name: str) -> None:
        if name == "rPh" or (name == "t" and self._inside == "t"):
            self._inside = ""
        if name == "si" and self._parts is not None:
            self._keep("".join(self._parts))
            self._parts = None

    def _keep(self, text: str) -> None:
        self._size += len(text)
        if len(self.found) >= MOST_STRINGS or self._size > MOST_TEXT:
            raise WorkbookRefused.of("it holds more text than any policy does")
        self.found.append(unescaped(text))


class _Styles(_Quiet):
    """What each cell style shows its numbers as."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self._codes: dict[int, str] = {}
        self._inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self._codes[_whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        if name == "cellXfs":
            self._inside = True
        if name == "xf" and self._inside:
            number_format = _whole(attributes.get("numFmtId"))
            self.shown.append(shows(number_format, self._codes.get(number_format, "")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False


class _Cells(_Quiet):
    """One sheet's cells."""

    def __init__(
        self,
        title: str,
        strings: list[str],
        shown: list[str],
        budget: _Budget,
        *,
        macintosh: bool,
    ) -> None:
        self.sheet = SheetCells(title)
        self._strings, self._shown, self._budget = strings, shown, budget
        self._macintosh = macintosh
        self._row = self._column = 0
        self._cell: Mapping[str, str] = {}
        self._parts: list[str] = []
        self._inside = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self._next_row(attributes.get("r"))
        elif name == "c":
            self._next_cell(attributes)
        elif name == "f":
            raise self._refused("a formula; write the value instead")
        elif name in ("v", "t", "rPh"):
            self._inside = name if self._inside != "rPh" else self._inside

    def text(self, data: str) -> None:
        if self._inside in ("v", "t"):
            self._parts.append(data)

    def end(self, name: str) -> None:
        if name in ("v", "rPh") or (name == "t" and self._inside == "t"):
            self._inside = ""
        if name == "c":
            self._keep()

    def _next_row(self, number: str | None) -> None:
        self._row = _whole(number) if number else self._row + 1
        self._column = 0
        if not 0 < self._row <= MOST_ROWS:
            message = f"more than {MOST_ROWS - 1} lines under the header"
            raise WorkbookRefused.of(message, self.sheet.title)

    def _next_cell(self, attributes: Mapping[str, str]) -> None:
        self._cell, self._parts = attributes, []
        match = _REFERENCE.match(attributes["r"]) if "r" in attributes else None
        if match is not None:
            self._column = column_number(match.group(1))
            if int(match.group(2)) != self._row:
                raise WorkbookRefused.of("a cell stands in another row", self.sheet.title)
        elif "r" in attributes:
            raise WorkbookRefused.of("a cell has no proper place", self.sheet.title)
        else:
            self._column += 1
        if self._column > MOST_COLUMNS:
            raise self._refused(f"more than {MOST_COLUMNS} columns")

    def _keep(self) -> None:
        text = self._value("".join(self._parts)) if self._parts else ""
        if not text:
            return
        self._budget.cells -= 1
        self._budget.text -= len(text)
        if self._budget.cells < 0 or self._budget.text < 0:
            raise WorkbookRefused.of("it holds more than any policy does", self.sheet.title)
        if len(text) > LONGEST_TEXT:
            raise self._refused(f"more than {LONGEST_TEXT} characters")
        row = self.sheet.rows.setdefault(self._row, {})
        if self._column in row:
            raise self._refused("this cell is there twice")
        row[self._column] = text

    def _value(self, stored: str) -> str:
        kind = self._cell.get("t", "n")
        if kind in ("inlineStr", "str"):
            return unescaped(stored)
        if kind == "s":
            place = _whole(stored)
            if not 0 <= place < len(self._strings):
                raise self._refused("its text is missing from the file")
            return self._strings[place]
        if kind == "b":
            return "yes" if stored.strip() in ("1", "true") else "no"
        if kind == "d":
            return stored[:10]
        if kind == "e":
            raise self._refused(f"an error ({stored[:20]})")
        return self._number(stored.strip())

    def _number(self, stored: str) -> str:
        style = _whole(self._cell.get("s", "0"))
        shown = self._shown[style] if 0 <= style < len(self._shown) else "number"
        try:
            return number_text(stored, shown, macintosh=self._macintosh)
        except NumberRefused as refused:
            raise self._refused(str(refused)) from refused

    def _refused(self, message: str) -> WorkbookRefused:
        cell = f"{column_letters(self._column)}{self._row}"
        return WorkbookRefused.of(message, self.sheet.title, cell)


def _whole(text: str | None) -> int:
    """A whole number, -1 where it is none."""
    text = (text or "").strip()
    return int(text) if text.isdigit() and len(text) < 10 else -1
