"""What monitoring has seen: looks, figures, alerts, and how loans turned out. Inside `enter`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from scoring.enums import AlertStatus, EvidenceKind, Verdict
from scoring.models import (
    Alert,
    Championship,
    ModelEvidence,
    ModelVersion,
    MonitoringFigure,
    MonitoringPlan,
    MonitoringRun,
    ScoringRun,
)
from scoring.selectors.outcomes import definition_latest, outcomes_by_loan

WINDOW_DAYS = 28
ACCEPTED = (Verdict.APPROVE, Verdict.COUNTER_OFFER)
KNOWN = ("good", "bad")


@dataclass(frozen=True, slots=True)
class Plan:
    """How a product is watched; the defaults where nobody said otherwise."""

    window_days: int = WINDOW_DAYS
    segment_field: str = ""
    pauses: bool = False


@dataclass(frozen=True, slots=True)
class Matured:
    """Loans of one model whose outcome is known, in the order they were scored."""

    pd_ppm: tuple[int, ...] = ()
    bad: tuple[bool, ...] = ()
    vintage: tuple[str, ...] = ()


def monitoring_plan(organization_id: UUID, product_id: UUID) -> Plan:
    found = MonitoringPlan.objects.filter(
        organization_id=organization_id, product_id=product_id
    ).first()
    return Plan(found.window_days, found.segment_field, found.pauses) if found else Plan()


def baseline_document(version: ModelVersion) -> Mapping[str, Any] | None:
    """What the model was made for; None for a model nobody measured."""
    found: Mapping[str, Any] | None = (
        ModelEvidence.objects.filter(
            organization_id=version.organization_id,
            model_version=version,
            kind=EvidenceKind.BASELINE,
        )
        .values_list("document", flat=True)
        .first()
    )
    return found


def last_day(version: ModelVersion) -> date | None:
    """The last day that was looked at."""
    found: date | None = MonitoringRun.objects.filter(
        organization_id=version.organization_id, model_version=version, segment=""
    ).aggregate(last=Max("period_end"))["last"]
    return found


def latest_run(version: ModelVersion, segment: str = "") -> MonitoringRun | None:
    rows = _runs(version, segment).select_related("product", "model_version")
    return rows.order_by("-period_end").first()


def runs_between(
    version: ModelVersion, segment: str, start: date, end: date
) -> list[tuple[date, Mapping[str, Any]]]:
    """Each day from `start` to `end` with what was counted on it, oldest first."""
    rows = _runs(version, segment).filter(period_end__gte=start, period_end__lte=end)
    return list(rows.order_by("period_end").values_list("period_end", "document__day"))


def figures_of(run: MonitoringRun) -> list[MonitoringFigure]:
    rows = MonitoringFigure.objects.filter(organization_id=run.organization_id, run=run)
    return list(rows.order_by("measure", "field"))


def figure_history(
    version: ModelVersion, segment: str, measures: Sequence[str], since: date
) -> list[MonitoringFigure]:
    """Figures of some measures, day by day, oldest first."""
    rows = MonitoringFigure.objects.filter(
        organization_id=version.organization_id,
        run__model_version=version,
        run__segment=segment,
        run__period_end__gte=since,
        measure__in=measures,
    )
    return list(rows.select_related("run").order_by("run__period_end", "measure", "field"))


def segments_of(version: ModelVersion) -> list[str]:
    """The segments ever looked at, the whole first."""
    rows = MonitoringRun.objects.filter(
        organization_id=version.organization_id, model_version=version
    )
    return list(rows.order_by("segment").values_list("segment", flat=True).distinct())


def alerts_open(organization_id: UUID, model_version_id: UUID | None = None) -> list[Alert]:
    """Open alerts, the worst and oldest first."""
    rows = Alert.objects.filter(organization_id=organization_id, status=AlertStatus.OPEN)
    if model_version_id is not None:
        rows = rows.filter(model_version_id=model_version_id)
    rows = rows.select_related("product", "model_version", "first_run")
    return list(rows.order_by("level", "opened_at", "measure", "field"))


def calm_since(version: ModelVersion, segment: str) -> Mapping[str, date]:
    """The day whose look closed the last alert on each field: evidence is gathered anew after."""
    rows = Alert.objects.filter(
        organization_id=version.organization_id,
        model_version=version,
        segment=segment,
        status=AlertStatus.CLOSED,
    )
    return dict(
        rows.values("field").annotate(last=Max("last_run__period_end")).values_list("field", "last")
    )


def watched_models(organization_id: UUID) -> list[ModelVersion]:
    """The models in charge, by product."""
    in_charge = Championship.objects.filter(
        organization_id=organization_id, ended_at__isnull=True, superseded_at__isnull=True
    ).values("model_version_id")
    rows = ModelVersion.objects.filter(organization_id=organization_id, id__in=in_charge)
    return list(rows.select_related("product").order_by("product__slug"))


def scored_pds(version: ModelVersion, start: datetime, end: datetime) -> list[int]:
    """PDs (ppm) of everything the model scored in a time."""
    rows = ScoringRun.objects.filter(
        organization_id=version.organization_id,
        model_version=version,
        scored_at__gte=start,
        scored_at__lt=end,
    )
    return list(rows.values_list("pd_ppm", flat=True))


def matured(version: ModelVersion, as_of: date) -> Matured:
    """The model's accepted applications whose loans count as good or bad on a day.

    A loan is found by the application's id, which is what performance of it is reported under.
    Without a definition of good and bad nothing is known.
    """
    definition = definition_latest(version.organization_id, version.product_id)
    if definition is None:
        return Matured()
    known = {
        ref: found for ref, found in outcomes_by_loan(definition, as_of).items() if found in KNOWN
    }
    rows = [row for row in _accepted(version) if str(row[0]) in known] if known else []
    return Matured(
        tuple(pd_ppm for _, pd_ppm, _ in rows),
        tuple(known[str(application_id)] == "bad" for application_id, _, _ in rows),
        tuple(f"{at.year}-Q{(at.month + 2) // 3}" for _, _, at in rows),
    )


def figure_counts(run: MonitoringRun) -> Mapping[str, int]:
    """How many figures of a look stand at each level."""
    rows = MonitoringFigure.objects.filter(organization_id=run.organization_id, run=run)
    return dict(rows.values_list("level").annotate(many=Count("id")))


def _accepted(version: ModelVersion) -> list[tuple[UUID, int, datetime]]:
    rows = ScoringRun.objects.filter(
        organization_id=version.organization_id, model_version=version, verdict__in=ACCEPTED
    )
    return list(rows.order_by("scored_at").values_list("application_id", "pd_ppm", "scored_at"))


def _runs(version: ModelVersion, segment: str) -> QuerySet[MonitoringRun]:
    return MonitoringRun.objects.filter(
        organization_id=version.organization_id, model_version=version, segment=segment
    )
