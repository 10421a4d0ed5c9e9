from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.full_offer import FullOffer
from ...types import Response


def _get_kwargs(
    offer_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/offers/{offer_id}".format(
            offer_id=quote(str(offer_id), safe=""),
        ),
    }
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> FullOffer | None:
    if 200 <= response.status_code <= 200:
        response_200 = FullOffer.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    offer_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[FullOffer]:
    """Get an offer: status, headers and document."""
    kwargs = _get_kwargs(
        offer_id=offer_id,
    )
    response = client.get_httpx_client().request(**kwargs)
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync(
    offer_id: str,
    *,
    client: AuthenticatedClient,
) -> FullOffer | None:
    """Get an offer."""
    return sync_detailed(
        offer_id=offer_id,
        client=client,
    ).parsed
