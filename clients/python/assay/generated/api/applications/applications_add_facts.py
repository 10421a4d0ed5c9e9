from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.facts_added import FactsAdded
from ...models.facts_request import FactsRequest
from ...types import UNSET, Response, Unset


def _get_kwargs(
    application_id: str,
    *,
    body: FactsRequest | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/applications/{application_id}/facts".format(
            application_id=quote(str(application_id), safe=""),
        ),
    }
    if isinstance(body, FactsRequest):
        if not isinstance(body, Unset):
            _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> FactsAdded | None:
    if 200 <= response.status_code <= 200:
        response_200 = FactsAdded.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    application_id: str,
    *,
    client: AuthenticatedClient,
    body: FactsRequest | Unset = UNSET,
) -> Response[FactsAdded]:
    """Add or correct a party's facts: status, headers and document."""
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
    body: FactsRequest | Unset = UNSET,
) -> FactsAdded | None:
    """Add or correct a party's facts."""
    return sync_detailed(
        application_id=application_id,
        client=client,
        body=body,
    ).parsed
