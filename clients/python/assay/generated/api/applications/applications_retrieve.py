from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.application import Application
from ...types import UNSET, Response, Unset


def _get_kwargs(
    application_id: str,
    *,
    expand: list[str] | Unset = UNSET,
    language: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_expand: list[str] | Unset = UNSET
    if not isinstance(expand, Unset):
        json_expand = expand

    params["expand[]"] = json_expand

    params["language"] = language

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/applications/{application_id}".format(
            application_id=quote(str(application_id), safe=""),
        ),
        "params": params,
    }
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Application | None:
    if 200 <= response.status_code <= 200:
        response_200 = Application.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    application_id: str,
    *,
    client: AuthenticatedClient,
    expand: list[str] | Unset = UNSET,
    language: str | Unset = UNSET,
) -> Response[Application]:
    """Get an application: status, headers and document."""
    kwargs = _get_kwargs(
        application_id=application_id,
        expand=expand,
        language=language,
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
    expand: list[str] | Unset = UNSET,
    language: str | Unset = UNSET,
) -> Application | None:
    """Get an application."""
    return sync_detailed(
        application_id=application_id,
        client=client,
        expand=expand,
        language=language,
    ).parsed
