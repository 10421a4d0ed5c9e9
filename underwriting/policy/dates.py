"""From when and until when a rule set or a row is in force: both days are included.

The day is the decision's own (`context.as_of`), never the clock's, so a replay asks the same day.
A row out of force answers no; without a known day it cannot be said, and its missing rule decides.
"""

from datetime import date
from typing import Any

from pydantic import Field as Described
from pydantic import SerializerFunctionWrapHandler, model_serializer

from ml.values import LIMIT, days_of
from underwriting.policy.part import Part

Days = tuple[int, int]
_DAYS = frozenset({"from", "to", "first_day", "last_day"})


class Dated(Part):
    """A part that may hold from a day on and until a day; left out of the bytes while it says
    neither, so that policies from before keep their hash."""

    first_day: date | None = Described(default=None, alias="from")
    last_day: date | None = Described(default=None, alias="to")

    @model_serializer(mode="wrap")
    def _said(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        found: dict[str, Any] = handler(self)
        return {
            name: value for name, value in found.items() if value is not None or name not in _DAYS
        }


def in_force(*parts: Dated) -> Days | None:
    """The days on which all of these hold, first and last, since 1970; None where always."""
    firsts = [days_of(part.first_day) for part in parts if part.first_day]
    lasts = [days_of(part.last_day) for part in parts if part.last_day]
    if not firsts and not lasts:
        return None
    return max(firsts, default=-LIMIT), min(lasts, default=LIMIT)
