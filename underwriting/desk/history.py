"""What happened to an application, and the decisions it had. Call inside `enter`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from events.models import Event
from underwriting.desk.people import actor_name
from underwriting.desk.words import language, moment, money, months, percent, short_hash
from underwriting.enums import OfferStatus, Outcome, OverrideCode
from underwriting.models import Application, Decision, Offer
from underwriting.selectors.decisions import decisions_of
from underwriting.selectors.reasons import reason_texts
from underwriting.selectors.timelines import timeline
from underwriting.verdicts import Verdict

EVENTS: Mapping[str, str | Promise] = {
    "application.submitted": gettext_lazy("Application received"),
    "application.begun": gettext_lazy("Begun for the applicant to finish"),
    "application.facts_added": gettext_lazy("Facts added or corrected"),
    "application.expired": gettext_lazy("Closed unfinished"),
    "application.withdrawn": gettext_lazy("Withdrawn"),
    "document.attached": gettext_lazy("Document attached"),
    "application.funded": gettext_lazy("Funded"),
    "application.ready_to_fund": gettext_lazy("Ready to fund"),
    "decision.recorded": gettext_lazy("Decision recorded"),
    "batch.chunk_decided": gettext_lazy("Received with a file and decided"),
    "inquiry.recorded": gettext_lazy("Inquiry recorded"),
    "connector.set": gettext_lazy("Connector set up"),
    "check.looked_at": gettext_lazy("Check looked at"),
    "review.opened": gettext_lazy("Referred to a person"),
    "review.requested": gettext_lazy("A person was asked for"),
    "review.claimed": gettext_lazy("Claimed"),
    "review.released": gettext_lazy("Released to the queue"),
    "review.referred_up": gettext_lazy("Referred up"),
    "review.second_person_needed": gettext_lazy("Waits for a second person"),
    "review.second_person_disagreed": gettext_lazy("The second person disagreed"),
    "offer.accepted": gettext_lazy("Offer accepted"),
    "offer.declined": gettext_lazy("Offer declined by the applicant"),
    "offer.lapsed": gettext_lazy("Offer lapsed"),
    "condition.cleared": gettext_lazy("Condition cleared"),
    "condition.waived": gettext_lazy("Condition waived"),
    "alert.opened": gettext_lazy("Alert opened"),
    "alert.raised": gettext_lazy("Alert became serious"),
    "alert.closed": gettext_lazy("Alert closed"),
    "alert.taken": gettext_lazy("Alert taken"),
    "monitoring.recorded": gettext_lazy("A model was looked at"),
    "monitoring.planned": gettext_lazy("How a product is watched was changed"),
    "product.paused": gettext_lazy("Product paused: people decide"),
    "product.resumed": gettext_lazy("Product decided by machine again"),
    "performance.recorded": gettext_lazy("Months of loans reported"),
}


@dataclass(frozen=True, slots=True)
class Happening:
    sequence: int
    at: str
    words: str
    detail: str
    actor: str


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision of the sequence, with whoever took it and why."""

    number: int
    outcome: str
    outcome_words: str
    in_force: bool
    at: str
    actor: str
    points: int | None
    pd: str
    reasons: Sequence[str]
    overrides: Sequence[str]
    offer: str
    offer_status: str
    document_hash: str


def happenings(application: Application, names: Mapping[str, str]) -> list[Happening]:
    found = timeline(organization_id=application.organization_id, application_id=application.id)
    return [_happening(event, names) for event in found]


def event_words(kind: str) -> str:
    return str(EVENTS[kind]) if kind in EVENTS else kind.replace(".", ": ").replace("_", " ")


def decision_lines(
    application: Application, names: Mapping[str, str], digits: int
) -> list[DecisionLine]:
    """The whole sequence, newest first."""
    offers = {
        offer.decision_id: offer
        for offer in Offer.objects.filter(
            organization_id=application.organization_id, application_id=application.id
        )
    }
    found = decisions_of(application)
    return [_line(each, offers, names, digits) for each in reversed(found)]


def offer_words(offer: Offer | Mapping[str, Any], digits: int) -> str:
    """Terms in one line: amount, term, instalment, yearly rate and cost, what is paid down."""
    data = offer if isinstance(offer, Mapping) else vars(offer)
    currency = data["currency"]
    parts = [money(data["amount"], currency, digits)]
    if data["term_months"]:
        parts.append(months(data["term_months"]))
    if data["instalment"]:
        parts.append(
            gettext("%(amount)s a month") % {"amount": money(data["instalment"], currency, digits)}
        )
    parts.append(gettext("%(rate)s nominal") % {"rate": percent(data["rate_ppm"])})
    if data["cost_ppm"] is not None:
        example = offer.example_months if isinstance(offer, Offer) else data.get("example")
        parts.append(_cost(data["cost_ppm"], example=bool(example)))
    if data.get("down_payment") is not None:
        paid = money(data["down_payment"], currency, digits)
        parts.append(gettext("%(amount)s paid down") % {"amount": paid})
    return " · ".join(parts)


def _cost(cost_ppm: int, *, example: bool) -> str:
    """The yearly cost as the pack counts it; of a limit it is the pack's example."""
    form = gettext("%(cost)s a year in all")
    if example:
        form = gettext("%(cost)s a year in all, if drawn at once (example)")
    return form % {"cost": percent(cost_ppm)}


def _happening(event: Event, names: Mapping[str, str]) -> Happening:
    return Happening(
        sequence=event.sequence,
        at=moment(event.at),
        words=event_words(event.type),
        detail=_detail(event),
        actor=actor_name(event.actor_kind, event.actor_id, names),
    )


def _detail(event: Event) -> str:
    """The outcome, where an event names one; everything else is ids and hashes."""
    outcome = json.loads(event.data).get("outcome")
    return str(Outcome(outcome).label) if outcome in Outcome.values else ""


def _line(
    decision: Decision, offers: Mapping[UUID, Offer], names: Mapping[str, str], digits: int
) -> DecisionLine:
    offer = offers.get(decision.id)
    verdict = Verdict.parse(decision.verdict) if decision.verdict else None
    codes = verdict.override_codes if verdict else ()
    return DecisionLine(
        number=decision.number,
        outcome=decision.outcome,
        outcome_words=str(Outcome(decision.outcome).label),
        in_force=decision.in_force,
        at=moment(decision.decided_at),
        actor=actor_name(decision.decided_by_kind, decision.decided_by_id, names),
        points=decision.points,
        pd=percent(decision.pd_ppm, 1),
        reasons=[reason.text for reason in reason_texts(decision, language())],
        overrides=[str(OverrideCode(c).label) for c in codes if c in OverrideCode.values],
        offer=offer_words(offer, digits) if offer else "",
        offer_status=str(OfferStatus(offer.status).label) if offer else "",
        document_hash=short_hash(decision.document_hash),
    )
