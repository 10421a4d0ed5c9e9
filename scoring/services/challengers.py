"""Looking at challengers: once a day, by a test that may be looked at as often as one likes.

A challenger that proves better is proposed to people; nothing is promoted here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import log
from typing import Any
from uuid import UUID

import numpy as np

from events.actor import SYSTEM
from events.services import event_record
from ml.challenge import brier_differences, split_differences
from ml.outcomes import Outcome
from scoring.enums import LookMethod, Verdict
from scoring.models import ChallengerLook, ModelVersion, OutcomeDefinition, Product, SplitTest
from scoring.selectors.challengers import arms, challengers_of, pairs, split_running
from scoring.selectors.outcomes import definition_latest, outcomes_by_loan
from scoring.services.charge import in_charge
from scoring.services.promotions import promotion_request
from tenancy.clock import now
from tenancy.enter import enter

ALPHA = 0.05
"""Chance of ever proposing a challenger that is no better, however often one looks."""
FEWEST_KNOWN = 50
DAYS_A_MONTH = 31
PROPOSALS: Mapping[str, str] = {
    LookMethod.SHADOW: "in shadow its PDs have proved closer to the outcomes",
    LookMethod.SPLIT: "in the split test its decisions have proved to earn more",
}


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What one method knows of one challenger by now: a difference a loan."""

    method: LookMethod
    champion: ModelVersion
    challenger: ModelVersion
    differences: np.ndarray[Any, np.dtype[np.float64]]


def challengers_look(*, organization_id: UUID, product_id: UUID) -> list[ChallengerLook]:
    """Look at every challenger of a product; what was looked at today already is left alone.

    Without an outcome definition or a model in charge there is nothing to look at.
    """
    with enter(organization_id, read_only=True):
        moment = now(organization_id)
        product = Product.objects.get(organization_id=organization_id, id=product_id)
        found = list(_evidence(product, moment))
    looked = [_looked(product, each, moment) for each in found]
    for evidence, (look, made) in zip(found, looked, strict=True):
        if made and look.crossed:
            promotion_request(
                organization_id=organization_id,
                actor=SYSTEM,
                model_version_id=evidence.challenger.id,
                reason=_reason(look),
            )
    return [look for look, _ in looked]


def _evidence(product: Product, moment: datetime) -> Iterable[_Evidence]:
    definition = definition_latest(product.organization_id, product.id)
    present = in_charge(product)
    if definition is None or present is None:
        return
    known = outcomes_by_loan(definition, moment.date())
    for challenger in challengers_of(product.organization_id, product.id):
        if challenger.id != present.model_version_id:
            yield _shadowed(present.model_version, challenger, known)
    split = split_running(product.organization_id, product.id)
    if split is not None:
        yield _split(split, definition, known, moment)


def _shadowed(
    champion: ModelVersion, challenger: ModelVersion, known: Mapping[str, Outcome]
) -> _Evidence:
    """Loans with a known end that both models scored, whichever of them decided."""
    ended = [pair for pair in pairs(champion, challenger) if _is_known(known, pair.loan_ref)]
    differences = brier_differences(
        [pair.champion_pd_ppm for pair in ended],
        [pair.challenger_pd_ppm for pair in ended],
        [known[pair.loan_ref] == "bad" for pair in ended],
    )
    return _Evidence(LookMethod.SHADOW, champion, challenger, differences)


def _split(
    split: SplitTest,
    definition: OutcomeDefinition,
    known: Mapping[str, Outcome],
    moment: datetime,
) -> _Evidence:
    """Applications old enough that their outcome would be known; a loan never booked earns 0."""
    matured = moment - timedelta(days=DAYS_A_MONTH * definition.window_months)
    scores = arms(split, matured)
    differences = split_differences(
        [score.challenged for score in scores],
        [score.verdict == Verdict.APPROVE and _is_known(known, score.loan_ref) for score in scores],
        [known.get(score.loan_ref) == "bad" for score in scores],
        split.share_ppm,
    )
    return _Evidence(LookMethod.SPLIT, split.champion, split.challenger, differences)


def _is_known(known: Mapping[str, Outcome], loan_ref: str) -> bool:
    return known.get(loan_ref) in ("good", "bad")


def _looked(product: Product, evidence: _Evidence, moment: datetime) -> tuple[ChallengerLook, bool]:
    """Today's look, and whether it was made now. The arithmetic runs outside any transaction.

    Imported here because no request worker may pay for scipy's start.
    """
    from ml.sequential import compared

    found = compared(evidence.differences, ALPHA)
    crossed = found.n >= FEWEST_KNOWN and found.log_e >= log(1 / ALPHA)
    with enter(product.organization_id):
        look, made = ChallengerLook.objects.get_or_create(
            organization_id=product.organization_id,
            champion=evidence.champion,
            challenger=evidence.challenger,
            method=evidence.method,
            looked_on=moment.date(),
            defaults={
                "product": product,
                "known": found.n,
                "difference": found.mean if found.n else None,
                "log_e": found.log_e,
                "crossed": crossed,
                "document": asdict(found) | {"alpha": ALPHA},
            },
        )
        if made and crossed:
            event_record(
                organization_id=product.organization_id,
                actor=SYSTEM,
                type="challenger.proved_better",
                subject=("model", evidence.challenger.id),
                data={"method": str(evidence.method), "known": found.n},
            )
    return look, made


def _reason(look: ChallengerLook) -> str:
    times = round(np.exp(min(look.log_e, 50)))
    return f"{PROPOSALS[look.method]}: {look.known} known outcomes, e-value {times}"
