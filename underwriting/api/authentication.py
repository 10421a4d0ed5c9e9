"""`Authorization: Bearer assay_live_…`: the key, or a client's token, says which lender, which
partner, which rights."""

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.addresses import Address, allowed
from accounts.services.api_keys import opens
from accounts.services.credentials import Found, KeyRef, credential_found, credential_used
from events.actor import Actor
from tenancy.errors import Forbidden
from underwriting.api.calls import address_of_request, call_of

DEAD = "The API key or token is unknown, expired or revoked."


class ApiClient:
    """Who stands behind a key, in the place where DRF expects a user."""

    is_authenticated = True
    is_active = True
    pk = None

    def __init__(self, key: KeyRef) -> None:
        self.key = key
        self.actor = Actor("api_key", str(key.id))

    def __str__(self) -> str:
        return self.actor.id


class ApiKeyAuthentication(BaseAuthentication):
    """A revoked, expired or unknown key answers alike: 401 with a challenge."""

    keyword = b"bearer"

    def authenticate(self, request: Request) -> tuple[ApiClient, KeyRef] | None:
        words = get_authorization_header(request).split()
        if not words:
            return None
        if len(words) != 2 or words[0].lower() != self.keyword:
            raise AuthenticationFailed("Write the header as `Authorization: Bearer <API key>`.")
        found = _known(credential_found(words[1].decode("latin-1")))
        address = address_of_request(request)
        try:
            _refuse_dead(found)
            refuse_address(found.key, address)
        except (AuthenticationFailed, Forbidden):
            call_of(request).note_refused(found.key)
            raise
        call_of(request).key = found.key
        credential_used(found, address)
        return ApiClient(found.key), found.key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="assay"'


def _known(found: Found | None) -> Found:
    if found is None:
        raise AuthenticationFailed(DEAD)
    return found


def _refuse_dead(found: Found) -> None:
    if not found.alive:
        raise AuthenticationFailed(DEAD)
    if not opens(found.key, is_token=found.is_token):
        message = "This is the secret of an OAuth client: exchange it at /v1/oauth/token."
        raise AuthenticationFailed(message)


def refuse_address(key: KeyRef, address: Address | None) -> None:
    """Raises Forbidden (`address_not_allowed`) where the key's list does not name the caller's.

    The address is said: who set the list up behind a proxy must see what arrives here.
    """
    if not allowed(address, key.allowed_networks):
        seen = "an address that could not be told" if address is None else str(address)
        message = f"This key may not be used from {seen}."
        raise Forbidden(message, code="address_not_allowed")
