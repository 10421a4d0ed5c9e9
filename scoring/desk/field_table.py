"""Every field of a look, sortable by what is asked for; the worst first unless it is said."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from scoring.desk.monitored import TAGS, Monitored, decimals, percent
from scoring.enums import Level
from scoring.models import MonitoringFigure

UP, DOWN = "ascending", "descending"


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field: what moved, in figures and words, and where its distribution is shown."""

    name: str
    label: str
    level: str
    words: str
    tag: str
    csi: str
    js: str
    ks: str
    missing: str
    new: str
    rows: int
    url: str
    order: Mapping[str, float | str]


@dataclass(frozen=True, slots=True)
class Heading:
    """One column: its words, which way it is sorted now, and the address that sorts by it."""

    words: StrOrPromise
    sorted: str
    url: str
    number: bool


COLUMNS: Mapping[str, tuple[StrOrPromise, bool]] = {
    "field": (gettext_lazy("Field"), False),
    "level": (gettext_lazy("State"), False),
    "csi": (gettext_lazy("CSI"), True),
    "js": (gettext_lazy("Jensen-Shannon"), True),
    "ks": (gettext_lazy("Kolmogorov-Smirnov"), True),
    "missing": (gettext_lazy("Missing"), True),
    "new": (gettext_lazy("Never seen before"), True),
    "rows": (gettext_lazy("Rows"), True),
}
BADNESS = {Level.ALARM: 3.0, Level.WARN: 2.0, Level.OK: 1.0, Level.INSUFFICIENT: 0.0}


def field_table(found: Monitored, sort: str) -> tuple[Sequence[Heading], Sequence[FieldLine]]:
    """Headings and lines; `sort` is a column's name, with a minus before it from the top."""
    wanted = sort.lstrip("-") if sort.lstrip("-") in COLUMNS else "level"
    falling = sort.startswith("-") or sort.lstrip("-") not in COLUMNS
    lines = [_line(found, each) for each in found.of("csi")]
    lines.sort(key=lambda line: (line.order["csi"], line.label), reverse=True)
    lines.sort(key=_key(wanted), reverse=falling)
    return [_heading(found, name, wanted, falling=falling) for name in COLUMNS], lines


def _key(column: str) -> Callable[[FieldLine], float | str]:
    return lambda line: line.order[column]


def _heading(found: Monitored, name: str, wanted: str, *, falling: bool) -> Heading:
    words, number = COLUMNS[name]
    here = name == wanted
    now = (DOWN if falling else UP) if here else "none"
    turned = name if here and falling else f"-{name}"
    return Heading(words, now, found.url("fields", sort=turned), number)


def _line(found: Monitored, csi: MonitoringFigure) -> FieldLine:
    of = {name: found.figure(name, csi.field) for name in ("js", "ks", "missing", "new")}
    missing, new = of["missing"], of["new"]
    level = max((e.level for e in (csi, missing, new) if e), key=lambda each: BADNESS[Level(each)])
    return FieldLine(
        name=csi.field,
        label=found.label(csi.field),
        level=level,
        words=str(Level(level).label),
        tag=TAGS[level],
        csi=decimals(csi.value),
        js=decimals(_value(of["js"])),
        ks=decimals(_value(of["ks"])),
        missing=percent(_value(missing)),
        new=percent(_value(new)),
        rows=csi.n,
        url=found.url("distributions", field=csi.field),
        order={
            "field": found.label(csi.field).lower(),
            "level": BADNESS[Level(level)],
            "csi": csi.value or 0.0,
            **{name: _value(each) or 0.0 for name, each in of.items()},
            "rows": float(csi.n),
        },
    )


def _value(figure: MonitoringFigure | None) -> float | None:
    return figure.value if figure else None
