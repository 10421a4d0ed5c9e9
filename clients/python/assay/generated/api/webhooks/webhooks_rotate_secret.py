from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.webhook_rotation import WebhookRotation
from ...models.webhook_with_secret import WebhookWithSecret
from ...types import UNSET, Response, Unset


def _get_kwargs(
    webhook_id: str,
    *,
    body: WebhookRotation | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/webhooks/{webhook_id}/secret".format(
            webhook_id=quote(str(webhook_id), safe=""),
        ),
    }
    if isinstance(body, WebhookRotation):
        if not isinstance(body, Unset):
            _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> WebhookWithSecret | None:
    if 200 <= response.status_code <= 200:
        response_200 = WebhookWithSecret.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    webhook_id: str,
    *,
    client: AuthenticatedClient,
    body: WebhookRotation | Unset = UNSET,
) -> Response[WebhookWithSecret]:
    """Rotate a webhook endpoint's secret: status, headers and document."""
    kwargs = _get_kwargs(
        webhook_id=webhook_id,
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
    webhook_id: str,
    *,
    client: AuthenticatedClient,
    body: WebhookRotation | Unset = UNSET,
) -> WebhookWithSecret | None:
    """Rotate a webhook endpoint's secret."""
    return sync_detailed(
        webhook_id=webhook_id,
        client=client,
        body=body,
    ).parsed
