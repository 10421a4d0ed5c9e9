from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.prequalification import Prequalification
from ...models.prequalification_request import PrequalificationRequest
from ...types import Response


def _get_kwargs(
    *,
    body: PrequalificationRequest,
    idempotency_key: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/prequalifications",
    }
    if isinstance(body, PrequalificationRequest):
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Prequalification | None:
    if 201 <= response.status_code <= 201:
        response_201 = Prequalification.from_dict(response.json())

        return response_201

    if 202 <= response.status_code <= 202:
        response_202 = Prequalification.from_dict(response.json())

        return response_202

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: PrequalificationRequest,
    idempotency_key: str,
) -> Response[Prequalification]:
    """Ask what somebody could expect: status, headers and document."""
    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
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
    body: PrequalificationRequest,
    idempotency_key: str,
) -> Prequalification | None:
    """Ask what somebody could expect."""
    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed
