"""OAuth 2: what a client sends for a token, and what it gets."""

from typing import Any

from rest_framework import serializers

from underwriting.api.schemas.common import TEXT


class ClientCredentials(serializers.Serializer[Any]):
    client_id = TEXT(required=False, help_text="Unless HTTP Basic says it.")
    client_secret = TEXT(required=False, help_text="Unless HTTP Basic says it.")


class TokenRequest(ClientCredentials):
    grant_type = TEXT(help_text="`client_credentials`.")
    scope = TEXT(
        required=False, help_text="Scopes with spaces between; all of the client's if left out."
    )


class TokenRevocation(ClientCredentials):
    token = TEXT()
    token_type_hint = TEXT(required=False)


class Token(serializers.Serializer[Any]):
    access_token = TEXT()
    token_type = TEXT(help_text="`Bearer`.")
    expires_in = serializers.IntegerField(help_text="Seconds.")
    scope = TEXT()


class OAuthError(serializers.Serializer[Any]):
    """RFC 6749, 5.2: the one place that does not answer with a problem."""

    error = TEXT(help_text="`invalid_client`, `invalid_request`, `invalid_scope`, …")
    error_description = TEXT(required=False)
