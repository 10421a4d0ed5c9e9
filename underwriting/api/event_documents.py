"""Events as the API shows them: identifiers, codes and hashes, as they stand in the chain."""

import json
from typing import Any

from events.models import Event
from tenancy.ids import public_id
from underwriting.api.formats import time_text

Document = dict[str, Any]
PREFIXES = {
    "api_key": "key",
    "application": "app",
    "batch": "bat",
    "decision": "dec",
    "model": "mdl",
    "offer": "off",
    "prequalification": "prq",
    "score": "scr",
    "webhook_delivery": "whd",
    "webhook_endpoint": "whe",
}
"""Kinds of subjects that the API has an address for; others show their plain identifier."""


def event_document(event: Event, *, whole: bool = False) -> Document:
    """Thin in a list; whole, with the data and the hash before it, by itself."""
    prefix = PREFIXES.get(event.subject_kind)
    subject = public_id(prefix, event.subject_id) if prefix else str(event.subject_id)
    thin = {
        "id": public_id("evt", event.id),
        "object": "event",
        "sequence": event.sequence,
        "type": event.type,
        "created_at": time_text(event.at),
        "subject": {"kind": event.subject_kind, "id": subject},
        "actor": {"kind": event.actor_kind, "id": event.actor_id},
        "request_id": event.request_id,
        "hash": event.hash,
    }
    if not whole:
        return thin
    return {**thin, "data": json.loads(event.data), "previous_hash": event.previous_hash}
