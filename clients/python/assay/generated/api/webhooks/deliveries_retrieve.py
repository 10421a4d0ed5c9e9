from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.webhook_delivery_in_full import WebhookDeliveryInFull
from ...types import Response


def _get_kwargs(
    delivery_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/deliveries/{delivery_id}".format(
            delivery_id=quote(str(delivery_id), safe=""),
        ),
    }
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> WebhookDeliveryInFull | None:
    if 200 <= response.status_code <= 200:
        response_200 = WebhookDeliveryInFull.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    delivery_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[WebhookDeliveryInFull]:
    """Get a delivery with every attempt: status, headers and document."""
    kwargs = _get_kwargs(
        delivery_id=delivery_id,
    )
    response = client.get_httpx_client().request(**kwargs)
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync(
    delivery_id: str,
    *,
    client: AuthenticatedClient,
) -> WebhookDeliveryInFull | None:
    """Get a delivery with every attempt."""
    return sync_detailed(
        delivery_id=delivery_id,
        client=client,
    ).parsed
