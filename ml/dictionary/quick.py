"""The usual spellings of a field's values, read without asking what kind of field it is.

Made once for each field. What is not spelt in the usual way, is out of range or is wrong goes to
`FieldReader.typed`, which alone says what is meant and what the matter is: a value comes out the
same, only sooner.
"""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from ml.values import EPOCH, LIMIT, Value

if TYPE_CHECKING:
    from ml.dictionary.reading import FieldReader

Take = Callable[[Any, int | None], Value]
"""From a present value and the decision's day to the typed value; raises `Wrong`."""

MOST_DIGITS = 18
"""A number of so many digits is within LIMIT."""
FIRST_DAY = EPOCH.toordinal()


def taker(reader: "FieldReader") -> Take:
    """What `reader.typed` does, quick for what is usual."""
    made = _TAKERS.get(reader.field.type)
    return _any(reader) if made is None else made(reader)


def scaled_digits(text: str, scale: int) -> int | None:
    """The scaled integer of digits, a point and exactly `scale` digits; None for all else."""
    if text[-scale - 1 : -scale] == ".":
        digits = text[: -scale - 1] + text[-scale:]
        if scale < len(digits) <= MOST_DIGITS and digits.isdigit() and digits.isascii():
            return int(digits)
    return None


def days_in(text: str) -> int | None:
    """Days since 1970-01-01 of a date as ISO 8601 writes it in ten characters, else None."""
    if len(text) == 10 and text[4] == text[7] == "-":
        try:
            return date.fromisoformat(text).toordinal() - FIRST_DAY
        except ValueError:
            return None
    return None


def _any(reader: "FieldReader") -> Take:
    typed = reader.typed
    return lambda value, as_of: typed(value, as_of=as_of)


def _bounds(reader: "FieldReader") -> tuple[int, int]:
    low, high = reader.low, reader.high
    return -LIMIT if low is None else low, LIMIT if high is None else high


def _scaled(reader: "FieldReader") -> Take:
    scale, typed = reader.field.digits, reader.typed
    low, high = _bounds(reader)
    if not scale:
        return _any(reader)

    def take(value: Any, as_of: int | None) -> Value:
        if type(value) is str:
            found = scaled_digits(value, scale)
            if found is not None and low <= found <= high:
                return found
        return typed(value, as_of=as_of)

    return take


def _integer(reader: "FieldReader") -> Take:
    typed = reader.typed
    low, high = _bounds(reader)

    def take(value: Any, as_of: int | None) -> Value:
        if type(value) is int and low <= value <= high:
            return value
        return typed(value, as_of=as_of)

    return take


def _boolean(reader: "FieldReader") -> Take:
    typed = reader.typed

    def take(value: Any, as_of: int | None) -> Value:
        if type(value) is bool:
            return value
        return typed(value, as_of=as_of)

    return take


def _category(reader: "FieldReader") -> Take:
    typed, known = reader.typed, frozenset([*reader.values, *reader.field.special])

    def take(value: Any, as_of: int | None) -> Value:
        if type(value) is str and value in known:
            return value
        return typed(value, as_of=as_of)

    return take


def _date(reader: "FieldReader") -> Take:
    typed = reader.typed
    low, high = _bounds(reader)
    until_today = reader.until_today

    def take(value: Any, as_of: int | None) -> Value:
        found = days_in(value) if type(value) is str else None
        latest = as_of if until_today and as_of is not None else high
        if found is not None and low <= found <= latest:
            return found
        return typed(value, as_of=as_of)

    return take


_TAKERS = {
    "integer": _integer,
    "decimal": _scaled,
    "money": _scaled,
    "boolean": _boolean,
    "category": _category,
    "date": _date,
}
