"""Looking at a model once a day: what came in is counted, compared, kept; alerts follow.

A day is looked at once. What a later look needs of it is its tally, counts in the baseline's
bins, so no applicant's facts are read twice or kept here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from math import log
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db import IntegrityError

from events.actor import Actor
from events.services import event_record
from ml.columns import Frame
from ml.drift.baseline import Baseline
from ml.drift.look import (
    Figure,
    calibration_figure,
    check_figures,
    estimate_figures,
    field_figures,
    rate_figures,
    score_figures,
    vintage_figures,
)
from ml.drift.tally import Tally
from scoring.models import ModelVersion, MonitoringFigure, MonitoringRun
from scoring.selectors.models import model_version_by_id
from scoring.selectors.monitoring import (
    Matured,
    Plan,
    baseline_document,
    calm_since,
    matured,
    monitoring_plan,
    runs_between,
    scored_pds,
    segments_of,
)
from scoring.services.alerts import alerts_follow, alerts_of_the_past_close
from tenancy.clock import now
from tenancy.enter import enter

if TYPE_CHECKING:
    from ml.sequential import DriftEvidence

Ints = npt.NDArray[np.int64]
Certain = set[tuple[str, str]]

SCHEMA = "assay.monitoring/1"
PPM = 1_000_000
WHOLE = ""
EVIDENCE_WEEKS = 26
WEEK = 7
COST_RATIO = 5.0
"""A bad taken for good costs five goods taken for bad: the cut-off estimates are made for."""
CALIBRATION_LINE = log(20)
OF_EVIDENCE = ("csi", "missing", "new")


@dataclass(frozen=True, slots=True)
class Observed:
    """One day of one model: n scored parties with their typed inputs, and what was decided.

    `segments` names each party's segment ('' where the product is not watched apart). `counts`
    per segment, the whole under '': decided, approved, referred, declined, reviewed, overridden.
    """

    frame: Frame
    points: Ints
    pd_ppm: Ints
    segments: Sequence[str]
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Estimates:
    """What is known or estimated of performance at a day's end."""

    pd_ppm: Sequence[int]
    known: Matured


@dataclass(frozen=True, slots=True)
class _Past:
    """What earlier looks left: by segment the days with their tallies and counts."""

    days: Mapping[str, Sequence[tuple[date, Mapping[str, Any]]]]
    calm: Mapping[str, Mapping[str, date]]


@dataclass(frozen=True, slots=True)
class _Look:
    """One segment's look, computed and not yet written."""

    segment: str
    period: tuple[date, date]
    window: Tally
    figures: list[Figure]
    certain: Certain
    document: dict[str, Any]


def monitoring_record(
    *,
    organization_id: UUID,
    actor: Actor,
    model_version_id: UUID,
    day: date,
    observed: Observed,
    estimates: Estimates | None = None,
    invented: bool = False,
) -> MonitoringRun:
    """Look at a model at the end of `day`; a day looked at already is given back as it is.

    Days come in order, without gaps. `estimates` are read from the scores and the performance
    reported unless they are given. `invented` marks the days of a demo.
    """
    with enter(organization_id, read_only=True):
        version = model_version_by_id(organization_id, model_version_id)
        present = _present(version, day)
        if present is not None:
            return present
        plan = monitoring_plan(organization_id, version.product_id)
        document = baseline_document(version)
        past = _past(version, day, observed)
        if estimates is None:
            estimates = _estimates(version, day, plan)
    baseline = Baseline.parse(document) if document else None
    looks = [
        _looked(segment, day, plan, baseline, past, observed)
        for segment in sorted({WHOLE, *past.days, *observed.segments})
    ]
    _with_outcomes(looks[0], estimates, _gini_was(version))
    looks[0].document["invented"] = invented
    return _written(version, actor, day, looks)


def _present(version: ModelVersion, day: date) -> MonitoringRun | None:
    return MonitoringRun.objects.filter(
        organization_id=version.organization_id,
        model_version=version,
        segment=WHOLE,
        period_end=day,
    ).first()


