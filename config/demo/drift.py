"""Six weeks of invented days at a demo lender, so that monitoring has something to say at once.

Nobody applied on these days. Parties are drawn from the lender's past loans; from the third week
on long terms come more and more often, and in the last ten days one door leaves out since when
somebody is employed. Outcomes are those of the past loans themselves, spread over four quarters.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from config.demo.lenders import DemoLender
from events.actor import SYSTEM
from ml.columns import Frame
from ml.dictionary import Dictionary
from scoring.enums import Outcome
from scoring.models import ModelVersion, MonitoringRun, PastApplication, Product
from scoring.selectors.models import champion_or_none
from scoring.selectors.monitoring import WINDOW_DAYS, Matured
from scoring.services.baselines import baseline_present
from scoring.services.monitoring import WHOLE, Estimates, Observed, monitoring_record
from scoring.services.serving import model_loaded
from scoring.training.frames import training_frame
from tenancy.clock import now
from tenancy.enter import enter

DAYS = 42
QUIET_DAYS = 16
A_DAY = (14, 27)
STRONGEST = 1.1
"""How much likelier a term one standard deviation longer is on the last day, in logarithms."""
FORGETFUL_DAYS = 10
FORGOTTEN = 0.16
LONGER, LEFT_OUT = "term_months", "employment_since"
APPROVED_BELOW, REFERRED_BELOW = 260_000, 420_000

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Past:
    """The lender's past loans as columns, with the model's word on each."""

    frame: Frame
    points: Ints
    pd_ppm: Ints
    bad: npt.NDArray[np.bool_]

    def take(self, rows: Ints) -> "_Past":
        return replace(
            self,
            frame=self.frame.take(rows),
            points=self.points[rows],
            pd_ppm=self.pd_ppm[rows],
            bad=self.bad[rows],
        )


def drift_present(lender: DemoLender, product: Product) -> None:
    """Look at the model in charge at the end of each invented day; once."""
    organization_id = product.organization_id
    with enter(organization_id, read_only=True):
        version = champion_or_none(organization_id, product.id, now(organization_id))
        there = MonitoringRun.objects.filter(organization_id=organization_id).exists()
        today = now(organization_id).date()
    if not lender.learns_at_once or version is None or there:
        return
    if not baseline_present(
        organization_id=organization_id, actor=SYSTEM, model_version_id=version.id
    ):
        return
    _looked(version, _past(version), today)


def _looked(version: ModelVersion, past: _Past, today: date) -> None:
    chance = np.random.default_rng(11)
    known, recent = _known(past, today, chance), []
    for number in range(DAYS):
        day = _day(past, number, chance)
        recent.append(day.pd_ppm.tolist())
        monitoring_record(
            organization_id=version.organization_id,
            actor=SYSTEM,
            model_version_id=version.id,
            day=today - timedelta(days=DAYS - number),
            observed=_observed(day, chance),
            estimates=Estimates([pd for each in recent[-WINDOW_DAYS:] for pd in each], known),
            invented=True,
        )


def _past(version: ModelVersion) -> _Past:
    organization_id = version.organization_id
    with enter(organization_id, read_only=True):
        rows = list(
            PastApplication.objects.filter(
                organization_id=organization_id,
                product_id=version.product_id,
                outcome__in=[Outcome.GOOD, Outcome.BAD],
            )
            .order_by("external_ref")
            .values_list("request", "parties", "outcome")
        )
        dictionary = Dictionary.parse(version.dictionary_version.document)
        model = model_loaded(organization_id, version.artifact_hash)
    frame, _ = training_frame(dictionary, [row[0] for row in rows], [row[1] for row in rows])
    scores = model.score_columns(frame)
    bad = np.array([row[2] == Outcome.BAD for row in rows])
    return _Past(frame, scores.points, scores.pd_ppm, bad)


def _day(past: _Past, number: int, chance: np.random.Generator) -> _Past:
    """One day's parties, drawn more from long terms the later it is."""
    strength = STRONGEST * max(0, number - QUIET_DAYS) / (DAYS - QUIET_DAYS)
    terms = past.frame.columns[LONGER].values.astype(float)
    weight = np.exp(strength * (terms - terms.mean()) / terms.std())
    count = int(chance.integers(*A_DAY))
    drawn = past.take(chance.choice(weight.size, count, p=weight / weight.sum()))
    if number < DAYS - FORGETFUL_DAYS:
        return drawn
    column = drawn.frame.columns[LEFT_OUT]
    gaps = column.null | (chance.random(count) < FORGOTTEN)
    return replace(drawn, frame=drawn.frame.joined({LEFT_OUT: replace(column, null=gaps)}))


def _observed(day: _Past, chance: np.random.Generator) -> Observed:
    approved = int((day.pd_ppm < APPROVED_BELOW).sum())
    declined = int((day.pd_ppm >= REFERRED_BELOW).sum())
    referred = day.frame.rows - approved - declined
    counts = {
        "decided": day.frame.rows,
        "approved": approved,
        "referred": referred,
        "declined": declined,
        "reviewed": referred,
        "overridden": int(chance.binomial(referred, 0.3)),
    }
    return Observed(day.frame, day.points, day.pd_ppm, [WHOLE] * day.frame.rows, {WHOLE: counts})


def _known(past: _Past, today: date, chance: np.random.Generator) -> Matured:
    """Past loans as if scored by this model in the four quarters that ended a year ago."""
    quarters = _quarters(today)
    named = chance.integers(0, len(quarters), past.bad.size)
    order = np.argsort(named, kind="stable")
    return Matured(
        tuple(past.pd_ppm[order].tolist()),
        tuple(past.bad[order].tolist()),
        tuple(quarters[each] for each in named[order].tolist()),
    )


def _quarters(today: date) -> Sequence[str]:
    last = today.year * 4 + (today.month - 1) // 3 - 4
    return [f"{each // 4}-Q{each % 4 + 1}" for each in range(last - 3, last + 1)]
