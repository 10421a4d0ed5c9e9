from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.chunk_page import ChunkPage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    batch_id: str,
    *,
    limit: int | Unset = UNSET,
    starting_after: int | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["limit"] = limit

    params["starting_after"] = starting_after

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/batches/{batch_id}/chunks".format(
            batch_id=quote(str(batch_id), safe=""),
        ),
        "params": params,
    }
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ChunkPage | None:
    if 200 <= response.status_code <= 200:
        response_200 = ChunkPage.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    batch_id: str,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = UNSET,
    starting_after: int | Unset = UNSET,
) -> Response[ChunkPage]:
    """List the chunks of a batch: status, headers and document."""
    kwargs = _get_kwargs(
        batch_id=batch_id,
        limit=limit,
        starting_after=starting_after,
    )
    response = client.get_httpx_client().request(**kwargs)
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync(
    batch_id: str,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = UNSET,
    starting_after: int | Unset = UNSET,
) -> ChunkPage | None:
    """List the chunks of a batch."""
    return sync_detailed(
        batch_id=batch_id,
        client=client,
        limit=limit,
        starting_after=starting_after,
    ).parsed
