"""OAuth 2 client credentials (RFC 6749, 4.4; revocation by RFC 7009): oauthlib speaks the protocol,
and asks here who a client is and what it may. docs/decisions/tokens-are-rows-of-a-tenant.md."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from django.conf import settings
from oauthlib.oauth2 import BackendApplicationServer, RequestValidator
from oauthlib.oauth2.rfc6749.errors import (
    InvalidClientError,
    InvalidRequestError,
    UnauthorizedClientError,
)
from rest_framework.exceptions import Throttled

from accounts.addresses import Address, allowed
from accounts.services.access_tokens import client_authenticate, token_issue, token_revoke
from accounts.services.credentials import KeyRef, credential_used, secret_new
from accounts.services.rate_limits import bucket_take, rate_of
from tenancy.ids import parse_public_id, public_id
from underwriting.api.calls import ApiCall

CLIENT_CREDENTIALS = "client_credentials"


@dataclass(frozen=True, slots=True)
class Client:
    """A client as oauthlib wants one: with its id in public form."""

    key: KeyRef

    @property
    def client_id(self) -> str:
        return public_id("key", self.key.id)


class ClientValidator(RequestValidator):  # type: ignore[misc]  # oauthlib has no types
    """Answers oauthlib's questions for one request."""

    def __init__(self, call: ApiCall, address: Address | None) -> None:
        super().__init__()
        self.call = call
        self.address = address

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """HTTP Basic, or both in the body; never both ways at once."""
        client_id, secret = credentials_of(request)
        found = client_authenticate(client_id=parse_public_id("key", client_id), secret=secret)
        if found is None:
            return False
        if not allowed(self.address, found.key.allowed_networks):
            self.call.note_refused(found.key)
            raise UnauthorizedClientError("This client may not be used from this address.")
        self.call.key = found.key
        self._refuse_too_many(found.key)
        credential_used(found, self.address)
        request.client, request.client_id = Client(found.key), client_id
        return True

    def _refuse_too_many(self, key: KeyRef) -> None:
        self.call.taken = bucket_take(key.id, rate_of(key))
        if self.call.taken is not None and not self.call.taken.allowed:
            raise Throttled(wait=self.call.taken.retry_after)

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Client, request: Any, *args: Any, **kw: Any
    ) -> bool:
        return grant_type == CLIENT_CREDENTIALS

    def get_default_scopes(self, client_id: str, request: Any, *args: Any, **kw: Any) -> list[str]:
        """Who asks for none gets all that the client may."""
        return sorted(request.client.key.scopes)

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: Client, request: Any, *a: Any, **kw: Any
    ) -> bool:
        return set(scopes) <= client.key.scopes

    def save_bearer_token(self, token: dict[str, Any], request: Any, *a: Any, **kw: Any) -> None:
        key = request.client.key
        token_issue(
            organization_id=key.organization_id,
            client_id=key.id,
            raw=token["access_token"],
            scopes=request.scopes,
            seconds=token["expires_in"],
        )

    def revoke_token(self, token: str, hint: str, request: Any, *args: Any, **kw: Any) -> None:
        key = request.client.key
        token_revoke(organization_id=key.organization_id, client_id=key.id, raw=token)


def server_of(validator: ClientValidator) -> BackendApplicationServer:
    return BackendApplicationServer(
        validator,
        token_generator=lambda request: secret_new(request.client.key.mode, token=True),
        token_expires_in=settings.ASSAY_TOKEN_SECONDS,
    )


def credentials_of(request: Any) -> tuple[str, str]:
    """Client id and secret as sent, empty where they are not."""
    for name in ("client_id", "client_secret"):
        if name in request.duplicate_params:
            raise InvalidRequestError(f"Duplicate {name} parameter.", request=request)
    header = request.headers.get("Authorization", "")
    body = (request.client_id or "", request.client_secret or "")
    if not header:
        return body
    if body[1]:
        raise InvalidRequestError("Use one way to authenticate the client.", request=request)
    return _basic(header, request)


def _basic(header: str, request: Any) -> tuple[str, str]:
    """RFC 6749, 2.3.1: id and secret are form-encoded before they are put together."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise InvalidClientError(request=request)
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise InvalidClientError(request=request) from error
    client_id, _, secret = text.partition(":")
    return unquote_plus(client_id), unquote_plus(secret)
