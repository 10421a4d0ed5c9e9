"""A figure on a dial, drawn by the server: whole numbers for attributes, no style, no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

WIDTH, HEIGHT = 200, 116
CENTRE_X, CENTRE_Y, RADIUS, THICK = 100, 104, 84, 18
COLOURS = {"ok": "#1f7a4d", "warn": "#b46a00", "alarm": "#9a2a35", "insufficient": "#5d6b74"}
FULL = 1.6
"""The dial ends so far beyond the alarm level."""


@dataclass(frozen=True, slots=True)
class Arc:
    """One zone of the dial: an SVG path and its colour."""

    path: str
    colour: str


@dataclass(frozen=True, slots=True)
class Gauge:
    """One dial with its words; `needle` is None where there is no value."""

    name: str
    value: str
    words: str
    level: str
    limits: str
    url: str
    arcs: Sequence[Arc] = ()
    needle: tuple[int, int] | None = None
    width: int = WIDTH
    height: int = HEIGHT
    centre: tuple[int, int] = (CENTRE_X, CENTRE_Y)


def dial(
    value: float | None, warn: float, alarm: float
) -> tuple[tuple[Arc, ...], tuple[int, int] | None]:
    """The zones of a dial from 0 to beyond the alarm level, and where its needle points."""
    end = alarm * FULL
    zones = (
        _arc(0, warn / end, "ok"),
        _arc(warn / end, alarm / end, "warn"),
        _arc(alarm / end, 1, "alarm"),
    )
    if value is None:
        return zones, None
    return zones, _point(min(max(value / end, 0.0), 1.0), RADIUS - THICK)


def _arc(start: float, end: float, level: str) -> Arc:
    """A ring segment between two shares of the half circle, a hair's breadth apart."""
    start, end = start + 0.006, end - 0.006
    (x1, y1), (x2, y2) = _point(start, RADIUS), _point(end, RADIUS)
    (x3, y3), (x4, y4) = _point(end, RADIUS - THICK), _point(start, RADIUS - THICK)
    inner = RADIUS - THICK
    return Arc(
        f"M{x1} {y1}A{RADIUS} {RADIUS} 0 0 1 {x2} {y2}L{x3} {y3}A{inner} {inner} 0 0 0 {x4} {y4}Z",
        COLOURS[level],
    )


def _point(share: float, radius: int) -> tuple[int, int]:
    angle = pi * (1 - share)
    return round(CENTRE_X + radius * cos(angle)), round(CENTRE_Y - radius * sin(angle))
