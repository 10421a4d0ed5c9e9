from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.test_clock_advance import TestClockAdvance
from ...models.test_clock_advanced import TestClockAdvanced
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: TestClockAdvance | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/test/clock/advance",
    }
    if isinstance(body, TestClockAdvance):
        if not isinstance(body, Unset):
            _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> TestClockAdvanced | None:
    if 200 <= response.status_code <= 200:
        response_200 = TestClockAdvanced.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: TestClockAdvance | Unset = UNSET,
) -> Response[TestClockAdvanced]:
    """Let days or hours pass in the sandbox: status, headers and document."""
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
    body: TestClockAdvance | Unset = UNSET,
) -> TestClockAdvanced | None:
    """Let days or hours pass in the sandbox."""
    return sync_detailed(
        client=client,
        body=body,
    ).parsed
