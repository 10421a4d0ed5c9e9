"""What is learnt about a request on its way: who asks, in which version, what is left of a rate."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid5

from django.conf import settings
from django.http import HttpRequest

from accounts.addresses import Address, client_address
from accounts.services.credentials import KeyRef
from accounts.services.rate_limits import Rate, Taken, bucket_take

REFUSED_USES = Rate(per_minute=60, burst=60)
"""How many refused uses of one key its lender's log takes in: a flood of them says no more."""


@dataclass(slots=True)
class ApiCall:
    """The middleware makes one for each request of the API; the views fill it in."""

    key: KeyRef | None = None
    """Whose credential it was, also where it opened nothing."""
    version: str | None = None
    taken: Taken | None = None

    def note_refused(self, key: KeyRef) -> None:
        """A dead key, or one from elsewhere: the lender sees it in the log, but no flood of it.

        It is counted apart, so that whoever found a key cannot use up its owner's rate.
        """
        taken = bucket_take(uuid5(key.id, "refused"), REFUSED_USES)
        if taken is None or taken.allowed:
            self.key = key


def call_of(request: Any) -> ApiCall:
    """The call of a Django or DRF request; one of its own where no middleware ran (a schema)."""
    call = getattr(request, "api_call", None)
    return call if isinstance(call, ApiCall) else ApiCall()


def address_of_request(request: HttpRequest) -> Address | None:
    """Where the caller is, seen through as many proxies as the installation has."""
    return client_address(
        peer=request.META.get("REMOTE_ADDR", ""),
        forwarded_for=request.META.get("HTTP_X_FORWARDED_FOR", ""),
        trusted_proxies=settings.ASSAY_TRUSTED_PROXIES,
    )
