"""`Authorization: Bearer assay_live_…`: the key says which lender, which partner, which rights."""

from typing import Any

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.services.api_keys import KeyRef, api_key_authenticate
from events.actor import Actor


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
        key = api_key_authenticate(words[1].decode("latin-1"))
        if key is None:
            raise AuthenticationFailed("The API key is unknown, expired or revoked.")
        return ApiClient(key), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="assay"'


def client_of(request: Request) -> Any:
    """The authenticated client of a request whose permissions have been checked."""
    return request.user
