"""A chart is data: what a page draws with Chart.js, a report as SVG, and everyone reads as a table.

Build one with numbers, include `admin/charts/chart.html` with it, and put
`admin/charts/scripts.html` once into the page's `extrahead`. A chart's summary says in a sentence
what it shows: it is the canvas' text for whoever cannot see it.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Literal

from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe

from scoring.chart_svg import drawn

Kind = Literal["line", "bar", "stacked_bar", "scatter", "interval", "histogram"]
Number = int | float
Value = Number | None

GAP = "–"


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the chart: a cut-off, an alarm level, what would be perfect.

    `at` is a number, or on an axis of labels one of them.
    """

    axis: Literal["x", "y"]
    at: Number | str
    text: str


@dataclass(frozen=True, slots=True)
class Series:
    """Values, one per label of the chart, or where `x` is given one per number on the x-axis.

    None is a gap: say "insufficient data" with it rather than 0. `low` and `high` are drawn as
    whiskers. `joined` connects the points of a scatter chart, `names` say what each of them is.
    """

    name: str
    values: tuple[Value, ...]
    x: tuple[Number, ...] = ()
    low: tuple[Value, ...] = ()
    high: tuple[Value, ...] = ()
    joined: bool = False
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for other in filter(None, (self.x, self.low, self.high, self.names)):
            if len(other) != len(self.values):
                raise ValueError(f"series {self.name}: {len(self.values)} values, {len(other)}")

    def document(self) -> dict[str, Any]:
        names = [str(name) for name in self.names]
        return {**asdict(self), "name": str(self.name), "names": names}


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart.

    `interval` draws points with whiskers, `histogram` bars that touch and see through each other
    (two distributions over the same bins); `horizontal` lays bars and intervals on their side,
    for long labels. A line or scatter chart whose series have `x` has a numeric x-axis, and its
    labels, if any, name the points of every series. Units stand behind the figures: `%`, `EUR`.
    """

    kind: Kind
    title: str
    summary: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    x_title: str
    y_title: str
    mark: Mark | tuple[Mark, ...] | None = None
    x_unit: str = ""
    y_unit: str = ""
    horizontal: bool = False

    def __post_init__(self) -> None:
        for each in self.series:
            if not each.x and len(each.values) != len(self.labels):
                raise ValueError(f"series {each.name}: not one value per label")

    @property
    def id(self) -> str:
        """Its element's id, the same for the same chart."""
        return "chart-" + sha256(json.dumps(self.document()).encode()).hexdigest()[:12]

    @property
    def marks(self) -> tuple[Mark, ...]:
        if self.mark is None:
            return ()
        return self.mark if isinstance(self.mark, tuple) else (self.mark,)

    @property
    def is_empty(self) -> bool:
        return all(value is None for each in self.series for value in each.values)

    def document(self) -> dict[str, Any]:
        """What `static/assay/charts.js` and `chart_svg` read. Plain JSON: lazy texts are read."""
        return {
            "kind": self.kind,
            "title": str(self.title),
            "summary": str(self.summary),
            "labels": [str(label) for label in self.labels],
            "series": [each.document() for each in self.series],
            "x_title": str(self.x_title),
            "y_title": str(self.y_title),
            "x_unit": str(self.x_unit),
            "y_unit": str(self.y_unit),
            "horizontal": self.horizontal,
            "marks": [{**asdict(mark), "text": str(mark.text)} for mark in self.marks],
        }

    def svg(self) -> SafeString:
        """The same chart, drawn by the server, for what is exported. Every text is escaped."""
        return mark_safe(drawn(self.document()))  # noqa: S308

    @property
    def columns(self) -> tuple[str, ...]:
        """The headings of its table."""
        if self._numeric:
            named = (str(self.x_title) or "x", str(self.y_title) or "y")
            return ("", *named) if self._named else named
        return (str(self.x_title), *(str(each.name) for each in self.series))

    @property
    def rows(self) -> Iterator[tuple[str, ...]]:
        """Its figures, written in the reader's language."""
        return self._points() if self._numeric else self._lines()

    @property
    def _numeric(self) -> bool:
        return any(each.x for each in self.series)

    @property
    def _named(self) -> bool:
        """Whether points need a name beside their two numbers."""
        return len(self.series) > 1 or bool(self.labels) or any(s.names for s in self.series)

    def _lines(self) -> Iterator[tuple[str, ...]]:
        for at, label in enumerate(self.labels):
            yield (str(label), *(self._cell(each, at) for each in self.series))

    def _points(self) -> Iterator[tuple[str, ...]]:
        for each in self.series:
            for at, x in enumerate(each.x):
                name = (self._name(each, at),) if self._named else ()
                yield (*name, figure_text(x, self.x_unit), self._cell(each, at))

    def _name(self, each: Series, at: int) -> str:
        own = each.names[at : at + 1] or self.labels[at : at + 1]
        return ", ".join(map(str, [*([each.name] if len(self.series) > 1 else []), *own]))

    def _cell(self, each: Series, at: int) -> str:
        value = figure_text(each.values[at], self.y_unit)
        if not each.low or each.low[at] is None:
            return value
        ends = (figure_text(each.low[at]), figure_text(each.high[at], self.y_unit))
        return f"{value} ({ends[0]} – {ends[1]})"


def figure_text(value: Value, unit: str = "") -> str:
    """A number in the reader's language with about four figures; a gap as a dash."""
    if value is None or math.isnan(value):
        return GAP
    places = 0 if isinstance(value, int) else _places(value)
    text = number_format(value, decimal_pos=places, force_grouping=True)
    return f"{text}\u00a0{unit}" if unit else text


def _places(value: float) -> int:
    if value == 0:
        return 0
    return min(max(3 - math.floor(math.log10(abs(value))), 0), 6)
