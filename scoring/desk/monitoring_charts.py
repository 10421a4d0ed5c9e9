"""Monitoring's charts: distributions then and now, figures over time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext

from ml.drift.baseline import FieldBaseline
from ml.drift.psi import psi_parts
from scoring.charts import Chart, Mark, Series
from scoring.desk.bin_words import bin_words
from scoring.desk.monitored import Monitored, decimals, percent
from scoring.enums import Level
from scoring.models import MonitoringFigure
from scoring.selectors.monitoring import figure_history

DAYS_SHOWN = 182
FIELDS_SHOWN = 5
RATES = ("approval_rate", "referral_rate", "decline_rate")


@dataclass(frozen=True, slots=True)
class BinLine:
    """One bin in words: shares then and now, what it adds to the index, how it went then."""

    name: str
    then: str
    now: str
    part: str
    bad_rate: str


@dataclass(frozen=True, slots=True)
class Distribution:
    """One field's (or the score's) distribution at training and in the window."""

    chart: Chart
    lines: Sequence[BinLine]


def distribution(found: Monitored, field: str) -> Distribution | None:
    """None before anything was compared."""
    baseline, window = found.baseline, found.window
    if baseline is None or window is None:
        return None
    known = baseline.fields.get(field) if field else baseline.points
    if known is None:
        return None
    counts = (
        list(window.fields.get(field, ())) if field else window.points_counts(baseline).tolist()
    )
    if len(counts) != len(known.counts):
        counts = [0] * len(known.counts)
    words = bin_words(known.bins, found.dictionary.entries.get(field))
    return _distribution(found, field, known, counts, words)


def _distribution(
    found: Monitored, field: str, known: FieldBaseline, counts: Sequence[int], words: Sequence[str]
) -> Distribution:
    then, now = _shares(known.counts), _shares(counts)
    shown = [i for i in range(len(words)) if known.counts[i] or counts[i]]
    name = found.label(field)
    chart = Chart(
        kind="bar",
        title=gettext("%(field)s, then and now") % {"field": name},
        summary=gettext("Shares of %(then)s reference rows and of %(now)s rows that came in.")
        % {"then": known.rows, "now": sum(counts)},
        labels=tuple(words[i] for i in shown),
        series=(
            Series(gettext("Then"), tuple(then[i] * 100 for i in shown)),
            Series(gettext("Now"), tuple(now[i] * 100 for i in shown)),
        ),
        x_title=name,
        y_title=gettext("Share"),
        y_unit="%",
        horizontal=known.bins.kind == "category",
    )
    parts = psi_parts(known.counts, counts)
    lines = [
        BinLine(
            words[i],
            percent(then[i]),
            percent(now[i]),
            decimals(float(parts[i])),
            percent(known.bads[i] / known.counts[i]) if known.counts[i] else "–",
        )
        for i in shown
    ]
    return Distribution(chart, lines)


def evolution(found: Monitored) -> list[Chart]:
    """Every chart over time of a model and segment; those without a figure are left out."""
    if found.run is None:
        return []
    since = found.run.period_end - timedelta(days=DAYS_SHOWN)
    measures = ("psi", "csi", "mean_pd", "estimated_auc", "realised_auc", "calibration", *RATES)
    history = figure_history(found.version, found.segment, measures, since)
    of: dict[tuple[str, str], dict[date, MonitoringFigure]] = {}
    for figure in history:
        of.setdefault((figure.measure, figure.field), {})[figure.run.period_end] = figure
    days = sorted({figure.run.period_end for figure in history})
    charts = [
        _score(found, of, days),
        _fields(found, of, days),
        _decisions(of, days),
        _risk(found, of, days),
        _ranking(of, days),
        _vintages(found),
    ]
    return [chart for chart in charts if not chart.is_empty]


Figures = Mapping[tuple[str, str], Mapping[date, MonitoringFigure]]


def _score(found: Monitored, of: Figures, days: Sequence[date]) -> Chart:
    now = found.figure("psi")
    return Chart(
        kind="line",
        title=gettext("Shift of the score"),
        summary=_last(now),
        labels=_labels(days),
        series=(_series("PSI", of.get(("psi", ""), {}), days),),
        x_title=gettext("Day"),
        y_title="PSI",
        mark=_marks(now),
    )


def _fields(found: Monitored, of: Figures, days: Sequence[date]) -> Chart:
    """The fields that have moved most by now."""
    worst = sorted(found.of("csi"), key=lambda each: -(each.value or 0))[:FIELDS_SHOWN]
    return Chart(
        kind="line",
        title=gettext("Fields that have shifted most"),
        summary=gettext("The five largest CSI of the latest look, day by day."),
        labels=_labels(days),
        series=tuple(
            _series(found.label(each.field), of.get(("csi", each.field), {}), days)
            for each in worst
        ),
        x_title=gettext("Day"),
        y_title="CSI",
        mark=_marks(worst[0] if worst else None),
    )


def _decisions(of: Figures, days: Sequence[date]) -> Chart:
    names = (gettext("Approved"), gettext("Referred"), gettext("Declined"))
    return Chart(
        kind="line",
        title=gettext("How decisions went"),
        summary=gettext("Shares of all applications decided in the window ending that day."),
        labels=_labels(days),
        series=tuple(
            _series(name, of.get((measure, ""), {}), days, times=100)
            for name, measure in zip(names, RATES, strict=True)
        ),
        x_title=gettext("Day"),
        y_title=gettext("Share"),
        y_unit="%",
    )


def _risk(found: Monitored, of: Figures, days: Sequence[date]) -> Chart:
    then = found.baseline.mean_pd * 100 if found.baseline else None
    return Chart(
        kind="line",
        title=gettext("Expected bads"),
        summary=gettext("The mean PD of what came in; the line is that of the reference."),
        labels=_labels(days),
        series=(_series(gettext("Mean PD"), of.get(("mean_pd", ""), {}), days, times=100),),
        x_title=gettext("Day"),
        y_title=gettext("Mean PD"),
        y_unit="%",
        mark=None if then is None else Mark("y", then, gettext("then")),
    )


def _ranking(of: Figures, days: Sequence[date]) -> Chart:
    """AUC before outcomes are known, and of the loans whose outcome is."""
    return Chart(
        kind="line",
        title=gettext("Ranking, estimated and realised"),
        summary=gettext(
            "AUC estimated from the PDs before outcomes arrive, and of loans with a known outcome."
        ),
        labels=_labels(days),
        series=(
            _series(gettext("Estimated"), of.get(("estimated_auc", ""), {}), days, whiskers=True),
            _series(gettext("Realised"), of.get(("realised_auc", ""), {}), days),
        ),
        x_title=gettext("Day"),
        y_title="AUC",
    )


def _vintages(found: Monitored) -> Chart:
    rows = [each for each in found.of("gini") if each.value is not None]
    return Chart(
        kind="interval",
        title=gettext("Gini by vintage"),
        summary=gettext(
            "How well the model ranked the loans of each quarter, with 95 % intervals."
        ),
        labels=tuple(each.field for each in rows),
        series=(
            Series(
                "Gini",
                tuple(each.value for each in rows),
                low=tuple(each.low for each in rows),
                high=tuple(each.high for each in rows),
            ),
        ),
        x_title=gettext("Quarter"),
        y_title="Gini",
    )


def _series(
    name: str,
    figures: Mapping[date, MonitoringFigure],
    days: Sequence[date],
    *,
    times: float = 1,
    whiskers: bool = False,
) -> Series:
    """One value a day; a gap where there were too few rows to say."""
    found = [figures.get(day) for day in days]
    usable = [each if each and each.level != Level.INSUFFICIENT else None for each in found]
    values = tuple(_scaled(each.value, times) if each else None for each in usable)
    if not whiskers:
        return Series(name, values)
    return Series(
        name,
        values,
        low=tuple(_scaled(each.low, times) if each else None for each in usable),
        high=tuple(_scaled(each.high, times) if each else None for each in usable),
    )


def _scaled(value: float | None, times: float) -> float | None:
    return None if value is None else value * times


def _labels(days: Sequence[date]) -> tuple[str, ...]:
    return tuple(date_format(day, "j M Y") for day in days)


def _marks(figure: MonitoringFigure | None) -> tuple[Mark, ...]:
    if figure is None or figure.warn is None or figure.alarm is None:
        return ()
    return (
        Mark("y", figure.warn, gettext("watch")),
        Mark("y", figure.alarm, gettext("alarm")),
    )


def _last(figure: MonitoringFigure | None) -> str:
    if figure is None or figure.value is None:
        return gettext("No figure yet.")
    return gettext("%(value)s at the latest look: %(level)s.") % {
        "value": decimals(figure.value),
        "level": str(Level(figure.level).label).lower(),
    }


def _shares(counts: Sequence[int]) -> list[float]:
    total = sum(counts)
    return [count / total if total else 0.0 for count in counts]
