"""Values in a policy, from how people write them to what evaluators compare."""

import re
from collections.abc import Callable
from datetime import date

from ml.dictionary.quick import days_in, scaled_digits
from ml.values import LIMIT, days_of
from underwriting.policy.inputs import Input

Typed = int | bool | str
SHOWN = 80

_DECIMAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,20})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class LiteralRefused(ValueError):
    """A value that cannot stand beside this input; the message says what could."""


def typed_literal(item: Input, value: object) -> Typed:
    """The typed value: scaled integer, days, boolean or text; LiteralRefused where it is none."""
    if item.kind == "number":
        return _within_limit(item, _number(item, value))
    if item.kind == "date":
        return _days(item, value)
    if item.kind == "boolean":
        if isinstance(value, bool):
            return value
        raise LiteralRefused(f"{item.name} is true or false, not {_shown(value)}")
    if not isinstance(value, str):
        raise LiteralRefused(f"{item.name} is a {item.type}, not {_shown(value)}")
    if item.categories is not None and value not in item.categories:
        raise LiteralRefused(f"{_shown(value)} is no value of {item.name}")
    return value


def literal_taker(item: Input) -> Callable[[object], Typed]:
    """What `typed_literal` does for this input, quick for what is usually written."""
    if item.kind == "number" and item.scale:
        return _scaled_taker(item, item.scale)
    if item.kind == "number":
        return lambda value: (
            value if type(value) is int and -LIMIT <= value <= LIMIT else typed_literal(item, value)
        )
    if item.kind == "date":
        return lambda value: _quick_days(value) or typed_literal(item, value)
    return lambda value: typed_literal(item, value)


def _scaled_taker(item: Input, scale: int) -> Callable[[object], Typed]:
    def take(value: object) -> Typed:
        found = scaled_digits(value, scale) if type(value) is str else None
        return typed_literal(item, value) if found is None else found

    return take


def _quick_days(value: object) -> int | None:
    return days_in(value) if type(value) is str else None


def _shown(value: object) -> str:
    """The value in a message, which is bounded whatever the value is."""
    if isinstance(value, str):
        return repr(value if len(value) <= SHOWN else f"{value[:SHOWN]}…")
    if type(value) is int:
        return str(value) if -LIMIT <= value <= LIMIT else "so large a number"
    return f"a {type(value).__name__}" if isinstance(value, list | tuple | dict) else repr(value)


def _number(item: Input, value: object) -> int:
    if type(value) is int:
        return value * int(10**item.scale)
    if item.type == "integer" or not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        written = "a whole number" if item.type == "integer" else 'text such as "1250.00"'
        raise LiteralRefused(f"{item.name} is compared with {written}, not {_shown(value)}")
    whole, _, decimals = value.partition(".")
    if len(decimals.rstrip("0")) > item.scale:
        raise LiteralRefused(f"{item.name} has {item.scale} decimals; {_shown(value)} has more")
    return int(whole + decimals[: item.scale].ljust(item.scale, "0"))


def _within_limit(item: Input, number: int) -> int:
    if not -LIMIT <= number <= LIMIT:
        raise LiteralRefused(f"too large a number for {item.name}")
    return number


def _days(item: Input, value: object) -> int:
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return days_of(date.fromisoformat(value))
    except ValueError:
        pass
    raise LiteralRefused(f'{item.name} is a date such as "2026-11-21", not {_shown(value)}')
