"""An offer as the API shows it by itself: its terms, whose it is, what stands before funding."""

from typing import Any

from tenancy.ids import public_id
from underwriting.api.documents import offer_document
from underwriting.api.formats import time_text
from underwriting.enums import OfferStatus
from underwriting.models import Condition, Offer

Document = dict[str, Any]


def offer_in_full(offer: Offer) -> Document:
    """With its application, decision and conditions, which must be read already."""
    conditions = sorted(offer.decision.conditions.all(), key=lambda each: each.code)
    return {
        **(offer_document(offer, offer.application) or {}),
        "object": "offer",
        "application": public_id("app", offer.application_id),
        "decision": public_id("dec", offer.decision_id),
        "offered_at": time_text(offer.offered_at),
        "answered_at": _answered(offer),
        "conditions": [condition_document(each) for each in conditions],
    }


def condition_document(condition: Condition) -> Document:
    return {"code": condition.code, "text": condition.text, "status": condition.status}


def _answered(offer: Offer) -> str | None:
    """When the applicant said yes or no; that it lapsed or was superseded is no answer."""
    said = offer.status in (OfferStatus.ACCEPTED, OfferStatus.DECLINED)
    return time_text(offer.answered_at) if said else None
