"""Values in documents written by hand (thresholds, lists, special codes) as typed values."""

import re
from datetime import date
from decimal import Decimal

from ml.dictionary import Derived, Field
from ml.values import Human, days_of

DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
Typed = bool | int | str


def typed_value(entry: Field | Derived, human: Human) -> Typed:
    """What rows hold for this human form, or ValueError."""
    match entry.type, human:
        case "boolean", bool():
            return human
        case "integer", int() if not isinstance(human, bool):
            return human
        case "category", str():
            return _category(entry, human)
        case "date", str():
            return days_of(date.fromisoformat(human))
        case (("money" | "decimal"), str()):
            return _scaled(human, entry.digits)
    raise ValueError(f"{human!r} is not a {entry.type}")


def special_code(entry: Field, text: str) -> int:
    """The typed value of a number's special code, which the dictionary writes as text."""
    if entry.type == "date":
        return days_of(date.fromisoformat(text))
    return _scaled(text, entry.digits)


def _category(entry: Field | Derived, name: str) -> str:
    values = entry.values if isinstance(entry, Field) else ()
    if name not in {category.value for category in values}:
        raise ValueError(f"{name!r} is no value of {entry.name}")
    return name


def _scaled(text: str, digits: int) -> int:
    if not DECIMAL.fullmatch(text):
        raise ValueError(f"{text!r} is not a number")
    scaled = Decimal(text).scaleb(digits)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{text!r} has more than {digits} decimals")
    return int(scaled)
