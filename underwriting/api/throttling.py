"""The rate of a key, where DRF asks for it: after the key is known, before the work."""

from typing import Any

from rest_framework.throttling import BaseThrottle

from accounts.services.credentials import KeyRef
from accounts.services.rate_limits import bucket_take, rate_of
from underwriting.api.calls import call_of


class KeyThrottle(BaseThrottle):
    """429 with `Retry-After` where the key's bucket is empty. Refused requests cost a token too:
    what a key may not do it may not try without end."""

    def __init__(self) -> None:
        self.seconds = 0

    def allow_request(self, request: Any, view: Any) -> bool:
        key = request.auth
        if not isinstance(key, KeyRef):
            return True
        taken = bucket_take(key.id, rate_of(key))
        if taken is None:
            return True
        call_of(request).taken = taken
        self.seconds = taken.retry_after
        return taken.allowed

    def wait(self) -> float:
        return self.seconds
