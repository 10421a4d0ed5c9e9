"""A model as monitoring's pages show it: its latest look, in words and on dials. Inside `enter`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy

from ml.dictionary import Dictionary
from ml.drift.baseline import Baseline
from ml.drift.look import CALIBRATION_LEVELS
from ml.drift.tally import Tally
from scoring.desk.bin_words import field_label, in_language
from scoring.desk.gauge import Gauge, dial
from scoring.enums import Level
from scoring.models import Alert, ModelVersion, MonitoringFigure, MonitoringRun
from scoring.selectors.models import model_version_by_id
from scoring.selectors.monitoring import (
    alerts_open,
    baseline_document,
    figures_of,
    latest_run,
    segments_of,
)
from tenancy.errors import NotFound

TAGS: Mapping[str, str] = {
    Level.OK: "good", Level.WARN: "warn", Level.ALARM: "bad", Level.INSUFFICIENT: "",
}  # fmt: skip
WORST = (Level.ALARM, Level.WARN, Level.OK, Level.INSUFFICIENT)
MEASURES = {
    "psi": gettext_lazy("Shift of the score (PSI)"),
    "csi": gettext_lazy("Shift of a field (CSI)"),
    "missing": gettext_lazy("More missing than before"),
    "new": gettext_lazy("Categories never seen before"),
    "calibration": gettext_lazy("Observed over expected bads"),
    "gini": gettext_lazy("Ranking of a vintage (Gini)"),
}
SUMMED_UP = {
    Level.ALARM: gettext_lazy("Something has shifted for certain, and by much."),
    Level.WARN: gettext_lazy("Something has shifted: have a look."),
    Level.OK: gettext_lazy("What comes in is what the model was made for."),
    Level.INSUFFICIENT: gettext_lazy("Too little came in to say anything."),
}


@dataclass(frozen=True)
class Monitored:
    """One model and segment with its latest look; `run` is None before the first."""

    version: ModelVersion
    segment: str
    run: MonitoringRun | None
    figures: Sequence[MonitoringFigure]
    alerts: Sequence[Alert]
    segments: Sequence[str]

    @property
    def product(self) -> str:
        return in_language(self.version.product.names) or self.version.product.slug

    @cached_property
    def dictionary(self) -> Dictionary:
        return Dictionary.parse(self.version.dictionary_version.document)

    @cached_property
    def baseline(self) -> Baseline | None:
        found = baseline_document(self.version)
        return Baseline.parse(found) if found else None

    @cached_property
    def window(self) -> Tally | None:
        return Tally.parse(self.run.document["window"]["tally"]) if self.run else None

    @property
    def counts(self) -> Mapping[str, int]:
        found: Mapping[str, int] = self.run.document["window"]["counts"] if self.run else {}
        return found

    @property
    def invented(self) -> bool:
        return bool(self.run and self.run.document.get("invented"))

    @property
    def level(self) -> str:
        """The worst level of the drift of score and fields, and of calibration."""
        found = {each.level for each in self.figures if each.measure in MEASURES}
        return next((level for level in WORST if level in found), Level.INSUFFICIENT)

    @property
    def tag(self) -> str:
        return TAGS[self.level]

    @property
    def level_words(self) -> str:
        return str(Level(self.level).label)

    @property
    def summed_up(self) -> str:
        return str(SUMMED_UP[Level(self.level)])

    def figure(self, measure: str, field: str = "") -> MonitoringFigure | None:
        found = (e for e in self.figures if e.measure == measure and e.field == field)
        return next(found, None)

    def of(self, measure: str) -> list[MonitoringFigure]:
        return [each for each in self.figures if each.measure == measure]

    def label(self, field: str) -> str:
        return field_label(self.dictionary, field)

    def url(self, view: str, **query: str) -> str:
        return page_url(view, self.version.id, segment=self.segment, **query)

    @property
    def tabs(self) -> list[tuple[str, str, str]]:
        """Name, words and address of each view of this model."""
        return [(name, str(words), self.url(name)) for name, words in VIEWS]

    @cached_property
    def gauges(self) -> list[Gauge]:
        """The score, the field that has moved most, and calibration, each with words."""
        found = [self._gauge(gettext("Score (PSI)"), self.figure("psi"), self.url("distributions"))]
        if worst := max(self.of("csi"), key=_height, default=None):
            name = gettext("%(field)s (CSI)") % {"field": self.label(worst.field)}
            url = self.url("distributions", field=worst.field)
            found.append(self._gauge(name, worst, url))
        return [*found, self._calibration()]

    @property
    def rates(self) -> list[tuple[str, str, str]]:
        """Words, value and interval of how decisions went."""
        named = {
            "approval_rate": gettext("approved"),
            "referral_rate": gettext("referred"),
            "decline_rate": gettext("declined"),
            "override_rate": gettext("of reviews overruled"),
        }
        return [(words, *_share(self.figure(measure))) for measure, words in named.items()]

    @property
    def estimate(self) -> MonitoringFigure | None:
        return self.figure("estimated_auc")

    def _gauge(self, name: str, figure: MonitoringFigure | None, url: str) -> Gauge:
        if figure is None or figure.warn is None or figure.alarm is None:
            return Gauge(name, "–", gettext("No figure yet"), Level.INSUFFICIENT, "", url)
        arcs, needle = dial(figure.value, figure.warn, figure.alarm)
        return Gauge(
            name=name,
            value=decimals(figure.value),
            words=str(Level(figure.level).label),
            level=figure.level,
            limits=gettext("watch from %(warn)s, alarm from %(alarm)s at %(n)s rows")
            % {"warn": decimals(figure.warn), "alarm": decimals(figure.alarm), "n": figure.n},
            url=url,
            arcs=arcs,
            needle=needle,
        )

    def _calibration(self) -> Gauge:
        name, figure = gettext("Bads against the PDs"), self.figure("calibration")
        url = self.url("evolution")
        if figure is None or figure.value is None:
            words = gettext("No outcomes are known yet")
            return Gauge(name, "–", words, Level.INSUFFICIENT, "", url)
        levels = CALIBRATION_LEVELS
        arcs, needle = dial(abs(figure.value - 1), levels.warn, levels.alarm)
        return Gauge(
            name=name,
            value=gettext("%(ratio)s times") % {"ratio": decimals(figure.value, 2)},
            words=str(Level(figure.level).label),
            level=figure.level,
            limits=gettext("as many bads as expected, of %(n)s known loans") % {"n": figure.n},
            url=url,
            arcs=arcs,
            needle=needle,
        )


VIEWS = (
    ("fields", gettext_lazy("Fields")),
    ("distributions", gettext_lazy("Then and now")),
    ("evolution", gettext_lazy("Over time")),
    ("actions", gettext_lazy("What to do")),
)


def monitored(version: ModelVersion, segment: str = "") -> Monitored:
    """The latest look at a model and segment."""
    run = latest_run(version, segment)
    return Monitored(
        version=version,
        segment=segment,
        run=run,
        figures=figures_of(run) if run else (),
        alerts=alerts_open(version.organization_id, version.id),
        segments=segments_of(version),
    )


def monitored_by_id(organization_id: UUID, model_version_id: UUID, segment: str) -> Monitored:
    """The same by id; another lender's model and a segment never seen are not there."""
    try:
        version = model_version_by_id(organization_id, model_version_id)
    except NotFound as error:
        raise Http404 from error
    found = monitored(version, segment)
    if segment and segment not in found.segments:
        raise Http404
    return found


def page_url(view: str, model_version_id: UUID, **query: str) -> str:
    address = reverse(f"admin:scoring_monitoring_{view}", args=[model_version_id])
    given = urlencode({name: value for name, value in query.items() if value})
    return f"{address}?{given}" if given else address


def decimals(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else number_format(value, decimal_pos=digits)


def percent(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else f"{number_format(value * 100, decimal_pos=digits)}\u00a0%"


def _share(figure: MonitoringFigure | None) -> tuple[str, str]:
    if figure is None or figure.value is None:
        return "–", ""
    if figure.low is None or figure.high is None:
        return percent(figure.value), ""
    return percent(figure.value), f"{percent(figure.low)} – {percent(figure.high)}"


def _height(figure: MonitoringFigure) -> float:
    """How near a figure is to its alarm level."""
    if figure.value is None or not figure.alarm or figure.level == Level.INSUFFICIENT:
        return -1.0
    return figure.value / figure.alarm
