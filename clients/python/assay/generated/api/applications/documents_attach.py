from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.document import Document
from ...models.document_request import DocumentRequest
from ...types import Response


def _get_kwargs(
    application_id: str,
    *,
    body: DocumentRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/applications/{application_id}/documents".format(
            application_id=quote(str(application_id), safe=""),
        ),
    }
    if isinstance(body, DocumentRequest):
        _kwargs["files"] = body.to_multipart()

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Document | None:
    if 200 <= response.status_code <= 200:
        response_200 = Document.from_dict(response.json())

        return response_200

    if 201 <= response.status_code <= 201:
        response_201 = Document.from_dict(response.json())

        return response_201

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    application_id: str,
    *,
    client: AuthenticatedClient,
    body: DocumentRequest,
) -> Response[Document]:
    """Attach a document: status, headers and document."""
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
    body: DocumentRequest,
) -> Document | None:
    """Attach a document."""
    return sync_detailed(
        application_id=application_id,
        client=client,
        body=body,
    ).parsed
