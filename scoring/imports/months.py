"""A file of performance, one row per loan and month, checked field by field.

Its columns are `loan_ref`, `months_on_book`, `as_of`, `days_past_due`, `balance`, and if they are
there `charged_off` and `recovered`; a mapping from these words to the file's own may be given.
Money is written in whole currency, with decimals.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ml.readers import BOOLEANS, NULLS
from scoring.imports.files import Chunk
from scoring.imports.rows import BadRow
from tenancy.errors import FieldError, Invalid
from tenancy.ids import parse_public_id

NEEDED = ("loan_ref", "months_on_book", "as_of", "days_past_due", "balance")
OPTIONAL = ("charged_off", "recovered")
MOST_MONTHS = 600
MOST_DAYS = 20_000
WHOLE = re.compile(r"[0-9]{1,9}(\.0+)?")
MONEY = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month of one loan, money in minor units; `number` is its row in the file."""

    number: int
    loan_ref: str
    months_on_book: int
    as_of: date
    days_past_due: int
    balance: int
    charged_off: bool
    recovered: int


class Refused(Exception):
    """One value that does not hold: a stable code and words for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class MonthReader:
    """Reads months of one product; `columns` says how the file calls each field."""

    minor_units: int
    today: date
    columns: Mapping[str, str]

    def read(self, chunk: Chunk) -> tuple[list[MonthRow], list[BadRow]]:
        """The rows that hold, and what is wrong with the others, field by field."""
        bad = [
            BadRow(number, "", "columns_differ", "the row has more or fewer values than the header")
            for number in chunk.broken
        ]
        absent: list[str | None] = [None] * len(chunk.numbers)
        fields = (*NEEDED, *OPTIONAL)
        told = [chunk.columns.get(self.columns.get(name, name), absent) for name in fields]
        good = []
        for number, values in zip(chunk.numbers, zip(*told, strict=True), strict=True):
            row = self.row(number, dict(zip(fields, values, strict=True)), bad)
            if row is not None:
                good.append(row)
        return good, bad

    def row(
        self, number: int, told: Mapping[str, str | None], bad: list[BadRow]
    ) -> MonthRow | None:
        """One row from its texts; what is wrong is added to `bad`, and then there is none."""
        values: dict[str, Any] = {}
        before = len(bad)
        for name, reader in self._readers().items():
            text = told.get(name)
            text = None if text is None or text.strip() in NULLS else text.strip()
            try:
                values[name] = _missing(name) if text is None else reader(text)
            except Refused as refused:
                bad.append(BadRow(number, name, refused.code, refused.message))
        return MonthRow(number=number, **values) if len(bad) == before else None

    def _readers(self) -> dict[str, Callable[[str], Any]]:
        return {
            "loan_ref": _reference,
            "months_on_book": lambda text: _whole(text, MOST_MONTHS),
            "as_of": self._day,
            "days_past_due": lambda text: _whole(text, MOST_DAYS),
            "balance": self._money,
            "charged_off": _truth,
            "recovered": self._money,
        }

    def _money(self, text: str) -> int:
        if not MONEY.fullmatch(text):
            raise Refused("not_money", f"{text!r} is no amount of zero or more")
        scaled = Decimal(text).scaleb(self.minor_units)
        if scaled != scaled.to_integral_value():
            message = f"{text!r} has more than {self.minor_units} decimals"
            raise Refused("too_many_decimals", message)
        return int(scaled)

    def _day(self, text: str) -> date:
        try:
            day = date.fromisoformat(text[:10])
        except ValueError:
            raise Refused("not_a_date", f"{text!r} is no date") from None
        if day > self.today:
            raise Refused("in_the_future", f"{text!r} lies in the future")
        return day


def months_check(columns: Mapping[str, str], present: Sequence[str]) -> None:
    """Before the first row: every field must have its column."""
    unknown = sorted(set(columns) - {*NEEDED, *OPTIONAL})
    lacking = [columns.get(name, name) for name in NEEDED]
    named = [columns[name] for name in OPTIONAL if name in columns]
    problems = [FieldError(f"/columns/{n}", "field_unknown", f"no field {n!r}") for n in unknown]
    problems += [
        FieldError(f"/columns/{name}", "column_missing", f"no column {name!r} in the file")
        for name in [*lacking, *named]
        if name not in present
    ]
    if problems:
        raise Invalid(problems)


def _missing(name: str) -> Any:
    if name in NEEDED:
        raise Refused("required", "the value is missing")
    return False if name == "charged_off" else 0


def _reference(text: str) -> str:
    """A loan's name; a loan made here is known by its application's id, however it is written."""
    if not text.isprintable():
        raise Refused("not_text", "the reference has unprintable characters")
    application = parse_public_id("app", text)
    return str(application) if application else text


def _whole(text: str, most: int) -> int:
    if not WHOLE.fullmatch(text):
        raise Refused("not_a_whole_number", f"{text!r} is no whole number of zero or more")
    number = int(text.partition(".")[0])
    if number > most:
        raise Refused("maximum", f"{text!r} is more than {most}")
    return number


def _truth(text: str) -> bool:
    if text.lower() not in BOOLEANS:
        raise Refused("not_a_boolean", f"{text!r} is neither true nor false")
    return BOOLEANS[text.lower()]
