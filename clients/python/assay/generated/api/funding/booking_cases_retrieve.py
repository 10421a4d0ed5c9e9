from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.booking_case import BookingCase
from ...types import Response


def _get_kwargs(
    case_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/booking-cases/{case_id}".format(
            case_id=quote(str(case_id), safe=""),
        ),
    }
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> BookingCase | None:
    if 200 <= response.status_code <= 200:
        response_200 = BookingCase.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    case_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[BookingCase]:
    """Get a mismatched booking: status, headers and document."""
    kwargs = _get_kwargs(
        case_id=case_id,
    )
    response = client.get_httpx_client().request(**kwargs)
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync(
    case_id: str,
    *,
    client: AuthenticatedClient,
) -> BookingCase | None:
    """Get a mismatched booking."""
    return sync_detailed(
        case_id=case_id,
        client=client,
    ).parsed
