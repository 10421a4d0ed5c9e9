"""What underwriting tells monitoring: the days' decisions with what the model saw of them.

Facts stay here. They are read from the decisions' pinned inputs, counted in scoring and let go;
those of people whose facts were erased are no longer counted.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import numpy as np
import structlog
from django.db.models import QuerySet

from events.actor import SYSTEM
from ml.columns import Frame
from ml.dictionary import Dictionary
from ml.model_inputs import model_inputs
from ml.values import Value
from scoring.models import Championship, ModelVersion
from scoring.selectors.models import model_version_by_id
from scoring.selectors.monitoring import last_day, monitoring_plan
from scoring.services.baselines import baseline_present
from scoring.services.monitoring import WHOLE, Observed, monitoring_record
from scoring.services.serving import model_loaded
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import DomainError
from underwriting.decisioning.pinned import Hashes
from underwriting.decisioning.plan import FAULTS
from underwriting.enums import DecisionKind, Outcome
from underwriting.models import Decision
from underwriting.services.overrules import PINS, hashes_of_decision
from underwriting.services.plans import plan_for
from underwriting.verdicts import Verdict, computed_from

log = structlog.get_logger(__name__)

MOST_DAYS = 92
"""Looked at in one go; whoever was not looked at for longer begins anew."""
AT_ONCE = 1_000
DAY = timedelta(days=1)
COUNTED_AS = {
    Outcome.APPROVE: "approved",
    Outcome.COUNTER_OFFER: "approved",
    Outcome.REFER: "referred",
    Outcome.DECLINE: "declined",
}
NONE_GIVEN = "none"


@dataclass(slots=True)
class _Day:
    """One day as it is gathered: a row for each scored party, the model's inputs alone."""

    features: tuple[str, ...]
    rows: list[Mapping[str, Value]] = field(default_factory=list)
    points: list[int] = field(default_factory=list)
    pd_ppm: list[int] = field(default_factory=list)
    segments: list[str] = field(default_factory=list)
    counts: dict[str, Counter[str]] = field(default_factory=dict)

    def count(self, segment: str, *what: str) -> None:
        for each in {WHOLE, segment}:
            self.counts.setdefault(each, Counter()).update(what)


def monitoring_look(*, organization_id: UUID, model_version_id: UUID) -> int:
    """Look at every day since the last look until yesterday, in order; how many days.

    Repeating it is harmless: a day looked at is left as it is.
    """
    baseline_present(
        organization_id=organization_id, actor=SYSTEM, model_version_id=model_version_id
    )
    with enter(organization_id, read_only=True):
        version = model_version_by_id(organization_id, model_version_id)
        days = _days(version)
        segment_field = monitoring_plan(organization_id, version.product_id).segment_field
        model_loaded(organization_id, version.artifact_hash)
    for day in days:
        observed = _observed(version, day, segment_field)
        monitoring_record(
            organization_id=organization_id,
            actor=SYSTEM,
            model_version_id=model_version_id,
            day=day,
            observed=observed,
        )
    return len(days)


def _days(version: ModelVersion) -> list[date]:
    """From the day after the last look, or the first day in charge, to yesterday."""
    yesterday = now(version.organization_id).date() - DAY
    last = last_day(version)
    begun = last + DAY if last else _begun(version)
    first = max(begun or yesterday, yesterday - (MOST_DAYS - 1) * DAY)
    return [first + each * DAY for each in range((yesterday - first).days + 1)]


def _begun(version: ModelVersion) -> date | None:
    found: datetime | None = (
        Championship.objects.filter(
            organization_id=version.organization_id,
            model_version=version,
            superseded_at__isnull=True,
        )
        .order_by("appointed_at")
        .values_list("appointed_at", flat=True)
        .first()
    )
    return found.date() if found else None


def _observed(version: ModelVersion, day: date, segment_field: str) -> Observed:
    """Everything the model scored and people overruled on a day."""
    organization_id = version.organization_id
    dictionary = Dictionary.parse(version.dictionary_version.document)
    with enter(organization_id, read_only=True):
        features = model_loaded(organization_id, version.artifact_hash).features
    kinds = {each.name: each.kind for each in model_inputs(dictionary, features)}
    gathered = _Day(tuple(kinds))
    for decision in _decisions(version, day):
        if decision.kind == DecisionKind.REVIEW:
            gathered.count(WHOLE, "reviewed", *_overridden(decision))
        else:
            _gather(gathered, decision, segment_field)
    return Observed(
        frame=Frame.of(gathered.rows, kinds),
        points=np.array(gathered.points, dtype=np.int64),
        pd_ppm=np.array(gathered.pd_ppm, dtype=np.int64),
        segments=gathered.segments,
        counts=gathered.counts,
    )


def _decisions(version: ModelVersion, day: date) -> Iterator[Decision]:
    """A day's decisions in the order of their ids, chunk by chunk, without their documents."""
    start = datetime.combine(day, time(), UTC)
    after = UUID(int=0)
    while True:
        with enter(version.organization_id, read_only=True):
            chunk = list(_of_the_day(version, start).filter(id__gt=after)[:AT_ONCE])
        yield from chunk
        if len(chunk) < AT_ONCE:
            return
        after = chunk[-1].id


def _of_the_day(version: ModelVersion, start: datetime) -> QuerySet[Decision]:
    rows = Decision.objects.filter(
        organization_id=version.organization_id,
        model_hash=version.artifact_hash,
        application__product_id=version.product_id,
        decided_at__gte=start,
        decided_at__lt=start + DAY,
    )
    return rows.only(
        "id", "organization_id", "kind", "outcome", "inputs", "points", "verdict",
        *(f"{name}_hash" for name in PINS),
    ).order_by("id")  # fmt: skip


def _gather(day: _Day, decision: Decision, segment_field: str) -> None:
    """A first decision: what it came to, and each party as the model saw it."""
    parties = _parties(decision)
    segment = WHOLE
    for index, (values, points, pd_ppm) in enumerate(parties):
        named = values.get(segment_field) if segment_field else WHOLE
        own = NONE_GIVEN if named is None else str(named)
        segment = own if index == 0 else segment
        day.rows.append({name: values.get(name) for name in day.features})
        day.points.append(points)
        day.pd_ppm.append(pd_ppm)
        day.segments.append(own)
    day.count(segment, "decided", COUNTED_AS[Outcome(decision.outcome)])


def _parties(decision: Decision) -> list[tuple[Mapping[str, Value], int, int]]:
    """Values, points and PD of each party; none where the facts are erased or could not be read."""
    hashes: Hashes | None = hashes_of_decision(decision)
    if decision.inputs is None or hashes is None or decision.points is None:
        return []
    inputs = computed_from(json.loads(decision.inputs))
    try:
        scored = plan_for(decision.organization_id, hashes).parties(inputs)
    except (*FAULTS, DomainError):
        log.warning("monitoring.not_readable", decision=str(decision.id), exc_info=True)
        return []
    return [(values, score.points, score.pd_ppm) for values, score in scored]


def _overridden(decision: Decision) -> tuple[str, ...]:
    """Whether the person departed from what was computed: then they gave a code for it."""
    verdict = Verdict.parse(decision.verdict or "{}")
    return ("overridden",) if verdict.override_codes else ()
