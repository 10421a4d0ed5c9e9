"""`Idempotency-Key`: the same request sent twice is one application and one answer."""

import json
import re
from typing import Any
from uuid import UUID

from rest_framework.request import Request

from tenancy.errors import FieldError, Invalid
from underwriting.services.applications import IdempotencyKey

_KEY = re.compile(r"^[\x21-\x7e]{1,255}$")


def idempotency_key(request: Request, *, caller: UUID) -> IdempotencyKey | None:
    """The key and the body it came with, None where the caller sent no key.

    `caller` is the partner, or the API key of a lender's own system: two callers may use the
    same key for different things.
    """
    text = request.headers.get("Idempotency-Key")
    if text is None:
        return None
    if not _KEY.match(text):
        message = "Idempotency-Key is 1 to 255 visible ASCII characters."
        raise Invalid([FieldError("/Idempotency-Key", "format", message)])
    return IdempotencyKey(scope=str(caller), key=text, body=canonical_body(request.data))


def canonical_body(body: Any) -> bytes:
    """The parsed body, so that white space and the order of names do not matter."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), default=str).encode()
