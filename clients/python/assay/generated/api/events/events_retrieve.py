from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.whole_event import WholeEvent
from ...types import Response


def _get_kwargs(
    event_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/events/{event_id}".format(
            event_id=quote(str(event_id), safe=""),
        ),
    }
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> WholeEvent | None:
    if 200 <= response.status_code <= 200:
        response_200 = WholeEvent.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    event_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[WholeEvent]:
    """Get an event: status, headers and document."""
    kwargs = _get_kwargs(
        event_id=event_id,
    )
    response = client.get_httpx_client().request(**kwargs)
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync(
    event_id: str,
    *,
    client: AuthenticatedClient,
) -> WholeEvent | None:
    """Get an event."""
    return sync_detailed(
        event_id=event_id,
        client=client,
    ).parsed
