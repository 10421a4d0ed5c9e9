"""Numbers in cells as the text a person sees: a date, a percentage, a plain number."""

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

WINDOWS_DAY_0 = date(1899, 12, 30)
MACINTOSH_DAY_0 = date(1904, 1, 1)
LAST_DAY = 2_958_465
DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
"""Excel's own number formats that show a date or a time (ECMA-376 part 1, 18.8.30)."""
PERCENTS = frozenset({9, 10})
MOST_EXPONENT = 40

_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


class NumberRefused(ValueError):
    """A number that has no text here; the message says why."""


def shows(number_format: int, code: str) -> str:
    """What a number format shows: "date", "percent" or "number"."""
    bare = _QUOTED.sub("", code)
    if number_format in DATES or re.search(r"[dDmMyYhHsS]", bare):
        return "date"
    if number_format in PERCENTS or "%" in bare:
        return "percent"
    return "number"


def number_text(stored: str, shown: str, *, macintosh: bool = False) -> str:
    """The text of a stored number. Raises NumberRefused."""
    number = _number(stored)
    if shown == "date":
        return _day(number, MACINTOSH_DAY_0 if macintosh else WINDOWS_DAY_0)
    if shown == "percent":
        return f"{_plain(number * 100)} %"
    return _plain(number)


def _number(stored: str) -> Decimal:
    try:
        number = (
            Decimal(repr(float(stored)))
            if "." in stored or "e" in stored.lower()
            else Decimal(stored)
        )
    except (ValueError, InvalidOperation, OverflowError) as error:
        raise NumberRefused(f"{stored[:40]} is no number") from error
    if not number.is_finite() or abs(number.adjusted()) > MOST_EXPONENT:
        raise NumberRefused(f"{stored[:40]} is too large or too small a number")
    return number


def _day(number: Decimal, day_0: date) -> str:
    if number != int(number):
        raise NumberRefused("a date without a time is needed")
    if not 0 < number <= LAST_DAY:
        raise NumberRefused(f"{number} is no day")
    return (day_0 + timedelta(days=int(number))).isoformat()


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
