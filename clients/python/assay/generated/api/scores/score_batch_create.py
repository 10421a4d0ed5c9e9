from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.score_batch import ScoreBatch
from ...models.score_batch_request import ScoreBatchRequest
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: ScoreBatchRequest,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/score/batch",
    }
    if isinstance(body, ScoreBatchRequest):
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ScoreBatch | None:
    if 201 <= response.status_code <= 201:
        response_201 = ScoreBatch.from_dict(response.json())

        return response_201

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: ScoreBatchRequest,
    idempotency_key: str | Unset = UNSET,
) -> Response[ScoreBatch]:
    """Score up to 1,000 rows at once: status, headers and document."""
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
    body: ScoreBatchRequest,
    idempotency_key: str | Unset = UNSET,
) -> ScoreBatch | None:
    """Score up to 1,000 rows at once."""
    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed
