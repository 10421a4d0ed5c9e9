from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.application import Application
from ...models.application_request import ApplicationRequest
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: ApplicationRequest,
    idempotency_key: str,
    prefer: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Idempotency-Key"] = idempotency_key

    if not isinstance(prefer, Unset):
        headers["Prefer"] = prefer

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/applications",
    }
    if isinstance(body, ApplicationRequest):
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Application | None:
    if 201 <= response.status_code <= 201:
        response_201 = Application.from_dict(response.json())

        return response_201

    if 202 <= response.status_code <= 202:
        response_202 = Application.from_dict(response.json())

        return response_202

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: ApplicationRequest,
    idempotency_key: str,
    prefer: str | Unset = UNSET,
) -> Response[Application]:
    """Send an application: status, headers and document."""
    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
        prefer=prefer,
    )
    response = client.get_httpx_client().request(**kwargs)
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync(
    *,
    client: AuthenticatedClient,
    body: ApplicationRequest,
    idempotency_key: str,
    prefer: str | Unset = UNSET,
) -> Application | None:
    """Send an application."""
    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
        prefer=prefer,
    ).parsed
