from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.booking import Booking
from ...models.booking_case import BookingCase
from ...models.booking_request import BookingRequest
from ...types import Response


def _get_kwargs(
    application_id: str,
    *,
    body: BookingRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/applications/{application_id}/booking".format(
            application_id=quote(str(application_id), safe=""),
        ),
    }
    if isinstance(body, BookingRequest):
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Booking | BookingCase | None:
    if 201 <= response.status_code <= 201:
        response_201 = Booking.from_dict(response.json())

        return response_201

    if 202 <= response.status_code <= 202:
        response_202 = BookingCase.from_dict(response.json())

        return response_202

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    application_id: str,
    *,
    client: AuthenticatedClient,
    body: BookingRequest,
) -> Response[Booking | BookingCase]:
    """Report a funded loan: status, headers and document."""
    kwargs = _get_kwargs(
        application_id=application_id,
        body=body,
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
    body: BookingRequest,
) -> Booking | BookingCase | None:
    """Report a funded loan."""
    return sync_detailed(
        application_id=application_id,
        client=client,
        body=body,
    ).parsed
