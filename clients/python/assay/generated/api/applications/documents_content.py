from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...types import File, Response


def _get_kwargs(
    application_id: str,
    document_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/applications/{application_id}/documents/{document_id}/content".format(
            application_id=quote(str(application_id), safe=""),
            document_id=quote(str(document_id), safe=""),
        ),
    }
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> File | None:
    if 200 <= response.status_code <= 200:
        response_200 = File(payload=BytesIO(response.content))

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    application_id: str,
    document_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[File]:
    """Read a document's bytes: status, headers and document."""
    kwargs = _get_kwargs(
        application_id=application_id,
        document_id=document_id,
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
    document_id: str,
    *,
    client: AuthenticatedClient,
) -> File | None:
    """Read a document's bytes."""
    return sync_detailed(
        application_id=application_id,
        document_id=document_id,
        client=client,
    ).parsed
