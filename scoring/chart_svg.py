"""Draws a chart's document as one static SVG: attributes only, so that no policy objects."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

WIDTH, HEIGHT = 680, 380
LEFT, RIGHT, TOP, BOTTOM = 74, 20, 18, 92
COLOURS = ("#0072b2", "#c44f00", "#007a5a", "#9c3d8a", "#6b5b00", "#3c4650")
DASHES = ("none", "7 4", "2 3", "10 4 2 4", "5 2 1 2", "1 4")
INK, LINE = "#3c4650", "#dfe5e9"
BARS = ("bar", "stacked_bar", "histogram")

Json = Mapping[str, Any]
Place = Callable[[Any], float]


@dataclass(frozen=True, slots=True)
class Plane:
    """Where numbers and labels lie in pixels. `along` is the axis of labels or of `x`."""

    along: Place
    up: Place
    step: float
    flat: bool

    def point(self, at: Any, value: float) -> tuple[float, float]:
        along, up = self.along(at), self.up(value)
        return (up, along) if self.flat else (along, up)

    def line(self, start: tuple[Any, float], end: tuple[Any, float], **drawn: Any) -> str:
        (x1, y1), (x2, y2) = self.point(*start), self.point(*end)
        return element("line", x1=x1, y1=y1, x2=x2, y2=y2, **drawn)


def drawn(chart: Json) -> str:
    """The SVG of a chart's document (`Chart.document()`)."""
    plane, ticks = _plane(chart)
    parts = [
        element("rect", x=0, y=0, width=WIDTH, height=HEIGHT, fill="#ffffff"),
        *_axes(chart, plane, ticks),
        *(part for index in range(len(chart["series"])) for part in _series(chart, plane, index)),
        *(_mark(mark, chart, plane) for mark in chart["marks"]),
        *_legend(chart["series"]),
    ]
    named = f"<title>{escape(chart['title'])}</title><desc>{escape(chart['summary'])}</desc>"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
    return f"{head}{named}{''.join(parts)}</svg>"


