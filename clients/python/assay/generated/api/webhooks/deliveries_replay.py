from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.webhook_delivery import WebhookDelivery
from ...types import Response


def _get_kwargs(
    delivery_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/deliveries/{delivery_id}/replay".format(
            delivery_id=quote(str(delivery_id), safe=""),
        ),
    }
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> WebhookDelivery | None:
    if 202 <= response.status_code <= 202:
        response_202 = WebhookDelivery.from_dict(response.json())

        return response_202

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    delivery_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[WebhookDelivery]:
    """Send a message again: status, headers and document."""
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
) -> WebhookDelivery | None:
    """Send a message again."""
    return sync_detailed(
        delivery_id=delivery_id,
        client=client,
    ).parsed
