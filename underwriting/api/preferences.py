"""`Prefer: wait=N` (RFC 7240): how long a caller is ready to wait for a decision."""

import re

from rest_framework.request import Request

MAX_WAIT_SECONDS = 30
_WAIT = re.compile(r"^wait\s*=\s*\"?(\d{1,4})\"?$", re.IGNORECASE)


def wait_seconds(request: Request) -> int:
    """Seconds the caller would wait, 0 where nothing was asked; unknown preferences are ignored."""
    for preference in request.headers.get("Prefer", "").split(","):
        if match := _WAIT.match(preference.split(";")[0].strip()):
            return min(int(match.group(1)), MAX_WAIT_SECONDS)
    return 0
