from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.outcome_report import OutcomeReport
from ...models.outcome_report_request import OutcomeReportRequest
from ...types import Response


def _get_kwargs(
    *,
    body: OutcomeReportRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/outcomes",
    }
    if isinstance(body, OutcomeReportRequest):
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> OutcomeReport | None:
    if 200 <= response.status_code <= 200:
        response_200 = OutcomeReport.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: OutcomeReportRequest,
) -> Response[OutcomeReport]:
    """Report how loans went, month by month: status, headers and document."""
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
    body: OutcomeReportRequest,
) -> OutcomeReport | None:
    """Report how loans went, month by month."""
    return sync_detailed(
        client=client,
        body=body,
    ).parsed
