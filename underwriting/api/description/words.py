"""Words that name a state, a kind or an outcome: those there are, and that more may come.

They are never an `enum` of the schema: a client made from one would fail on the first new word.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from events.enums import DeliveryStatus, EndpointStatus
from events.webhooks.types import NAMES
from underwriting.enums import (
    ApplicationStatus,
    DecisionKind,
    Liability,
    OfferKind,
    OfferStatus,
    Outcome,
    ReasonSource,
    Role,
)

Document = dict[str, Any]

MORE = "more may come"
WORDS: Mapping[tuple[str, str], Sequence[str]] = {
    ("Applicant", "role"): Role.values,
    ("Applicant", "liability"): Liability.values,
    ("Application", "status"): ApplicationStatus.values,
    ("Decision", "decided_by"): DecisionKind.values,
    ("Decision", "outcome"): Outcome.values,
    ("Offer", "kind"): OfferKind.values,
    ("Offer", "status"): OfferStatus.values,
    ("FullOffer", "kind"): OfferKind.values,
    ("FullOffer", "status"): OfferStatus.values,
    ("Party", "role"): Role.values,
    ("Party", "liability"): Liability.values,
    ("PartyScore", "role"): Role.values,
    ("PathChange", "way"): ("lower", "higher", "other"),
    ("Reason", "source"): ReasonSource.values,
    ("TestPersona", "kind"): ("outcome", "connector"),
    ("TestWebhook", "type"): NAMES,
    ("Webhook", "status"): EndpointStatus.values,
    ("WebhookDelivery", "type"): NAMES,
    ("WebhookDelivery", "status"): DeliveryStatus.values,
}


def opened(schemas: Mapping[str, Document]) -> None:
    """Say of each word that is there which values it has today."""
    for (name, member), values in WORDS.items():
        about = schemas.get(name, {}).get("properties", {}).get(member)
        if about is None:
            continue
        about["x-extensible-enum"] = [str(value) for value in values]
        said = str(about.get("description", "")).rstrip(".; ")
        if MORE not in said:
            listed = ", ".join(about["x-extensible-enum"])
            about["description"] = "; ".join(part for part in (said or listed, MORE) if part) + "."
