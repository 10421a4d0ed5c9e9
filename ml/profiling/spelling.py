"""How one column writes its values, and what they are in the dictionary's own spelling.

A `Spelling` is found by profiling and kept in the import's mapping, so that what was understood of
a file when it was profiled is read in the same way when it is imported.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property
from typing import Literal

from ml.profiling.headers import plain

Kind = Literal["text", "number", "date", "code"]
Order = Literal["ymd", "dmy", "mdy"]
SPACES = "\u00a0\u202f '’"
SIGNS = (
    "R$",
    "US$",
    "$",
    "€",
    "£",
    "¥",
    "%",
    "EUR",
    "USD",
    "BRL",
    "COP",
    "MXN",
    "GBP",
    "DM",
    "CHF",
)
EARLIEST, LATEST = 1900, 2100
PIVOT_YEAR = 70
"""Two digits from here on are of the last century."""
MAX_EXPONENT = 30
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan ene januar january enero janeiro", "feb fev februar february febrero fevereiro",
            "mar mrz marz march marzo marco", "apr abr april abril", "may mai mayo maio",
            "jun june junio junho juni", "jul july julio julho juli",
            "aug ago august agosto", "sep set sept september septiembre setembro",
            "oct okt out october oktober octubre outubro", "nov november noviembre novembro",
            "dec dez dic december dezember diciembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_DATE = re.compile(
    r"(?P<a>[0-9]{1,4}|[^\W\d_]{3,10})[-/. ]+(?:de )?(?P<b>[0-9]{1,4}|[^\W\d_]{3,10})"
    r"(?:[-/., ]+(?:de )?(?P<c>[0-9]{2,4}))?(?P<time>[T ].*)?"
)
_COMPACT = re.compile(r"(?P<a>[12][0-9]{3})(?P<b>[01][0-9])(?P<c>[0-3][0-9])")


@dataclass(frozen=True)
class Spelling:
    """`decimals`: numbers are rounded to so many, half to even, because the file has float noise.

    `code`: a number that is a name, written `3.0` where `3` is meant.
    """

    kind: Kind = "text"
    decimal: Literal[".", ","] = "."
    thousands: str = ""
    signs: bool = False
    decimals: int | None = None
    order: Order = "ymd"

    @cached_property
    def normal(self) -> Callable[[str], str]:
        """A cell's text as the dictionary reads it; what does not fit stays as it is."""
        readers: dict[Kind, Callable[[str], str]] = {
            "text": str.strip, "number": self._number, "date": self._date, "code": _code,
        }  # fmt: skip
        return readers[self.kind]

    def number(self, text: str) -> float | None:
        """The number a text says, None where it says none."""
        found = self._digits(text)
        return None if found is None else float(found)

    def _digits(self, text: str) -> str | None:
        found = text.strip()
        if self.signs:
            found = unsigned(found)
        if self.thousands:
            found = _ungrouped(found, self.thousands)
        if self.decimal == ",":
            found = found.replace(",", ".", 1) if "." not in found else ""
        return found if _PLAIN.fullmatch(found) else None

    def _number(self, text: str) -> str:
        found = self._digits(text)
        if found is None:
            return text.strip()
        if self.decimals is None and found.isdigit():
            return found
        value = Decimal(found)
        if abs(value.adjusted()) > MAX_EXPONENT and value:
            return text.strip()
        if self.decimals is not None:
            value = value.quantize(Decimal(1).scaleb(-self.decimals), rounding=ROUND_HALF_EVEN)
        return _spelled(value)

    def _date(self, text: str) -> str:
        found = date_in(text.strip(), self.order)
        return text.strip() if found is None else found.isoformat()


PLAIN = Spelling()


def _spelled(value: Decimal) -> str:
    text = f"{value:f}"
    whole, _, part = text.partition(".")
    part = part.rstrip("0")
    shown = f"{whole}.{part}" if part else whole
    return "0" if shown in ("-0", "") else shown


def _code(text: str) -> str:
    found = text.strip()
    whole, mark, part = found.partition(".")
    return whole if mark and not part.strip("0") and whole.lstrip("-").isdigit() else found


def unsigned(text: str) -> str:
    """A number without a currency's or a percent sign at either end."""
    for sign in SIGNS:
        text = text.removeprefix(sign).removesuffix(sign)
    return text.strip()


def _ungrouped(text: str, mark: str) -> str:
    if mark == " ":
        for each in SPACES:
            text = text.replace(each, "")
        return text
    return text.replace(mark, "")


def date_in(text: str, order: Order) -> date | None:
    """The day a text names, in that order of its parts; a time of day is left out.

    A month alone (`2015-12`, `Dec-2015`) is its first day.
    """
    match = _COMPACT.fullmatch(text) or _DATE.fullmatch(text)
    if match is None:
        return None
    parts = [match["a"], match["b"], match["c"]]
    try:
        return _day_of(parts, order)
    except ValueError:
        return None


def _day_of(parts: list[str | None], order: Order) -> date | None:
    first, second, third = parts
    if first is None or second is None:
        return None
    if third is None:
        return _first_of(first, second)
    if not first.isdigit():  # Dec 31 2015
        return date(_year(third), _month(first), int(second))
    if len(first) == 4:
        return date(int(first), _month(second), int(third))
    if order == "mdy" and second.isdigit():
        return date(_year(third), int(first), int(second))
    return date(_year(third), _month(second), int(first))


def _first_of(first: str, second: str) -> date | None:
    year, month = (first, second) if len(first) == 4 and first.isdigit() else (second, first)
    if not year.isdigit() or (month.isdigit() and not EARLIEST <= int(year) <= LATEST):
        return None
    return date(_year(year), _month(month), 1)


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 2:
        return year + (1900 if year >= PIVOT_YEAR else 2000)
    if len(text) != 4:
        raise ValueError(text)
    return year


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    found = _MONTHS.get(plain(text)) or _MONTHS.get(plain(text)[:3])
    if found is None:
        raise ValueError(text)
    return found
