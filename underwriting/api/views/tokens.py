"""Tokens for OAuth 2 clients: asked for, taken back."""

import json
from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from oauthlib.oauth2 import OAuth2Error
from rest_framework import status
from rest_framework.parsers import FormParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from underwriting.api.calls import address_of_request, call_of
from underwriting.api.dating import version_asked
from underwriting.api.oauth import ClientValidator, server_of
from underwriting.api.schemas.tokens import (
    OAuthError,
    Token,
    TokenRequest,
    TokenRevocation,
)

LONGEST_BODY = 8_192
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
CHALLENGE = 'Basic realm="assay"'

REFUSALS: dict[Any, Any] = {400: OAuthError, 401: OAuthError}


class OAuthView(APIView):
    """What an OAuth 2 client asks for itself: it proves who it is by its secret, in the request."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    parser_classes = (FormParser,)

    def answer(self, request: Request, ask: Callable[..., Any]) -> Response:
        """oauthlib's answer, with the challenge that fits how our clients prove themselves."""
        call = call_of(request)
        validator = ClientValidator(call, address_of_request(request._request))  # noqa: SLF001
        try:
            headers, body, code = ask(
                server_of(validator),
                request.get_full_path(),
                http_method="POST",
                body=_body(request),
                headers={"Authorization": request.headers.get("Authorization", "")},
            )
        except OAuth2Error as error:
            headers, body, code = {}, error.json, error.status_code
        if call.key is not None:
            call.version = version_asked(request, call.key.version)
        sent = {**headers, **NO_STORE}
        sent.pop("Content-Type", None)
        sent.pop("WWW-Authenticate", None)
        if code == status.HTTP_401_UNAUTHORIZED:
            sent["WWW-Authenticate"] = CHALLENGE
        return Response(json.loads(body) if body else None, status=code, headers=sent)


class TokenView(OAuthView):
    """The token endpoint."""

    @extend_schema(
        operation_id="oauth_token",
        summary="Get an access token",
        description=(
            "OAuth 2 client credentials (RFC 6749, 4.4). The client proves itself by HTTP Basic or"
            " by `client_id` and `client_secret` in the body. The token is used in place of an API"
            " key, from the same addresses, at the same rate, with the same or fewer scopes."
        ),
        tags=["Access"],
        auth=[],
        request=TokenRequest,
        responses={200: Token, **REFUSALS},
        examples=[
            OpenApiExample(
                "A token for two scopes",
                request_only=True,
                value={
                    "grant_type": "client_credentials",
                    "client_id": "key_01a1ff5e0f6a7c02a5d24f1be9d0c3aa",
                    "client_secret": "assay_live_…",
                    "scope": "applications:write decisions:read",
                },
            ),
            OpenApiExample(
                "The token",
                response_only=True,
                status_codes=["200"],
                value={
                    "access_token": "assay_live_at_…",
                    "token_type": "Bearer",
                    "expires_in": 900,
                    "scope": "applications:write decisions:read",
                },
            ),
            OpenApiExample(
                "Not the client's secret",
                response_only=True,
                status_codes=["401"],
                value={"error": "invalid_client"},
            ),
            OpenApiExample(
                "More than the client may",
                response_only=True,
                status_codes=["400"],
                value={"error": "invalid_scope"},
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        return self.answer(request, lambda server, *a, **kw: server.create_token_response(*a, **kw))


class RevocationView(OAuthView):
    """The revocation endpoint."""

    @extend_schema(
        operation_id="oauth_revoke",
        summary="Revoke an access token",
        description=(
            "RFC 7009: answers 200 whether or not there was such a token. Revoking the client, on"
            " the desk, ends all its tokens at once."
        ),
        tags=["Access"],
        auth=[],
        request=TokenRevocation,
        responses={200: None, **REFUSALS},
        examples=[
            OpenApiExample(
                "A token that is no longer needed",
                request_only=True,
                value={
                    "token": "assay_live_at_…",
                    "client_id": "key_01a1ff5e0f6a7c02a5d24f1be9d0c3aa",
                    "client_secret": "assay_live_…",
                },
            ),
            OpenApiExample(
                "Not the client's secret",
                response_only=True,
                status_codes=["401"],
                value={"error": "invalid_client"},
            ),
            OpenApiExample(
                "No token named",
                response_only=True,
                status_codes=["400"],
                value={"error": "invalid_request", "error_description": "Missing token parameter."},
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        return self.answer(
            request, lambda server, *a, **kw: server.create_revocation_response(*a, **kw)
        )


def _body(request: Request) -> str:
    """The form as it came. What is too long, or no text, is a form that lacks everything."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST_BODY:
        return ""
    try:
        return str(request._request.body.decode())  # noqa: SLF001 - oauthlib reads forms itself
    except UnicodeDecodeError:
        return ""
