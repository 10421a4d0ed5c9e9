"""Looking at trials of policies: once a day, by a test that may be looked at as often as one likes.

What is proved is said to people. A challenger that proves better by what its trial is about is
handed in for publication, which people decide; nothing is published or ended here.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from math import log
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import QuerySet

from events.actor import SYSTEM
from events.services import event_record
from ml.challenge import split_differences
from ml.outcomes import Outcome as LoanOutcome
from scoring.selectors.outcomes import definition_latest, outcomes_by_loan
from tenancy.clock import now
from tenancy.enter import enter
from underwriting.enums import (
    Crossing,
    Outcome,
    PolicyMove,
    PolicyStatus,
    TrialMeasure,
    TrialMode,
    TrialStatus,
)
from underwriting.models import PolicyTrial, PolicyTrialLook
from underwriting.selectors.policy_trials import ArmDecision, Pair, arms, pairs, trial_by_id
from underwriting.services.backtests import backtest_wanted
from underwriting.services.policy_moves import moved, version_locked

ALPHA = 0.05
"""Chance of ever saying "better" or "worse" by one measure where the policies do as well."""
FEWEST_KNOWN = 50
DAYS_A_MONTH = 31
GRANTED = (Outcome.APPROVE, Outcome.COUNTER_OFFER)
Differences = np.ndarray[Any, np.dtype[np.float64]]


def policy_trial_look(*, organization_id: UUID, trial_id: UUID) -> list[PolicyTrialLook]:
    """Today's look by each measure that the trial allows; what was looked at today is left alone.

    The first time that what the trial is about crosses the line, an event says so, Today shows
    it, and a challenger that proved better is handed in.
    """
    with enter(organization_id, read_only=True):
        moment = now(organization_id)
        trial = trial_by_id(organization_id, trial_id)
        if trial is None or trial.status != TrialStatus.RUNNING:
            return []
        found = _differences(trial, moment)
    looked = [_look(trial, measure, values, moment) for measure, values in found.items()]
    with enter(organization_id):
        kept = [look for look in looked if _kept(look)]
        for look in kept:
            if look.measure == trial.measure and _is_news(look):
                _told(trial, look)
    return kept


def paired(both: list[Pair], measure: str) -> Differences:
    """A difference an application in {-1, 0, 1}, positive where the challenger does better by a
    measure that both decisions show: approvals (more) or referrals (fewer), shape (n,)."""
    wanted, sign = (GRANTED, 1.0) if measure == TrialMeasure.APPROVALS else ((Outcome.REFER,), -1.0)
    champion = np.array([pair.champion in wanted for pair in both], dtype=np.float64)
    challenger = np.array([pair.challenger in wanted for pair in both], dtype=np.float64)
    return sign * (challenger - champion)


def earned(
    decided: list[ArmDecision], known: Mapping[str, LoanOutcome], share_ppm: int
) -> Differences:
    """What each application of a split earned, weighed by the chance of its arm, in [-1, 1].

    A loan without a known end earned nothing, as an application that was not approved.
    """
    ended = [known.get(each.loan_ref) in ("good", "bad") for each in decided]
    return split_differences(
        [each.challenged for each in decided],
        [
            each.outcome == Outcome.APPROVE and over
            for each, over in zip(decided, ended, strict=True)
        ],
        [known.get(each.loan_ref) == "bad" for each in decided],
        share_ppm,
    )


def _differences(trial: PolicyTrial, moment: datetime) -> dict[str, Differences]:
    both = pairs(trial)
    found = {
        measure: paired(both, measure)
        for measure in (TrialMeasure.APPROVALS.value, TrialMeasure.REFERRALS.value)
    }
    definition = definition_latest(trial.organization_id, trial.product_id)
    if trial.mode == TrialMode.SPLIT and definition is not None:
        matured = moment - timedelta(days=DAYS_A_MONTH * definition.window_months)
        known = outcomes_by_loan(definition, moment.date())
        found[TrialMeasure.WORTH.value] = earned(arms(trial, matured), known, trial.share_ppm)
    return found


def _look(
    trial: PolicyTrial, measure: str, values: Differences, moment: datetime
) -> PolicyTrialLook:
    """The arithmetic, outside any transaction; half of ALPHA for each direction.

    Imported here because no request worker may pay for scipy's start.
    """
    from ml.sequential import compared, log_wealth

    said = compared(values, ALPHA / 2)
    against = float(log_wealth(-values)[-1]) if said.n else 0.0
    return PolicyTrialLook(
        organization_id=trial.organization_id,
        trial=trial,
        measure=measure,
        looked_on=moment.date(),
        known=said.n,
        difference=said.mean if said.n else None,
        log_e=said.log_e,
        log_e_against=against,
        crossed=_crossed(said.n, said.log_e, against),
        document=asdict(said) | {"alpha": ALPHA},
    )


def _crossed(known: int, better: float, worse: float) -> Crossing:
    line = log(2 / ALPHA)
    if known < FEWEST_KNOWN or max(better, worse) < line:
        return Crossing.NONE
    return Crossing.BETTER if better >= worse else Crossing.WORSE


def _kept(look: PolicyTrialLook) -> bool:
    """Inside the caller's `enter`. Whether it was made now; two at once come one after another."""
    PolicyTrial.objects.select_for_update().get(
        organization_id=look.organization_id, id=look.trial_id
    )
    if _looks_like(look).filter(looked_on=look.looked_on).exists():
        return False
    look.save(force_insert=True)
    return True


def _is_news(look: PolicyTrialLook) -> bool:
    """Whether it crossed, for the first time this way."""
    same_way = _looks_like(look).filter(crossed=look.crossed)
    return bool(look.crossed) and not same_way.exclude(id=look.id).exists()


def _looks_like(look: PolicyTrialLook) -> QuerySet[PolicyTrialLook]:
    return PolicyTrialLook.objects.filter(
        organization_id=look.organization_id, trial_id=look.trial_id, measure=look.measure
    )


def _told(trial: PolicyTrial, look: PolicyTrialLook) -> None:
    version = version_locked(trial.organization_id, trial.challenger_id)
    if (
        look.crossed == Crossing.BETTER
        and version.status == PolicyStatus.CHECKED
        and version.content_hash == trial.challenger_hash
    ):
        backtest_wanted(moved(version, SYSTEM, PolicyMove.SUBMITTED), SYSTEM)
    event_record(
        organization_id=trial.organization_id,
        actor=SYSTEM,
        type="policy.trial_crossed",
        subject=("policy_trial", trial.id),
        data={
            "challenger": str(trial.challenger_id),
            "measure": str(look.measure),
            "proved": str(look.crossed),
            "known": look.known,
        },
    )
