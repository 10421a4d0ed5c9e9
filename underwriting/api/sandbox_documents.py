"""What the sandbox shows: personas in words, and where its clock stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from underwriting.api.formats import time_text
from underwriting.connectors.personas import PERSONAS as CONNECTOR_WORDS
from underwriting.enums import Outcome
from underwriting.personas import WORDS

Document = dict[str, Any]

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.APPROVE: "Approved with the amount and term asked for, whatever the policy says.",
    Outcome.DECLINE: "Declined, whatever the policy says.",
    Outcome.REFER: "A person looks at it, whatever the policy says.",
    Outcome.COUNTER_OFFER: "About half of the amount is offered, whatever the policy says.",
}
CONNECTORS: Mapping[str, str] = {
    "highscore": "The bureau reports a score of 820.",
    "lowscore": "The bureau reports a score of 420.",
    "thinfile": "A thin file: the bureau knows one account and has no score.",
    "nofile": "The bureau has no file.",
    "frozen": "The file is frozen: the application goes to a person.",
    "fraudalert": "A fraud alert is on the file: the application goes to a person.",
    "activeduty": "An active duty alert is on the file: the application goes to a person.",
    "addressdiffers": "The bureau knows another address: the application goes to a person.",
    "identitymismatch": "The identity check finds a mismatch.",
    "sanctionshit": "The sanctions check finds a hit.",
    "fraudhit": "The fraud check finds a hit.",
    "timeout": "The bureau never answers in time.",
    "timeoutonce": "The bureau answers the second attempt.",
    "malformed": "The bureau's answer cannot be read.",
    "unavailable": "The bureau is down and so are the checks: the application goes to a person.",
}
CHECKED_BY: Mapping[str, str] = {
    "identitymismatch": "identity",
    "sanctionshit": "sanctions",
    "fraudhit": "fraud",
}
ANY_KIND = "unavailable"
BUREAU = "bureau"


def persona_documents(asks: Mapping[str, Sequence[str]]) -> list[Document]:
    """Every persona; `asks` has for each product whom it asks about its applicants."""
    outcomes = [
        _persona(word, "outcome", outcome.value, OUTCOMES[outcome], list(asks))
        for word, outcome in WORDS.items()
    ]
    connectors = [
        _persona(word, "connector", word, CONNECTORS[word], _where(word, asks))
        for word in CONNECTOR_WORDS
    ]
    return outcomes + connectors


def clock_document(at: datetime, ahead: timedelta) -> Document:
    return {
        "object": "test_clock",
        "now": time_text(at),
        "ahead_seconds": int(ahead.total_seconds()),
    }


def _where(word: str, asks: Mapping[str, Sequence[str]]) -> list[str]:
    """Products that ask those whose answer the word changes."""
    if word == ANY_KIND:
        return [slug for slug, kinds in asks.items() if kinds]
    kind = CHECKED_BY.get(word, BUREAU)
    return [slug for slug, kinds in asks.items() if kind in kinds]


def _persona(word: str, kind: str, effect: str, about: str, products: list[str]) -> Document:
    return {
        "object": "test_persona",
        "word": word.capitalize(),
        "kind": kind,
        "effect": effect,
        "description": about,
        "products": products,
    }
