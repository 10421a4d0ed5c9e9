"""Every type of message that goes out, and the event that it comes from.

A message is thin: identifiers and nothing else, so that whoever reads it over a shoulder learns
nothing of a person, and a receiver fetches by the API what its key may read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tenancy.canonical import canonical
from tenancy.ids import public_id

SUBJECT = "subject"
"""Where an identifier comes from, when not from a member of the event's data."""
TEST = "webhook.test"
EVERY = "*"
REFER = "refer"


@dataclass(frozen=True, slots=True)
class Id:
    """One identifier of a message: its name, its prefix, and where the event has it."""

    name: str
    prefix: str
    source: str


APPLICATION = Id("application", "app", SUBJECT)
DECISION = Id("decision", "dec", "decision")
OFFER = Id("offer", "off", "offer")
BATCH = Id("batch", "bat", SUBJECT)


@dataclass(frozen=True, slots=True)
class MessageType:
    """A type, in words for its reader, with the event behind it.

    `referral` narrows events that mean different things: True for a referral, False for the rest.
    `more` is what a receiver must know besides.
    """

    name: str
    summary: str
    event: str
    ids: tuple[Id, ...]
    referral: bool | None = None
    more: str = ""

    def comes_from(self, event: str, data: Mapping[str, Any]) -> bool:
        if event != self.event:
            return False
        return self.referral is None or (data.get("outcome") == REFER) == self.referral


TYPES: tuple[MessageType, ...] = (
    MessageType(
        "application.submitted",
        "An application was accepted and waits for its decision.",
        "application.submitted",
        (APPLICATION,),
    ),
    MessageType(
        "application.decided",
        "A decision is in force: approval, counter-offer or decline, by rule or by a person.",
        "decision.recorded",
        (APPLICATION, DECISION),
        referral=False,
    ),
    MessageType(
        "application.referred",
        "A person will look at the application.",
        "decision.recorded",
        (APPLICATION, DECISION),
        referral=True,
    ),
    MessageType(
        "application.withdrawn",
        "The applicant took the application back.",
        "application.withdrawn",
        (APPLICATION,),
    ),
    MessageType(
        "application.facts_added",
        "Facts were added to or corrected in an application.",
        "application.facts_added",
        (APPLICATION,),
    ),
    MessageType(
        "document.attached",
        "A document was attached to an application.",
        "document.attached",
        (APPLICATION, Id("document", "doc", "document")),
    ),
    MessageType(
        "offer.accepted",
        "The applicant took the offer.",
        "offer.accepted",
        (APPLICATION, OFFER, DECISION),
    ),
    MessageType(
        "offer.declined",
        "The applicant did not want the offer.",
        "offer.declined",
        (APPLICATION, OFFER, DECISION),
    ),
    MessageType(
        "offer.expired",
        "The offer's time is over.",
        "offer.lapsed",
        (APPLICATION, OFFER, DECISION),
    ),
    MessageType(
        "review.requested",
        "The applicant asked for a person to look at the decision.",
        "review.requested",
        (APPLICATION, DECISION),
    ),
    MessageType(
        "application.ready_to_fund",
        "The offer is accepted and every condition cleared: the loan may be paid out.",
        "application.ready_to_fund",
        (APPLICATION, DECISION),
    ),
    MessageType(
        "application.booked",
        "The lender's loan system has booked the loan.",
        "application.funded",
        (APPLICATION,),
    ),
    MessageType(
        "booking.mismatched",
        "A booking does not agree with what was approved; it waits on the desk.",
        "booking.mismatched",
        (APPLICATION, Id("booking_case", "bkc", "case")),
    ),
    MessageType(
        "batch.completed",
        "Every row of a file is an application or refused; results and errors can be fetched.",
        "batch.completed",
        (BATCH,),
        more=(
            "Rows that were decided together, as columns, send no `application.*` messages. A row"
            " that went by itself, because others had to be asked or its customer stands twice in"
            " the file, sends its own, also after this one. What happens to any row's application"
            " later is told like that of every other."
        ),
    ),
    MessageType(
        "batch.failed",
        "A file could not be read or finished.",
        "batch.failed",
        (BATCH,),
        more="What was decided by then stays decided; `POST …/resume` takes up the rest.",
    ),
    MessageType(
        "batch.cancelled",
        "A file was stopped.",
        "batch.cancelled",
        (BATCH,),
        more="What was decided by then stays decided; `POST …/resume` takes up the rest.",
    ),
    MessageType(
        "prequalification.made",
        "Somebody was told, without a hard inquiry, what they may be offered.",
        "prequalification.made",
        (Id("prequalification", "prq", SUBJECT),),
    ),
    MessageType(
        TEST,
        "A trial, sent to one endpoint because somebody asked for it.",
        TEST,
        (Id("webhook", "whe", SUBJECT),),
    ),
)
NAMES = tuple(each.name for each in TYPES)
PUBLISHED = frozenset(each.event for each in TYPES)
"""Events that anybody could want to hear of; the others wake nobody."""
_BY_NAME = {each.name: each for each in TYPES}
_BY_EVENT: dict[str, list[MessageType]] = {}
for _each in TYPES:
    _BY_EVENT.setdefault(_each.event, []).append(_each)


def type_of(event: str, data: Mapping[str, Any]) -> MessageType | None:
    """The one type that an event is told as; None for what is nobody's outside."""
    found = next((each for each in _BY_EVENT.get(event, ()) if each.comes_from(event, data)), None)
    if found is not None and found.name == TEST:
        return _BY_NAME.get(str(data.get("as", TEST)), found)
    return found


def wanted(patterns: Sequence[str], name: str) -> bool:
    """Whether a filter lets a type through: `*`, `application.*` or the name itself."""
    group = f"{name.partition('.')[0]}.*"
    return any(pattern in (EVERY, group, name) for pattern in patterns)


def unknown_patterns(patterns: Sequence[str]) -> list[str]:
    """Filters that would never let anything through."""
    groups = {f"{name.partition('.')[0]}.*" for name in NAMES}
    return [each for each in patterns if each not in {EVERY, *groups, *NAMES}]


def ids_of(told: MessageType, subject_id: UUID, data: Mapping[str, Any]) -> dict[str, str]:
    """The identifiers of a message; what an event lacks is left out."""
    sources = {**data, SUBJECT: str(subject_id)}
    found = ((each, sources.get(each.source)) for each in told.ids)
    return {each.name: public_id(each.prefix, UUID(str(value))) for each, value in found if value}


def payload_of(name: str, at: datetime, ids: Mapping[str, str], request_id: str | None) -> str:
    """The bytes that are signed and sent, every time the same."""
    data: dict[str, Any] = {**ids, "request_id": request_id}
    return canonical({"type": name, "timestamp": spelled(at), "data": data}).decode()


def spelled(at: datetime) -> str:
    """RFC 3339 in UTC, to the microsecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
