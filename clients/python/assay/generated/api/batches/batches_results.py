from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.batches_results_format import BatchesResultsFormat
from ...types import UNSET, Response, Unset


def _get_kwargs(
    batch_id: str,
    *,
    format_: BatchesResultsFormat | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_format_: str | Unset = UNSET
    if not isinstance(format_, Unset):
        json_format_ = format_

    params["format"] = json_format_

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/batches/{batch_id}/results".format(
            batch_id=quote(str(batch_id), safe=""),
        ),
        "params": params,
    }
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> str | None:
    if 200 <= response.status_code <= 200:
        response_200 = response.text
        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    batch_id: str,
    *,
    client: AuthenticatedClient,
    format_: BatchesResultsFormat | Unset = UNSET,
) -> Response[str]:
    """Download the decisions: status, headers and document."""
    kwargs = _get_kwargs(
        batch_id=batch_id,
        format_=format_,
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
    format_: BatchesResultsFormat | Unset = UNSET,
) -> str | None:
    """Download the decisions."""
    return sync_detailed(
        batch_id=batch_id,
        client=client,
        format_=format_,
    ).parsed
