"""What is wrong or doubtful with a draft, each at its cell: refused texts and static checks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ml.dictionary import Dictionary
from underwriting.desk.policy_labels import column_label, part_title
from underwriting.policy.findings import Finding
from underwriting.policy.sheets.editing import name_column
from underwriting.policy.sheets.table import Place, Table
from underwriting.policy.sheets.whole import Whole

PAGE = 50
"""Lines on one page: each has a dozen inputs, and a phone has to hold them."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to look at: how grave it is, where, and in words."""

    severity: str
    place: Place
    words: str
    where: str = ""

    @property
    def sign(self) -> str:
        return "!!" if self.severity == "error" else "!"

    @property
    def spoken(self) -> str:
        return _("Error") if self.severity == "error" else _("Look")


def remarks_of(
    whole: Whole, findings: Iterable[Finding], tables: Mapping[str, Table], dictionary: Dictionary
) -> list[Remark]:
    """Refused cells first, then what the checks of a readable policy find."""

    def remark(severity: str, place: Place, words: str) -> Remark:
        return Remark(severity, place, words, where_words(place, tables, dictionary))

    return [
        *(remark("error", problem.place, problem.message) for problem in whole.problems),
        *(remark(f.severity, whole.place(f, tables), f.message) for f in findings),
    ]


@dataclass(frozen=True, slots=True)
class Pointed:
    """A remark with the address of its cell; `cell` is its id where the page shows it."""

    remark: Remark
    url: str
    cell: str = ""


def pointed(remark: Remark, part: str, keys: Mapping[int, int], url: str) -> Pointed:
    """Where the remark leads from the page of `part`, whose lines have these keys."""
    place = remark.place
    if place.part == part and (place.line is None or place.line in keys):
        cell = cell_id(place, keys.get(place.line) if place.line is not None else None)
        return Pointed(remark, f"#{cell}", cell)
    first = "" if place.line is None else f"?from={place.line - place.line % PAGE}"
    return Pointed(remark, f"{url}{first}#{cell_id(place, place.line)}")


def cell_id(place: Place, key: int | None) -> str:
    """The id of a cell, or of its line where no single cell is meant."""
    if key is None:
        return f"head-{place.column}" if place.column else "sheet"
    return f"l{key}-{place.column}" if place.column else f"row-{key}"


def where_words(place: Place, tables: Mapping[str, Table], dictionary: Dictionary) -> str:
    """A place as people find it: affordability, commitments, Debt to income."""
    table = tables.get(place.part)
    if table is None:
        return ""
    named = [part_title(table)]
    if place.line is not None and place.line < len(table.lines):
        name = table.lines[place.line].get(name_column(place.part), "")
        named.append(name or _("line %(n)s") % {"n": place.line + 1})
    if place.column and place.column != name_column(place.part):
        named.append(column_label(place.part, place.column, dictionary))
    return ", ".join(named)
