"""Standard Webhooks 1.0: the headers of a message and the secrets behind them."""

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

SECRET_PREFIX = "whsec_"  # noqa: S105 - how every secret begins
SECRET_BYTES = 32


def new_secret() -> str:
    """256 random bits in the form that every library of the standard reads."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(
    message_id: str, payload: str, keys: Sequence[str], at: datetime
) -> dict[str, str]:
    """`webhook-id`, `webhook-timestamp` and one signature for each secret in use.

    at: the attempt's real moment. The id holds no full stop, so no two messages sign alike.
    """
    moment = at.astimezone(UTC)
    signed = [Webhook(key).sign(message_id, moment, payload) for key in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signed),
    }
