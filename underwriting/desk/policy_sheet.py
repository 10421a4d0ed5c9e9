"""One part of a draft as the page shows it: columns, lines, cells, and what is wrong with each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from underwriting.desk.policy_labels import Choice, choices_of, column_label, input_hint, part_title
from underwriting.desk.policy_remarks import PAGE, Remark
from underwriting.policy.document import Policy
from underwriting.policy.sheets.editing import name_column
from underwriting.policy.sheets.table import PRICES, RULES, WHEN, Line, Table, kind_of
from underwriting.policy.sheets.writing import HEADS
from underwriting.selectors.policy_grounds import Ground

LONG = frozenset({"comment"})
FURTHER = frozenset({"severity", "missing", "from", "to", "comment"})
"""Columns of a rule that stand below its conditions."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One input: its name in the form, its text, and what is wrong with it."""

    name: str
    id: str
    label: str
    value: str
    column: str = ""
    error: str = ""
    warning: str = ""
    choices: Sequence[Choice] = ()
    chosen: Sequence[str] | None = None
    lines: int = 0
    lang: str = ""

    @property
    def offered(self) -> Sequence[Choice]:
        """The choices, with what stands there even where it is none of them."""
        known = [value for value, _words in self.choices]
        return self.choices if self.value in known else [*self.choices, (self.value, self.value)]


@dataclass(frozen=True, slots=True)
class Header:
    """A column's head; one for an input can be taken out."""

    column: str
    label: str
    name: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line: its cells, those below them, and what is said of the line as a whole."""

    key: int
    place: int
    title: str
    cells: Sequence[Cell]
    more: Sequence[Cell]
    remarks: Sequence[Remark]
    last: bool = False
    hits: int | None = None

    @property
    def worst(self) -> str:
        wrong = [cell for cell in (*self.cells, *self.more) if cell.error]
        severities = {remark.severity for remark in self.remarks}
        if wrong or "error" in severities:
            return "wrong"
        return "doubtful" if severities else ""


@dataclass(frozen=True)
class Sheet:
    """The part with its texts; `first` and `count` say which saved lines the page stands for."""

    table: Table
    policy: Policy
    ground: Ground
    remarks: Sequence[Remark]
    first: int = 0
    count: int = 0
    shown: int = 0
    keys: Sequence[int] = field(default_factory=tuple)

    @property
    def part(self) -> str:
        return self.table.part

    @property
    def kind(self) -> str:
        return kind_of(self.part)

    @property
    def title(self) -> str:
        return part_title(self.table)

    @property
    def name_label(self) -> str:
        return column_label(self.part, name_column(self.part), self.ground.dictionary)

    @cached_property
    def head(self) -> list[Cell]:
        """What is said once for the whole rule set or price table."""
        wrong = {r.place.column: r for r in self._remarks_at(None)}
        return [
            self._cell(f"head.{column}", column, self.table.head, wrong, head=True)
            for column in HEADS.get(self.kind, ())
        ]

    @cached_property
    def headers(self) -> list[Header]:
        inputs = self.ground.inputs(self.policy)
        found = []
        for column in self._columns(below=False):
            label = column_label(self.part, column, self.ground.dictionary)
            if column.startswith(WHEN):
                name = column.removeprefix(WHEN)
                found.append(Header(column, label, name, input_hint(inputs.get(name))))
            else:
                found.append(Header(column, label))
        return found

    @cached_property
    def lines(self) -> list[SheetLine]:
        end = self.first + self.shown
        pairs = zip(self.keys, range(self.first, end), strict=True)
        return [self._line(key, place) for key, place in pairs]

    @property
    def earlier(self) -> int | None:
        """Where the page before begins."""
        return max(0, self.first - PAGE) if self.first else None

    @property
    def later(self) -> int | None:
        end = self.first + self.shown
        return end if end < len(self.table.lines) else None

    @property
    def first_counted(self) -> int:
        return self.first + 1

    @property
    def last_counted(self) -> int:
        return self.first + self.shown

    @property
    def further_inputs(self) -> list[tuple[str, str]]:
        """Inputs that no column asks yet, those with a label first."""
        if self.kind != RULES:
            return []
        scope = self.table.head.get("scope", "application")
        found = [
            (name, column_label(self.part, WHEN + name, self.ground.dictionary))
            for name, item in self.ground.inputs(self.policy).items()
            if name not in self.table.inputs and (scope == "party" or item.scope == "application")
        ]
        return sorted(found, key=lambda pair: (pair[0] == pair[1], pair[1].lower()))

    def _columns(self, *, below: bool) -> list[str]:
        further = FURTHER if self.kind == RULES else frozenset()
        return [column for column in self.table.columns if (column in further) == below]

    def _line(self, key: int, place: int) -> SheetLine:
        line = self.table.lines[place]
        remarks = self._remarks_at(place)
        wrong = {remark.place.column: remark for remark in reversed(remarks)}
        cells = {
            below: [
                self._cell(f"l{key}.{column}", column, line, wrong)
                for column in self._columns(below=below)
            ]
            for below in (False, True)
        }
        shown = {cell.column for part in cells.values() for cell in part}
        return SheetLine(
            key=key,
            place=place,
            title=line.get(name_column(self.part), "") or _("line %(n)s") % {"n": place + 1},
            cells=cells[False],
            more=cells[True],
            remarks=[remark for remark in remarks if remark.place.column not in shown],
            last=place + 1 == len(self.table.lines),
        )

    def _cell(
        self,
        name: str,
        column: str,
        line: Line,
        wrong: Mapping[str, Remark],
        *,
        head: bool = False,
    ) -> Cell:
        remark = wrong.get(column)
        lang = column.removeprefix("text/") if column.startswith("text/") else ""
        return Cell(
            name=name,
            id=name.replace(".", "-", 1),
            label=column_label(self.part, column, self.ground.dictionary),
            value=line.get(column, ""),
            column=column,
            error=remark.words if remark and remark.severity == "error" else "",
            warning=remark.words if remark and remark.severity != "error" else "",
            choices=choices_of(self.part, column, self.policy, self.ground.dictionary, head=head),
            lines=2 if lang else 0,
            lang=lang,
        )

    def _remarks_at(self, line: int | None) -> list[Remark]:
        return [r for r in self.remarks if r.place.part == self.part and r.place.line == line]


def tabs(tables: Mapping[str, Table], remarks: Iterable[Remark]) -> list[tuple[Table, str, int]]:
    """Every part with its title and how many errors it has."""
    errors = [remark.place.part for remark in remarks if remark.severity == "error"]
    return [(table, part_title(table), errors.count(part)) for part, table in tables.items()]


def offers_tables(part: str) -> bool:
    """Whether the part is one of many that can be moved, repeated and taken out."""
    return kind_of(part) in (RULES, PRICES)
