import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.application_page import ApplicationPage
from ...models.applications_list_metadata import ApplicationsListMetadata
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    ending_before: str | Unset = UNSET,
    expand: list[str] | Unset = UNSET,
    external_id: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    metadata: ApplicationsListMetadata | Unset = UNSET,
    product: str | Unset = UNSET,
    received_after: datetime.datetime | Unset = UNSET,
    received_before: datetime.datetime | Unset = UNSET,
    starting_after: str | Unset = UNSET,
    status: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["ending_before"] = ending_before

    json_expand: list[str] | Unset = UNSET
    if not isinstance(expand, Unset):
        json_expand = expand

    params["expand[]"] = json_expand

    params["external_id"] = external_id

    params["limit"] = limit

    json_metadata: dict[str, Any] | Unset = UNSET
    if not isinstance(metadata, Unset):
        json_metadata = metadata.to_dict()
    if not isinstance(json_metadata, Unset):
        params.update({f"metadata[{name}]": text for name, text in json_metadata.items()})

    params["product"] = product

    json_received_after: str | Unset = UNSET
    if not isinstance(received_after, Unset):
        json_received_after = received_after.isoformat()
    params["received_after"] = json_received_after

    json_received_before: str | Unset = UNSET
    if not isinstance(received_before, Unset):
        json_received_before = received_before.isoformat()
    params["received_before"] = json_received_before

    params["starting_after"] = starting_after

    params["status"] = status

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/applications",
        "params": params,
    }
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ApplicationPage | None:
    if 200 <= response.status_code <= 200:
        response_200 = ApplicationPage.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    *,
    client: AuthenticatedClient,
    ending_before: str | Unset = UNSET,
    expand: list[str] | Unset = UNSET,
    external_id: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    metadata: ApplicationsListMetadata | Unset = UNSET,
    product: str | Unset = UNSET,
    received_after: datetime.datetime | Unset = UNSET,
    received_before: datetime.datetime | Unset = UNSET,
    starting_after: str | Unset = UNSET,
    status: str | Unset = UNSET,
) -> Response[ApplicationPage]:
    """List applications, newest first: status, headers and document."""
    kwargs = _get_kwargs(
        ending_before=ending_before,
        expand=expand,
        external_id=external_id,
        limit=limit,
        metadata=metadata,
        product=product,
        received_after=received_after,
        received_before=received_before,
        starting_after=starting_after,
        status=status,
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
    ending_before: str | Unset = UNSET,
    expand: list[str] | Unset = UNSET,
    external_id: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    metadata: ApplicationsListMetadata | Unset = UNSET,
    product: str | Unset = UNSET,
    received_after: datetime.datetime | Unset = UNSET,
    received_before: datetime.datetime | Unset = UNSET,
    starting_after: str | Unset = UNSET,
    status: str | Unset = UNSET,
) -> ApplicationPage | None:
    """List applications, newest first."""
    return sync_detailed(
        client=client,
        ending_before=ending_before,
        expand=expand,
        external_id=external_id,
        limit=limit,
        metadata=metadata,
        product=product,
        received_after=received_after,
        received_before=received_before,
        starting_after=starting_after,
        status=status,
    ).parsed
