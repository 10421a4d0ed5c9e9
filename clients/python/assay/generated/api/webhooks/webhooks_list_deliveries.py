from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.webhook_delivery_page import WebhookDeliveryPage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    webhook_id: str,
    *,
    ending_before: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    starting_after: str | Unset = UNSET,
    status: str | Unset = UNSET,
    type_: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["ending_before"] = ending_before

    params["limit"] = limit

    params["starting_after"] = starting_after

    params["status"] = status

    params["type"] = type_

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/webhooks/{webhook_id}/deliveries".format(
            webhook_id=quote(str(webhook_id), safe=""),
        ),
        "params": params,
    }
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> WebhookDeliveryPage | None:
    if 200 <= response.status_code <= 200:
        response_200 = WebhookDeliveryPage.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    webhook_id: str,
    *,
    client: AuthenticatedClient,
    ending_before: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    starting_after: str | Unset = UNSET,
    status: str | Unset = UNSET,
    type_: str | Unset = UNSET,
) -> Response[WebhookDeliveryPage]:
    """List an endpoint's deliveries, newest first: status, headers and document."""
    kwargs = _get_kwargs(
        webhook_id=webhook_id,
        ending_before=ending_before,
        limit=limit,
        starting_after=starting_after,
        status=status,
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
    webhook_id: str,
    *,
    client: AuthenticatedClient,
    ending_before: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    starting_after: str | Unset = UNSET,
    status: str | Unset = UNSET,
    type_: str | Unset = UNSET,
) -> WebhookDeliveryPage | None:
    """List an endpoint's deliveries, newest first."""
    return sync_detailed(
        webhook_id=webhook_id,
        client=client,
        ending_before=ending_before,
        limit=limit,
        starting_after=starting_after,
        status=status,
        type_=type_,
    ).parsed
