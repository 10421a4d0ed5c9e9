"""Typed values: what every evaluator computes with. Never floats: money is a scaled integer.

A value is None (missing), int, bool or str. Decimals and money are integers at a declared scale
(scale 2: 1250.00 is 125000); dates are days since 1970-01-01. Human form is how people and JSON
write the same: "1250.00", "2026-11-21".
"""

from datetime import date, timedelta
from decimal import Decimal

Value = None | int | bool | str
Human = None | int | bool | str

LIMIT = 2**62
"""Beyond this magnitude a number is missing, in every evaluator: int64 never wraps unseen."""

EPOCH = date(1970, 1, 1)


def days_of(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def date_of(days: int) -> date:
    """The date that many days after 1970-01-01; OverflowError outside the calendar."""
    return EPOCH + timedelta(days=days)


def divide_half_even(numerator: int, denominator: int) -> int:
    """The nearest integer to the quotient, ties to the even one; exact for any size."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    quotient, remainder = divmod(numerator, denominator)
    twice = 2 * remainder
    if twice > denominator or (twice == denominator and quotient & 1):
        quotient += 1
    return quotient


def rescaled(value: int, scale: int, wanted: int) -> int:
    """The same number at another scale, half-even where digits go."""
    if wanted >= scale:
        return value * int(10 ** (wanted - scale))
    return divide_half_even(value, 10 ** (scale - wanted))


def within_limit(value: int) -> int | None:
    """The value, or None where it is too large to be one."""
    return value if -LIMIT <= value <= LIMIT else None


def scaled_text(value: int, scale: int) -> str:
    """Human form of a scaled integer, always with `scale` decimals."""
    return f"{Decimal(value).scaleb(-scale):.{scale}f}"
