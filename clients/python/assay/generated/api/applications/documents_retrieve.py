from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.document import Document
from ...types import Response


def _get_kwargs(
    document_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/documents/{document_id}".format(
            document_id=quote(str(document_id), safe=""),
        ),
    }
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Document | None:
    if 200 <= response.status_code <= 200:
        response_200 = Document.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    document_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[Document]:
    """Get a document's description: status, headers and document."""
    kwargs = _get_kwargs(
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
    document_id: str,
    *,
    client: AuthenticatedClient,
) -> Document | None:
    """Get a document's description."""
    return sync_detailed(
        document_id=document_id,
        client=client,
    ).parsed
