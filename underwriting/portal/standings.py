"""Where an application stands, as one of its parties may see it. Call inside `enter`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ml.dictionary import Field
from tenancy.clock import now
from underwriting.enums import ApplicationStatus as S
from underwriting.enums import ConditionStatus, DecisionKind, OfferKind, OfferStatus
from underwriting.models import Offer
from underwriting.portal.local_forms import (
    date_written,
    minor_written,
    number_written,
    percent_written,
)
from underwriting.portal.questions import field_question
from underwriting.portal.visits import Visit
from underwriting.selectors.applications import PartyView
from underwriting.selectors.explanations import likelihood_words
from underwriting.selectors.paths import PathShown, path_shown
from underwriting.selectors.reasons import reason_texts
from underwriting.selectors.terms import dictionary

WAITING = frozenset({S.DRAFT, S.SUBMITTED, S.INCOMPLETE, S.DECIDING})
OFFERED = frozenset({S.APPROVED, S.APPROVED_WITH_CONDITIONS, S.OFFERED})
WITHDRAWABLE = WAITING | OFFERED | {S.REFERRED}
REVIEWABLE = frozenset({S.DECLINED, S.OFFERED})
SECONDS_WAITING, SECONDS_REFERRED = 2, 20


@dataclass(frozen=True, slots=True)
class OfferShown:
    """An offer in the reader's form."""

    amount: str
    rate: str
    cost: str
    instalment: str
    total: str
    term: str
    paid_down: str
    price: str
    example_months: str
    expires_on: str
    smaller: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """`phase` picks the words; `seconds` is when to look again, 0 for never."""

    phase: str
    seconds: int
    decided_on: str
    by_person: bool
    offer: OfferShown | None
    reasons: Sequence[str]
    others_reasons: int
    likelihood: str
    answers: bool
    reviewable: bool
    withdrawable: bool
    facts: Sequence[tuple[str, str]]
    conditions: Sequence[str]
    path: PathShown | None
    path_caveat: str


def standing_of(view: PartyView, visit: Visit) -> Standing:
    """The applicant alone answers an offer; the others see it. Nobody sees another's facts."""
    application, decision = view.application, view.decision
    status = S(application.status)
    first = view.party.position == 0
    own, others = _reasons(view, visit.language)
    path = _path(view, visit) if status in REVIEWABLE else None
    return Standing(
        phase=_phase(status),
        seconds=_seconds(status),
        decided_on=date_written(decision.decided_at) if decision else "",
        by_person=bool(decision and decision.kind == DecisionKind.REVIEW),
        offer=_offer(view.offer, view, visit) if view.offer else None,
        reasons=own,
        others_reasons=others,
        likelihood=likelihood_words(decision.pd_ppm, visit.language)
        if decision and decision.pd_ppm is not None
        else "",
        answers=first and status in OFFERED,
        reviewable=first and status in REVIEWABLE and visit.pack.human_review,
        withdrawable=first and status in WITHDRAWABLE,
        facts=_facts(view, visit),
        conditions=_conditions(view),
        path=path,
        path_caveat=path.caveat(date_written) if path else "",
    )


def _phase(status: S) -> str:
    if status == S.INCOMPLETE:
        return "incomplete"
    if status in WAITING:
        return "waiting"
    return "approved" if status == S.APPROVED_WITH_CONDITIONS else status.value


def _seconds(status: S) -> int:
    if status == S.INCOMPLETE:
        return SECONDS_REFERRED
    if status in WAITING:
        return SECONDS_WAITING
    return SECONDS_REFERRED if status == S.REFERRED else 0


def _reasons(view: PartyView, language: str) -> tuple[list[str], int]:
    """What counted against the reader or against all; and how many about somebody else.

    While a person is still looking there is nothing to give reasons for.
    """
    if view.decision is None or view.application.status == S.REFERRED:
        return [], 0
    texts = reason_texts(view.decision, language)
    mine = [each.text for each in texts if each.party in (None, view.party.position)]
    return list(dict.fromkeys(mine)), len([e for e in texts if e.text not in mine])


def _path(view: PartyView, visit: Visit) -> PathShown | None:
    """What would have been enough, in the reader's form: the request's part and their own."""

    def written(entry: Field, value: Any) -> str:
        question = field_question(entry, visit.language, view.application.currency)
        return str(question.shown(value, visit.language))

    return path_shown(view.decision, visit.language, written, party=view.party.position)


def _offer(offer: Offer, view: PartyView, visit: Visit) -> OfferShown:
    units = view.application.product.minor_units

    def money(minor: int | None) -> str:
        if minor is None:
            return ""
        return minor_written(minor, units, offer.currency, visit.language)

    language = visit.language
    months = offer.example_months
    in_time = offer.expires_at >= now(offer.organization_id)
    return OfferShown(
        amount=money(offer.amount),
        rate=percent_written(offer.rate_ppm, language),
        cost=percent_written(offer.cost_ppm, language) if offer.cost_ppm is not None else "",
        instalment=money(offer.instalment),
        total=money(offer.total),
        term=number_written(offer.term_months, language) if offer.term_months else "",
        paid_down=money(offer.down_payment),
        price="" if offer.down_payment is None else money(offer.amount + offer.down_payment),
        example_months=number_written(months, language) if months else "",
        expires_on=date_written(offer.expires_at),
        smaller=offer.kind == OfferKind.COUNTER_OFFER,
        open=offer.status == OfferStatus.OPEN and in_time,
    )


def _facts(view: PartyView, visit: Visit) -> list[tuple[str, str]]:
    """What was asked for and what this party said, in the words of their dictionary."""
    version = view.application.product_version
    words = dictionary(view.application.organization_id, version.dictionary_version.content_hash)
    given: dict[str, Any] = {**(view.request or {}), **(view.facts or {})}
    rows = []
    for entry in words.fields:
        if entry.page and given.get(entry.name) is not None:
            question = field_question(entry, visit.language, view.application.currency)
            rows.append((question.label, question.shown(given[entry.name], visit.language)))
    return rows


def _conditions(view: PartyView) -> list[str]:
    if view.decision is None:
        return []
    rows = view.decision.conditions.filter(
        organization_id=view.party.organization_id, status=ConditionStatus.OPEN
    )
    return [condition.text for condition in rows.order_by("code")]
