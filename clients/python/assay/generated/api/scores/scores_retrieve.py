from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.score import Score
from ...types import UNSET, Response, Unset


def _get_kwargs(
    score_id: str,
    *,
    language: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["language"] = language

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/scores/{score_id}".format(
            score_id=quote(str(score_id), safe=""),
        ),
        "params": params,
    }
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Score | None:
    if 200 <= response.status_code <= 200:
        response_200 = Score.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    score_id: str,
    *,
    client: AuthenticatedClient,
    language: str | Unset = UNSET,
) -> Response[Score]:
    """Get a score: status, headers and document."""
    kwargs = _get_kwargs(
        score_id=score_id,
        language=language,
    )
    response = client.get_httpx_client().request(**kwargs)
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync(
    score_id: str,
    *,
    client: AuthenticatedClient,
    language: str | Unset = UNSET,
) -> Score | None:
    """Get a score."""
    return sync_detailed(
        score_id=score_id,
        client=client,
        language=language,
    ).parsed
