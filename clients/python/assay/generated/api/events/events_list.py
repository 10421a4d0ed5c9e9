from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.event_page import EventPage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    created_before: str | Unset = UNSET,
    created_from: str | Unset = UNSET,
    ending_before: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    starting_after: str | Unset = UNSET,
    subject: str | Unset = UNSET,
    type_: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["created_before"] = created_before

    params["created_from"] = created_from

    params["ending_before"] = ending_before

    params["limit"] = limit

    params["starting_after"] = starting_after

    params["subject"] = subject

    params["type"] = type_

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/events",
        "params": params,
    }
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> EventPage | None:
    if 200 <= response.status_code <= 200:
        response_200 = EventPage.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    *,
    client: AuthenticatedClient,
    created_before: str | Unset = UNSET,
    created_from: str | Unset = UNSET,
    ending_before: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    starting_after: str | Unset = UNSET,
    subject: str | Unset = UNSET,
    type_: str | Unset = UNSET,
) -> Response[EventPage]:
    """List events, newest first: status, headers and document."""
    kwargs = _get_kwargs(
        created_before=created_before,
        created_from=created_from,
        ending_before=ending_before,
        limit=limit,
        starting_after=starting_after,
        subject=subject,
        type_=type_,
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
    created_before: str | Unset = UNSET,
    created_from: str | Unset = UNSET,
    ending_before: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    starting_after: str | Unset = UNSET,
    subject: str | Unset = UNSET,
    type_: str | Unset = UNSET,
) -> EventPage | None:
    """List events, newest first."""
    return sync_detailed(
        client=client,
        created_before=created_before,
        created_from=created_from,
        ending_before=ending_before,
        limit=limit,
        starting_after=starting_after,
        subject=subject,
        type_=type_,
    ).parsed
