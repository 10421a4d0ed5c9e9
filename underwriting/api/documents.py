"""Rows as the API shows them: prefixed ids, amounts with their currency, reasons in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from scoring.models import ModelVersion
from tenancy.ids import public_id
from underwriting.api.formats import fraction, money, time_text
from underwriting.models import Application, Decision, Offer, Party
from underwriting.selectors.explanations import likelihood_words, outcome_words, probability
from underwriting.selectors.paths import PathShown
from underwriting.selectors.reasons import ReasonText
from underwriting.verdicts import shown_trace

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hosted:
    """Where each party finishes a draft, in order, and pointers to what nobody has said yet."""

    links: Sequence[str]
    missing: Sequence[str]


def application_document(
    application: Application,
    *,
    parties: Sequence[Party] = (),
    decision: Document | str | None = None,
    hosted: Hosted | None = None,
) -> Document:
    """An application; `decision` is its id, or the whole of it where that was asked for."""
    product = application.product
    links = hosted.links if hosted else ()
    return {
        "id": public_id("app", application.id),
        "object": "application",
        "product": product.slug,
        "status": application.status,
        "external_id": application.external_id,
        "language": application.language,
        "amount": money(application.amount, application.currency, product.minor_units),
        "term_months": application.term_months,
        "metadata": application.metadata,
        "received_at": time_text(application.received_at),
        "completed_at": time_text(application.completed_at),
        "decided_at": time_text(application.decided_at),
        "parties": [
            party_document(party, link)
            for party, link in zip_longest(parties, links[: len(parties)])
        ],
        "hosted_url": links[0] if links else None,
        "return_url": application.return_url,
        "missing": list(hosted.missing) if hosted else [],
        "decision": decision,
    }


def party_document(party: Party, link: str | None = None) -> Document:
    """Who takes part, without a word of who they are."""
    return {
        "position": party.position,
        "role": party.role,
        "liability": party.liability,
        "hosted_url": link,
    }


def decision_document(
    decision: Decision,
    *,
    application: Application,
    reasons: Sequence[ReasonText],
    offer: Offer | None,
    model: ModelVersion | None,
    language: str,
    path: PathShown | None = None,
    inside: bool = False,
) -> Document:
    """A decision with everything a partner may pass on.

    `inside` adds how it came about: what each fact counted for, and which rules were met.
    """
    data = decision.document_data
    how: Document = {"contributions": None, "trace": None}
    if inside:
        scored = [_contributions(party) for party in data.get("parties", [])]
        how = {"contributions": scored, "trace": shown_trace(data)}
    return {
        "id": public_id("dec", decision.id),
        "object": "decision",
        "application": public_id("app", decision.application_id),
        "number": decision.number,
        "decided_by": decision.kind,
        "in_force": decision.in_force,
        "outcome": decision.outcome,
        "outcome_text": outcome_words(decision.outcome, language),
        "decided_at": time_text(decision.decided_at),
        "expires_at": time_text(decision.expires_at),
        "notice_due_at": time_text(decision.notice_due_at),
        "probability": probability(decision.pd_ppm),
        "points": decision.points,
        "interpretation": likelihood_words(decision.pd_ppm, language),
        "language": language,
        "model": model_document(model),
        "reasons": [reason_document(reason) for reason in reasons],
        "offer": offer_document(offer, application),
        "path": path_document(path),
        **how,
        "pins": data.get("pins", {}),
    }


def reason_document(reason: ReasonText) -> Document:
    return {
        "code": reason.code,
        "text": reason.text,
        "source": reason.source,
        "party": reason.party,
    }


def offer_document(offer: Offer | None, application: Application) -> Document | None:
    if offer is None:
        return None
    units = application.product.minor_units
    return {
        "id": public_id("off", offer.id),
        "kind": offer.kind,
        "status": offer.status,
        "amount": money(offer.amount, offer.currency, units),
        "down_payment": money(offer.down_payment, offer.currency, units),
        "term_months": offer.term_months,
        "annual_rate": fraction(offer.rate_ppm),
        "instalment": money(offer.instalment, offer.currency, units),
        "total": money(offer.total, offer.currency, units),
        "cost_of_credit": fraction(offer.cost_ppm),
        "cost_example_months": offer.example_months,
        "expires_at": time_text(offer.expires_at),
    }


def path_document(path: PathShown | None) -> Document | None:
    """What would have been enough; the same for whoever nothing was found for and looked for."""
    if path is None:
        return None
    return {
        "found": path.found,
        "text": [path.lead, *(change.text for change in path.changes)],
        "changes": [
            {
                "party": change.party,
                "field": change.field,
                "label": change.label,
                "way": change.way,
                "current": change.current,
                "wanted": change.wanted,
            }
            for change in path.changes
        ],
        "honoured_until": time_text(path.until),
        "caveat": path.caveat(lambda until: until.date().isoformat()) or None,
    }


def model_document(model: ModelVersion | None) -> Document | None:
    if model is None:
        return None
    return {
        "version": model.number,
        "family": model.family,
        "content_hash": model.artifact_hash,
    }


def _contributions(party: Mapping[str, Any]) -> Document:
    """Points each fact gained or lost for one party, as the model's artifact says."""
    return {
        "role": party["role"],
        "points": party["points"],
        "probability": probability(party["pd_ppm"]),
        "features": [{"name": name, "points": points} for name, points in party["contributions"]],
    }
