from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.model_card import ModelCard
from ...types import UNSET, Response, Unset


def _get_kwargs(
    model_id: str,
    *,
    language: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["language"] = language

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/models/{model_id}/card".format(
            model_id=quote(str(model_id), safe=""),
        ),
        "params": params,
    }
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ModelCard | None:
    if 200 <= response.status_code <= 200:
        response_200 = ModelCard.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    model_id: str,
    *,
    client: AuthenticatedClient,
    language: str | Unset = UNSET,
) -> Response[ModelCard]:
    """Get a model's card: status, headers and document."""
    kwargs = _get_kwargs(
        model_id=model_id,
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
    model_id: str,
    *,
    client: AuthenticatedClient,
    language: str | Unset = UNSET,
) -> ModelCard | None:
    """Get a model's card."""
    return sync_detailed(
        model_id=model_id,
        client=client,
        language=language,
    ).parsed