def _past(version: ModelVersion, day: date, observed: Observed) -> _Past:
    """Only segments that came up before are read; a new one has no past."""
    week = day.toordinal() // WEEK - EVIDENCE_WEEKS
    since = date.fromordinal(max(week * WEEK, 1))
    segments = segments_of(version) or [WHOLE]
    return _Past(
        {each: runs_between(version, each, since, day - timedelta(days=1)) for each in segments},
        {each: calm_since(version, each) for each in segments},
    )


def _estimates(version: ModelVersion, day: date, plan: Plan) -> Estimates:
    end = datetime.combine(day + timedelta(days=1), time(), UTC)
    start = end - timedelta(days=plan.window_days)
    return Estimates(scored_pds(version, start, end), matured(version, day))


def _looked(
    segment: str,
    day: date,
    plan: Plan,
    baseline: Baseline | None,
    past: _Past,
    observed: Observed,
) -> _Look:
    tally = _tally(baseline, observed, segment)
    counts = dict(observed.counts.get(segment, {}))
    days = [*past.days.get(segment, ()), (day, {"tally": tally.document(), "counts": counts})]
    start = day - timedelta(days=plan.window_days - 1)
    recent = [each for when, each in days if when >= start]
    window = Tally.total(Tally.parse(each["tally"]) for each in recent)
    summed = _summed([each["counts"] for each in recent])
    together = len(past.days.keys() | {WHOLE, *observed.segments})
    evidence = _evidence(baseline, days, past.calm.get(segment, {}), together)
    return _Look(
        segment=segment,
        period=(start, day),
        window=window,
        figures=_figures(baseline, window, summed),
        certain=_certain(evidence),
        document={
            "schema": SCHEMA,
            "day": {"tally": tally.document(), "counts": counts},
            "window": {"tally": window.document(), "counts": summed},
            "evidence": {
                name: {"log_e": found.log_e, "line": found.log_threshold}
                for name, found in evidence.items()
            },
            "compared": baseline is not None,
        },
    )


def _tally(baseline: Baseline | None, observed: Observed, segment: str) -> Tally:
    mine = np.array([segment in (WHOLE, each) for each in observed.segments], dtype=bool)
    points, pd_ppm = observed.points[mine], observed.pd_ppm[mine]
    if baseline is None:
        values, counts = np.unique(points, return_counts=True)
        known = dict(zip(values.tolist(), counts.tolist(), strict=True))
        return Tally(int(mine.sum()), int(pd_ppm.sum()), known)
    return Tally.of(baseline, observed.frame.take(mine), points, pd_ppm)


