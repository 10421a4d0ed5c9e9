from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.score import Score
from ...models.score_request import ScoreRequest
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: ScoreRequest,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/score",
    }
    if isinstance(body, ScoreRequest):
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Score | None:
    if 201 <= response.status_code <= 201:
        response_201 = Score.from_dict(response.json())

        return response_201

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: ScoreRequest,
    idempotency_key: str | Unset = UNSET,
) -> Response[Score]:
    """Score facts without an application: status, headers and document."""
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
    body: ScoreRequest,
    idempotency_key: str | Unset = UNSET,
) -> Score | None:
    """Score facts without an application."""
    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed
