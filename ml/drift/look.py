"""One look at a model in production: every figure, with its limits and what it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ml.cbpe import Check, Estimated
from ml.drift.alarms import Level, Levels, level_of
from ml.drift.baseline import Baseline
from ml.drift.calibration import Calibrated, rate_interval
from ml.drift.csi import FEWEST, FieldDrift, field_drift
from ml.drift.js import jensen_shannon
from ml.drift.ks import ks_from_quantiles
from ml.drift.psi import psi, psi_levels, psi_quantile
from ml.drift.tally import Tally
from ml.drift.vintages import Vintage

SCORE = ""
"""The field of figures that are about the score."""
MISSING_LEVELS = Levels(0.02, 0.10)
"""More missing than there used to be, in shares of all."""
NEW_LEVELS = Levels(0.01, 0.05)
CALIBRATION_LEVELS = Levels(0.10, 0.25)
"""How far observed over expected bads may lie from 1."""
GINI_LEVELS = Levels(0.05, 0.10)
"""How far Gini may fall below what it was on held-out loans."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; `warn` and `alarm` are on its scale, None where it is held against nothing."""

    measure: str
    field: str
    value: float | None
    n: int
    reference_n: int = 0
    low: float | None = None
    high: float | None = None
    warn: float | None = None
    alarm: float | None = None
    level: Level = "ok"


def score_figures(baseline: Baseline, tally: Tally) -> list[Figure]:
    """PSI, Kolmogorov-Smirnov, Jensen-Shannon and mean PD of the score."""
    n, m = tally.rows, baseline.rows
    if n < 1:
        return [_few(measure, SCORE, n, m) for measure in ("psi", "ks", "js", "mean_pd")]
    was, now = np.array(baseline.points.counts), tally.points_counts(baseline)
    filled = max(int(((was + now) > 0).sum()), 2)
    levels = psi_levels(n, m, filled)
    distance, _ = ks_from_quantiles(baseline.points.quantiles, m, tally.all_points())
    figures = [
        _judged("psi", SCORE, psi(was, now), levels, n, m, high=psi_quantile(0.95, n, m, filled)),
        Figure("ks", SCORE, distance, n, m),
        Figure("js", SCORE, jensen_shannon(was, now), n, m),
        Figure("mean_pd", SCORE, tally.mean_pd, n, m, low=baseline.mean_pd, high=baseline.mean_pd),
    ]
    return figures if min(n, m) >= FEWEST else [_too_few(figure) for figure in figures]


def field_figures(baseline: Baseline, tally: Tally) -> list[Figure]:
    """CSI, distances, and shares missing and new, of every input."""
    figures: list[Figure] = []
    for name, known in baseline.fields.items():
        counts = tally.fields.get(name)
        if not counts or not sum(counts):
            figures.append(_few("csi", name, 0, known.rows))
            continue
        figures += _of_field(name, field_drift(known.bins, known.counts, counts))
    return figures


def _of_field(name: str, found: FieldDrift) -> list[Figure]:
    n, m = found.n, found.m
    levels = Levels(found.warn, found.alarm)
    missing = Levels(
        *(found.missing_was + each for each in (MISSING_LEVELS.warn, MISSING_LEVELS.alarm))
    )
    figures = [
        _judged("csi", name, found.csi, levels, n, m, high=found.chance),
        Figure("js", name, found.js, n, m),
        _judged(
            "missing", name, found.missing, missing, n, m,
            low=found.missing_low, high=found.missing_high,
        ),
        _judged("new", name, found.new, NEW_LEVELS, n, m),
    ]  # fmt: skip
    if found.ks is not None:
        figures.append(Figure("ks", name, found.ks, n, m))
    return figures if found.sufficient else [_too_few(figure) for figure in figures]


RATES: Mapping[str, tuple[str, str]] = {
    "approval_rate": ("approved", "decided"),
    "referral_rate": ("referred", "decided"),
    "decline_rate": ("declined", "decided"),
    "override_rate": ("overridden", "reviewed"),
}
"""Measure to what is counted, and of how many."""


def rate_figures(counts: Mapping[str, int]) -> list[Figure]:
    """Approval, referral, decline and override rates, with Jeffreys' interval."""
    figures = []
    for measure, (hits, of) in RATES.items():
        n = counts.get(of, 0)
        if n < 1:
            figures.append(_few(measure, "", 0, 0))
            continue
        value, low, high = rate_interval(counts.get(hits, 0), n)
        figures.append(Figure(measure, "", value, n, low=low, high=high))
    return figures


def estimate_figures(estimate: Estimated) -> list[Figure]:
    """Performance estimated before outcomes are there."""
    return [
        Figure(f"estimated_{name}", "", found.value, estimate.n, low=found.low, high=found.high)
        for name, found in estimate.measures.items()
    ]


def check_figures(checks: Mapping[str, Check], n: int) -> list[Figure]:
    """What became of estimates: the truth, with the interval it was expected in."""
    return [
        Figure(
            f"realised_{name}", "", check.truth, n, low=check.low, high=check.high,
            level="ok" if check.within else "warn",
        )
        for name, check in checks.items()
    ]  # fmt: skip


def calibration_figure(found: Calibrated) -> Figure:
    """Observed over expected bads, judged by its distance from 1 unless chance explains it."""
    level = "ok" if found.holds else level_of(abs(found.ratio - 1), CALIBRATION_LEVELS)
    return Figure(
        "calibration",
        "",
        found.ratio,
        found.n,
        low=found.low,
        high=found.high,
        warn=1 + CALIBRATION_LEVELS.warn,
        alarm=1 + CALIBRATION_LEVELS.alarm,
        level=level if found.n >= FEWEST else "insufficient",
    )


def vintage_figures(found: Sequence[Vintage], gini_was: float | None) -> list[Figure]:
    """Gini and Kolmogorov-Smirnov of every vintage; a fall beyond chance is held against `was`."""
    figures = []
    for vintage in found:
        if vintage.gini is None:
            figures += [_few("gini", vintage.name, vintage.n, 0)]
            continue
        figures.append(_gini(vintage, gini_was))
        figures.append(Figure("vintage_ks", vintage.name, vintage.ks, vintage.n))
    return figures


def _gini(vintage: Vintage, was: float | None) -> Figure:
    level: Level = "ok"
    if was is not None and vintage.gini is not None and (vintage.gini_high or 0) < was:
        level = level_of(was - vintage.gini, GINI_LEVELS)
    return Figure(
        "gini",
        vintage.name,
        vintage.gini,
        vintage.n,
        low=vintage.gini_low,
        high=vintage.gini_high,
        warn=None if was is None else was - GINI_LEVELS.warn,
        alarm=None if was is None else was - GINI_LEVELS.alarm,
        level=level,
    )


def _judged(
    measure: str, field: str, value: float, levels: Levels, n: int, m: int, **bounds: float
) -> Figure:
    return Figure(
        measure, field, value, n, m, **bounds,
        warn=levels.warn, alarm=levels.alarm, level=level_of(value, levels),
    )  # fmt: skip


def _few(measure: str, field: str, n: int, m: int) -> Figure:
    return Figure(measure, field, None, n, m, level="insufficient")


def _too_few(figure: Figure) -> Figure:
    return Figure(
        figure.measure, figure.field, figure.value, figure.n, figure.reference_n,
        figure.low, figure.high, figure.warn, figure.alarm, "insufficient",
    )  # fmt: skip