def _summed(counts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    names = sorted({name for each in counts for name in each})
    return {name: sum(each.get(name, 0) for each in counts) for name in names}


def _figures(baseline: Baseline | None, window: Tally, counts: Mapping[str, int]) -> list[Figure]:
    rates = rate_figures(counts)
    if baseline is None:
        return rates
    return [*score_figures(baseline, window), *field_figures(baseline, window), *rates]


def _evidence(
    baseline: Baseline | None,
    days: Sequence[tuple[date, Mapping[str, Any]]],
    calm: Mapping[str, date],
    segments: int,
) -> dict[str, "DriftEvidence"]:
    """Of the score ('') and each field: whether its days are beyond chance, all held together.

    Gathered anew after an alert on it has closed.
    """
    from ml.sequential import drift_evidence

    if baseline is None:
        return {}
    inputs = (len(baseline.fields) + 1) * segments
    tallies = [(when, Tally.parse(each["tally"])) for when, each in days]
    found = {}
    for name, known in {WHOLE: baseline.points, **baseline.fields}.items():
        since = calm.get(name)
        daily = [
            (when, tally.points_counts(baseline) if name == WHOLE else tally.fields.get(name, ()))
            for when, tally in tallies
            if since is None or when > since
        ]
        counted = [(when, each) for when, each in daily if len(each) == len(known.counts)]
        if counted:
            numbers = [when.toordinal() for when, _ in counted]
            counts = np.array([each for _, each in counted])
            found[name] = drift_evidence(known.counts, counts, inputs, numbers)
    return found


def _certain(evidence: Mapping[str, "DriftEvidence"]) -> Certain:
    names = [name for name, found in evidence.items() if found.certain]
    fields = {(measure, name) for name in names if name for measure in OF_EVIDENCE}
    return fields | ({("psi", WHOLE)} if WHOLE in names else set())


def _with_outcomes(look: _Look, estimates: Estimates, gini_was: float | None) -> None:
    """Add what is estimated before outcomes are there, and what came of those that are."""
    from ml.cbpe import checked, estimated
    from ml.drift.calibration import calibrated
    from ml.drift.vintages import vintages
    from ml.sequential import calibration_evidence

    threshold = 1 / (1 + COST_RATIO)
    if estimates.pd_ppm:
        pd = np.array(estimates.pd_ppm) / PPM
        estimate = estimated(pd, threshold, cost_ratio=COST_RATIO)
        look.figures.extend(estimate_figures(estimate))
        look.document["estimate"] = estimate.document()
    known = estimates.known
    if not known.bad:
        return
    pd, bad = np.clip(np.array(known.pd_ppm) / PPM, 1e-6, 1 - 1e-6), np.array(known.bad)
    checks = checked(
        estimated(pd, threshold, cost_ratio=COST_RATIO), pd, bad, cost_ratio=COST_RATIO
    )
    look.figures.extend(check_figures(checks, bad.size))
    look.figures.append(calibration_figure(calibrated(pd, bad)))
    look.figures.extend(vintage_figures(vintages(known.vintage, pd, bad), gini_was))
    if calibration_evidence(pd, bad)[-1] >= CALIBRATION_LINE:
        look.certain.add(("calibration", ""))
    look.certain.update(
        (figure.measure, figure.field) for figure in look.figures if figure.measure == "gini"
    )
    look.document["outcomes"] = bad.size


def _gini_was(version: ModelVersion) -> float | None:
    """Gini on the loans held out when the model was trained."""
    held = version.metrics.get("holdout") or {}
    auc = held.get("auc") if isinstance(held, Mapping) else None
    return 2 * auc - 1 if isinstance(auc, float) else None


def _written(
    version: ModelVersion, actor: Actor, day: date, looks: Sequence[_Look]
) -> MonitoringRun:
    """One transaction: looks, figures, alerts, events. Another worker's look is given back."""
    try:
        with enter(version.organization_id):
            at = now(version.organization_id)
            runs = [_run(version, look, at) for look in looks]
            alerts = 0
            for run, look in zip(runs, looks, strict=True):
                alerts += len(alerts_follow(run, look.figures, look.certain))
            alerts_of_the_past_close(runs[0])
            event_record(
                organization_id=version.organization_id,
                actor=actor,
                type="monitoring.recorded",
                subject=("model", version.id),
                data={"day": day.isoformat(), "segments": len(runs) - 1, "alerts": alerts},
            )
            return runs[0]
    except IntegrityError as error:
        if "monitoring_run_once_a_period" not in str(error):
            raise
    with enter(version.organization_id, read_only=True):
        present = _present(version, day)
    if present is None:
        raise RuntimeError("a look that is there cannot be read")
    return present


def _run(version: ModelVersion, look: _Look, at: datetime) -> MonitoringRun:
    run = MonitoringRun.objects.create(
        organization_id=version.organization_id,
        product_id=version.product_id,
        model_version=version,
        segment=look.segment,
        period_start=look.period[0],
        period_end=look.period[1],
        applications=look.document["window"]["counts"].get("decided", look.window.rows),
        outcomes=look.document.get("outcomes", 0),
        document=look.document,
        computed_at=at,
    )
    MonitoringFigure.objects.bulk_create(
        MonitoringFigure(
            organization_id=version.organization_id,
            run=run,
            measure=figure.measure,
            field=figure.field,
            value=figure.value,
            low=figure.low,
            high=figure.high,
            warn=figure.warn,
            alarm=figure.alarm,
            n=figure.n,
            reference_n=figure.reference_n,
            level=figure.level,
        )
        for figure in look.figures
    )
    return run
