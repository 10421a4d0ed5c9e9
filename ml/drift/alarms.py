"""Levels of a figure, and the standing of an alert that does not flicker."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "alarm", "insufficient"]

CALM_LOOKS = 2
"""An alert closes after so many looks in a row below its warning level."""


@dataclass(frozen=True, slots=True)
class Levels:
    """From `warn` a figure is worth a look, from `alarm` it is serious."""

    warn: float
    alarm: float


def level_of(value: float, levels: Levels) -> Level:
    """The level of a figure that rises with drift."""
    if value >= levels.alarm:
        return "alarm"
    return "warn" if value >= levels.warn else "ok"


@dataclass(frozen=True, slots=True)
class Standing:
    """An alert between two looks: its level ('' while none is open) and calm looks in a row."""

    level: Literal["", "warn", "alarm"] = ""
    calm: int = 0


def standing_after(standing: Standing, level: Level, *, certain: bool) -> Standing:
    """The standing after a further look.

    An alert opens, and rises from warn to alarm, when the level says so and the evidence is
    beyond chance (`certain`). It never sinks; it closes after CALM_LOOKS looks at `ok` in a
    row. A look with too few rows changes nothing.
    """
    if level == "insufficient":
        return standing
    if level == "ok":
        calm = standing.calm + 1
        return Standing() if calm >= CALM_LOOKS else Standing(standing.level, calm)
    if certain and not (standing.level == "alarm" or standing.level == level):
        return Standing(level)
    return Standing(standing.level)
