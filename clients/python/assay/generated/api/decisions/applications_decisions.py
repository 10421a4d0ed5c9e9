from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.decision_page import DecisionPage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    application_id: str,
    *,
    ending_before: str | Unset = UNSET,
    language: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    starting_after: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["ending_before"] = ending_before

    params["language"] = language

    params["limit"] = limit

    params["starting_after"] = starting_after

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/applications/{application_id}/decisions".format(
            application_id=quote(str(application_id), safe=""),
        ),
        "params": params,
    }
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DecisionPage | None:
    if 200 <= response.status_code <= 200:
        response_200 = DecisionPage.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    application_id: str,
    *,
    client: AuthenticatedClient,
    ending_before: str | Unset = UNSET,
    language: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    starting_after: str | Unset = UNSET,
) -> Response[DecisionPage]:
    """List an application's decisions, newest first: status, headers and document."""
    kwargs = _get_kwargs(
        application_id=application_id,
        ending_before=ending_before,
        language=language,
        limit=limit,
        starting_after=starting_after,
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
    ending_before: str | Unset = UNSET,
    language: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    starting_after: str | Unset = UNSET,
) -> DecisionPage | None:
    """List an application's decisions, newest first."""
    return sync_detailed(
        application_id=application_id,
        client=client,
        ending_before=ending_before,
        language=language,
        limit=limit,
        starting_after=starting_after,
    ).parsed
