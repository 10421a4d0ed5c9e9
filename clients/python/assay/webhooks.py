"""Whether a message is ours (Standard Webhooks 1.0), before a word of it is believed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


class SignatureRefused(ValueError):
    """Not signed by any of the secrets, altered, or older than five minutes."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message that is ours. `id` is the same on every attempt: tell repeats by it."""

    id: str
    type: str
    timestamp: str
    data: Mapping[str, Any]


def verify(body: bytes | str, headers: Mapping[str, str], secret: str | Sequence[str]) -> Message:
    """The message in a request's raw body; SignatureRefused for anything else.

    `secret` is the endpoint's, or several during a rotation.
    """
    named = {name.lower(): value for name, value in headers.items()}
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    for each in [secret] if isinstance(secret, str) else secret:
        try:
            Webhook(each).verify(text, named)
        except WebhookVerificationError:
            continue
        document = json.loads(text)
        return Message(
            id=named["webhook-id"],
            type=document["type"],
            timestamp=document["timestamp"],
            data=document["data"],
        )
    raise SignatureRefused("the message is not signed by any of the secrets, or too old")
