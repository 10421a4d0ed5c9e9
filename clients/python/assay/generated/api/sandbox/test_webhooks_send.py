from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.test_webhook import TestWebhook
from ...models.test_webhook_sent import TestWebhookSent
from ...types import Response


def _get_kwargs(
    *,
    body: TestWebhook,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/test/webhooks",
    }
    if isinstance(body, TestWebhook):
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> TestWebhookSent | None:
    if 202 <= response.status_code <= 202:
        response_202 = TestWebhookSent.from_dict(response.json())

        return response_202

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: TestWebhook,
) -> Response[TestWebhookSent]:
    """Send any type of webhook to your endpoints: status, headers and document."""
    kwargs = _get_kwargs(
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
    *,
    client: AuthenticatedClient,
    body: TestWebhook,
) -> TestWebhookSent | None:
    """Send any type of webhook to your endpoints."""
    return sync_detailed(
        client=client,
        body=body,
    ).parsed
