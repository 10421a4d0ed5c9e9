from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.product_schema import ProductSchema
from ...types import UNSET, Response, Unset


def _get_kwargs(
    slug: str,
    *,
    language: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["language"] = language

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/products/{slug}/schema".format(
            slug=quote(str(slug), safe=""),
        ),
        "params": params,
    }
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ProductSchema | None:
    if 200 <= response.status_code <= 200:
        response_200 = ProductSchema.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    slug: str,
    *,
    client: AuthenticatedClient,
    language: str | Unset = UNSET,
) -> Response[ProductSchema]:
    """Get a product's JSON Schema: status, headers and document."""
    kwargs = _get_kwargs(
        slug=slug,
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
    slug: str,
    *,
    client: AuthenticatedClient,
    language: str | Unset = UNSET,
) -> ProductSchema | None:
    """Get a product's JSON Schema."""
    return sync_detailed(
        slug=slug,
        client=client,
        language=language,
    ).parsed
