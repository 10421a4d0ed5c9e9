from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.booking import Booking
from ...types import Response


def _get_kwargs(
    application_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/applications/{application_id}/booking".format(
            application_id=quote(str(application_id), safe=""),
        ),
    }
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Booking | None:
    if 200 <= response.status_code <= 200:
        response_200 = Booking.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    application_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[Booking]:
    """Get an application's booking: status, headers and document."""
    kwargs = _get_kwargs(
        application_id=application_id,
    )
    response = client.get_httpx_client().request(**kwargs)
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync(
    application_id: str,
    *,
    client: AuthenticatedClient,
) -> Booking | None:
    """Get an application's booking."""
    return sync_detailed(
        application_id=application_id,
        client=client,
    ).parsed