def element(name: str, content: str = "", **attributes: Any) -> str:
    """One element; `stroke_width=2` becomes `stroke-width="2"`, content is escaped."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_written(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{given}>{escape(content)}</{name}>" if content else f"<{name}{given}/>"


def _written(value: Any) -> str:
    return f"{value:.1f}" if isinstance(value, float) else escape(str(value), quote=True)


def _text(content: str, x: float, y: float, anchor: str = "start", **more: Any) -> str:
    return element(
        "text", content, x=x, y=y, text_anchor=anchor, font_size=12, font_family="sans-serif",
        fill=INK, **more,
    )  # fmt: skip


def _plane(chart: Json) -> tuple[Plane, tuple[list[float], list[float]]]:
    """The plane, and the ticks of the two axes (none along labels)."""
    flat = chart["horizontal"]
    room = (TOP, HEIGHT - BOTTOM) if flat else (LEFT, WIDTH - RIGHT)
    other = (_left(chart), WIDTH - RIGHT) if flat else (HEIGHT - BOTTOM, TOP)
    heights = _ticks(*_range(_heights(chart)))
    numbers = [x for each in chart["series"] for x in each["x"]]
    if not numbers:
        step = (room[1] - room[0]) / max(len(chart["labels"]), 1)
        places = {label: room[0] + step * (at + 0.5) for at, label in enumerate(chart["labels"])}
        plane = Plane(lambda at: places.get(at, -99.0), _linear(heights, other), step, flat)
        return plane, ([], heights)
    marked = [mark["at"] for mark in chart["marks"] if mark["axis"] == "x"]
    along = _ticks(*_range([*numbers, *marked]))
    return Plane(_linear(along, room), _linear(heights, other), 0, flat), (along, heights)


def _left(chart: Json) -> float:
    """Room for the labels of a chart on its side."""
    return min(12 + 6.5 * max((len(label) for label in chart["labels"]), default=0), 260)


def _heights(chart: Json) -> list[float]:
    series = chart["series"]
    found = [v for each in series for v in (*each["values"], *each["low"], *each["high"])]
    found += [mark["at"] for mark in chart["marks"] if mark["axis"] == "y"]
    if chart["kind"] == "stacked_bar":
        found += [sum(each["values"][at] or 0 for each in series) for at in _each_label(chart)]
    return [*found, *([0] if chart["kind"] in BARS else [])]


def _each_label(chart: Json) -> range:
    return range(len(chart["labels"]))


def _range(values: Iterable[float | None]) -> tuple[float, float]:
    found = [value for value in values if value is not None]
    low, high = min(found, default=0), max(found, default=1)
    return (low, high) if high > low else (low - 1, low + 1)


def _ticks(low: float, high: float) -> list[float]:
    """About six round numbers that hold both ends (Heckbert, Nice numbers for graph labels)."""
    raw = (high - low) / 5
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * times for times in (1, 2, 5, 10) if size * times >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [step * count for count in range(first, last + 1)]


def _linear(ticks: Sequence[float], room: tuple[float, float]) -> Place:
    low, high = ticks[0], ticks[-1]
    return lambda value: room[0] + (value - low) / (high - low) * (room[1] - room[0])


def _axes(chart: Json, plane: Plane, ticks: tuple[list[float], list[float]]) -> list[str]:
    parts = [part for value in ticks[1] for part in _height_tick(chart, plane, value)]
    if ticks[0]:
        level = HEIGHT - BOTTOM + 17
        parts += [_text(f"{value:g}", plane.along(value), level, "middle") for value in ticks[0]]
    else:
        parts += _label_ticks(chart, plane)
    below, beside = _titles(chart)
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(_text(below, (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 44, "middle"))
    if not plane.flat:
        turned = f"rotate(-90 14 {middle:.0f})"
        parts.append(_text(beside, 14, middle, "middle", transform=turned))
    return parts


def _titles(chart: Json) -> tuple[str, str]:
    named = [
        f"{chart[f'{axis}_title']} ({unit})" if (unit := chart[f"{axis}_unit"]) else
        chart[f"{axis}_title"]
        for axis in ("x", "y")
    ]  # fmt: skip
    return (named[1], named[0]) if chart["horizontal"] else (named[0], named[1])


def _height_tick(chart: Json, plane: Plane, value: float) -> list[str]:
    at = plane.up(value)
    if plane.flat:
        grid = element("line", x1=at, x2=at, y1=TOP, y2=HEIGHT - BOTTOM, stroke=LINE)
        return [grid, _text(f"{value:g}", at, HEIGHT - BOTTOM + 17, "middle")]
    grid = element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=at, y2=at, stroke=LINE)
    return [grid, _text(f"{value:g}", LEFT - 8, at + 4, "end")]


def _label_ticks(chart: Json, plane: Plane) -> list[str]:
    labels = chart["labels"]
    if plane.flat:
        return [_text(label, _left(chart) - 6, plane.along(label) + 4, "end") for label in labels]
    every = max(math.ceil(len(labels) * max(map(len, labels), default=1) * 7 / WIDTH), 1)
    return [
        _text(label, plane.along(label), HEIGHT - BOTTOM + 17, "middle")
        for label in labels[::every]
    ]


def _series(chart: Json, plane: Plane, index: int) -> list[str]:
    if chart["kind"] in BARS:
        return _bars(chart, plane, index)
    each = chart["series"][index]
    colour = COLOURS[index % len(COLOURS)]
    where = each["x"] or chart["labels"]
    placed = [(at, value) for at, value in zip(where, each["values"], strict=True)]
    parts = _whiskers(each, where, plane, colour)
    if chart["kind"] == "line" or each["joined"]:
        parts += _path(plane, placed, colour, DASHES[index % len(DASHES)])
    if chart["kind"] != "line" or len(placed) <= 30:
        parts += [_dot(plane.point(*at), index, colour) for at in placed if at[1] is not None]
    return parts


def _path(plane: Plane, placed: Sequence[tuple[Any, Any]], colour: str, dash: str) -> list[str]:
    """A line with a gap wherever a value is missing."""
    runs: list[list[str]] = [[]]
    for at, value in placed:
        if value is None:
            runs.append([])
        else:
            x, y = plane.point(at, value)
            runs[-1].append(f"{x:.1f},{y:.1f}")
    return [
        element(
            "polyline", points=" ".join(run), fill="none", stroke=colour, stroke_width=2,
            stroke_dasharray=dash,
        )
        for run in runs
        if len(run) > 1
    ]  # fmt: skip


def _dot(where: tuple[float, float], index: int, colour: str) -> str:
    x, y = where
    if index % 3 == 1:
        return element("rect", x=x - 4, y=y - 4, width=8, height=8, fill=colour)
    if index % 3 == 2:
        return element("path", d=f"M{x:.1f} {y - 5:.1f}l5 9h-10z", fill=colour)
    return element("circle", cx=x, cy=y, r=4, fill=colour)


def _whiskers(each: Json, where: Sequence[Any], plane: Plane, colour: str) -> list[str]:
    return [
        plane.line((at, low), (at, high), stroke=colour, stroke_width=2)
        for at, low, high in zip(where, each["low"], each["high"], strict=False)
        if low is not None and high is not None
    ]


def _bars(chart: Json, plane: Plane, index: int) -> list[str]:
    each = chart["series"][index]
    beside = chart["kind"] == "bar"
    count = len(chart["series"]) if beside else 1
    wide = plane.step * (1 if chart["kind"] == "histogram" else 0.8)
    before = wide * (index / count - 0.5) if beside else -wide / 2
    parts = []
    for at, label in enumerate(chart["labels"]):
        if (value := each["values"][at]) is None:
            continue
        base = _base(chart, index, at)
        ends = sorted((plane.up(base), plane.up(base + value)))
        box = (plane.along(label) + before, ends[0], wide / count, ends[1] - ends[0])
        parts.append(_bar(box, plane, index, see_through=chart["kind"] == "histogram"))
    return parts + _whiskers(each, chart["labels"], plane, INK)


def _base(chart: Json, index: int, at: int) -> float:
    if chart["kind"] != "stacked_bar":
        return 0
    return sum(each["values"][at] or 0 for each in chart["series"][:index])


def _bar(
    box: tuple[float, float, float, float], plane: Plane, index: int, *, see_through: bool
) -> str:
    along, up, wide, high = box
    x, y, width, height = (up, along, high, wide) if plane.flat else (along, up, wide, high)
    colour = COLOURS[index % len(COLOURS)]
    return element(
        "rect", x=x, y=y, width=max(width, 0.5), height=max(height, 0.5), fill=colour,
        fill_opacity="0.5" if see_through else "0.85", stroke=colour,
    )  # fmt: skip


def _mark(mark: Json, chart: Json, plane: Plane) -> str:
    """A dashed line across, with its words."""
    across = mark["axis"] == "x"
    at = plane.along(mark["at"]) if across else plane.up(mark["at"])
    look: dict[str, Any] = {"stroke": INK, "stroke_width": 1.5, "stroke_dasharray": "4 3"}
    if across != plane.flat:
        line = element("line", x1=at, x2=at, y1=TOP, y2=HEIGHT - BOTTOM, **look)
        late = at > WIDTH / 2
        shift = -5 if late else 5
        return line + _text(mark["text"], at + shift, TOP + 12, "end" if late else "start")
    line = element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=at, y2=at, **look)
    return line + _text(mark["text"], WIDTH - RIGHT - 4, at - 5, "end")


def _legend(series: Sequence[Json]) -> list[str]:
    if len(series) < 2:
        return []
    parts, x = [], float(LEFT)
    for index, each in enumerate(series):
        colour = COLOURS[index % len(COLOURS)]
        look: dict[str, Any] = {"stroke": colour, "stroke_width": 3}
        dash = DASHES[index % len(DASHES)]
        y = HEIGHT - 18
        parts.append(element("line", x1=x, x2=x + 22, y1=y, y2=y, stroke_dasharray=dash, **look))
        parts.append(_text(each["name"], x + 28, y + 4))
        x += 44 + 6.6 * len(each["name"])
    return parts
