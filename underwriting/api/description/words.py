"""Words that name a state, a kind or an outcome: those there are, and that more may come.

They are never an `enum` of the schema: a client made from one would fail on the first new word.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from events.enums import DeliveryStatus, EndpointStatus
from events.webhooks.types import NAMES as MESSAGES
from scoring.enums import ModelStatus, ScorePurpose
from underwriting import enums

Document = dict[str, Any]

MORE = "more may come"
WORDS: Mapping[tuple[str, str], Sequence[str]] = {
    ("Applicant", "role"): enums.Role.values,
    ("Applicant", "liability"): enums.Liability.values,
    ("Application", "status"): enums.ApplicationStatus.values,
    ("Batch", "status"): enums.BatchStatus.values,
    ("BatchOrigin", "format"): enums.BatchFormat.values,
    ("BookingCase", "status"): enums.BookingCaseStatus.values,
    ("BookingCase", "resolution"): enums.BookingResolution.values,
    ("BookingCase", "reason"): enums.BookingReason.values,
    ("Chunk", "status"): enums.ChunkStatus.values,
    ("Decision", "decided_by"): enums.DecisionKind.values,
    ("Decision", "outcome"): enums.Outcome.values,
    ("FullOffer", "kind"): enums.OfferKind.values,
    ("FullOffer", "status"): enums.OfferStatus.values,
    ("ListedApplication", "status"): enums.ApplicationStatus.values,
    ("Model", "status"): ModelStatus.values,
    ("Offer", "kind"): enums.OfferKind.values,
    ("Offer", "status"): enums.OfferStatus.values,
    ("Party", "role"): enums.Role.values,
    ("Party", "liability"): enums.Liability.values,
    ("PartyScore", "role"): enums.Role.values,
    ("PathChange", "way"): ("lower", "higher", "other"),
    ("Prequalification", "status"): enums.PrequalificationStatus.values,
    ("Prequalification", "outcome"): enums.Likelihood.values,
    ("Reason", "source"): enums.ReasonSource.values,
    ("ReviewAsked", "status"): enums.ReviewStatus.values,
    ("Score", "purpose"): ScorePurpose.values,
    ("ScoreRequest", "purpose"): ScorePurpose.values,
    ("ScoreBatchRequest", "purpose"): ScorePurpose.values,
    ("StandingCondition", "status"): enums.ConditionStatus.values,
    ("TestPersona", "kind"): ("outcome", "connector"),
    ("TestWebhook", "type"): MESSAGES,
    ("Webhook", "status"): EndpointStatus.values,
    ("WebhookWithSecret", "status"): EndpointStatus.values,
    ("WebhookDelivery", "type"): MESSAGES,
    ("WebhookDelivery", "status"): DeliveryStatus.values,
    ("WebhookDeliveryInFull", "type"): MESSAGES,
    ("WebhookDeliveryInFull", "status"): DeliveryStatus.values,
}
OPEN = frozenset(
    {
        "decided_by",
        "effect",
        "family",
        "format",
        "kind",
        "liability",
        "outcome",
        "purpose",
        "reason",
        "resolution",
        "role",
        "source",
        "status",
        "type",
        "way",
    }
)
"""Members that hold such a word wherever they stand, its values listed above or not."""
ADDRESSES = frozenset(
    {("Problem", "type"), ("BatchReference", "source"), ("BatchOrigin", "source")}
)


def opened(schemas: Mapping[str, Document]) -> None:
    """Say of each word which values it has today, and that more may come."""
    for name, member, about in words_of(schemas):
        said = str(about.get("description", "")).rstrip(".; ")
        if values := WORDS.get((name, member)):
            about["x-extensible-enum"] = [str(value) for value in values]
            said = said or ", ".join(about["x-extensible-enum"])
        if MORE not in said.lower():
            about["description"] = "; ".join(part for part in (said, MORE) if part) + "."


def words_of(schemas: Mapping[str, Document]) -> Iterator[tuple[str, str, Document]]:
    """Schema, member and description of every word."""
    for name, schema in schemas.items():
        for member, about in schema.get("properties", {}).items():
            text = about.get("type") in ("string", ["string", "null"])
            listed = (name, member) in WORDS
            if listed or (text and member in OPEN and (name, member) not in ADDRESSES):
                yield name, member, about
