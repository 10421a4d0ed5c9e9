from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.score_page import ScorePage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    ending_before: str | Unset = UNSET,
    language: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    made_before: str | Unset = UNSET,
    made_from: str | Unset = UNSET,
    model: str | Unset = UNSET,
    product: str | Unset = UNSET,
    purpose: str | Unset = UNSET,
    reference: str | Unset = UNSET,
    starting_after: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["ending_before"] = ending_before

    params["language"] = language

    params["limit"] = limit

    params["made_before"] = made_before

    params["made_from"] = made_from

    params["model"] = model

    params["product"] = product

    params["purpose"] = purpose

    params["reference"] = reference

    params["starting_after"] = starting_after

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/scores",
        "params": params,
    }
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ScorePage | None:
    if 200 <= response.status_code <= 200:
        response_200 = ScorePage.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    *,
    client: AuthenticatedClient,
    ending_before: str | Unset = UNSET,
    language: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    made_before: str | Unset = UNSET,
    made_from: str | Unset = UNSET,
    model: str | Unset = UNSET,
    product: str | Unset = UNSET,
    purpose: str | Unset = UNSET,
    reference: str | Unset = UNSET,
    starting_after: str | Unset = UNSET,
) -> Response[ScorePage]:
    """List scores, newest first: status, headers and document."""
    kwargs = _get_kwargs(
        ending_before=ending_before,
        language=language,
        limit=limit,
        made_before=made_before,
        made_from=made_from,
        model=model,
        product=product,
        purpose=purpose,
        reference=reference,
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
    *,
    client: AuthenticatedClient,
    ending_before: str | Unset = UNSET,
    language: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    made_before: str | Unset = UNSET,
    made_from: str | Unset = UNSET,
    model: str | Unset = UNSET,
    product: str | Unset = UNSET,
    purpose: str | Unset = UNSET,
    reference: str | Unset = UNSET,
    starting_after: str | Unset = UNSET,
) -> ScorePage | None:
    """List scores, newest first."""
    return sync_detailed(
        client=client,
        ending_before=ending_before,
        language=language,
        limit=limit,
        made_before=made_before,
        made_from=made_from,
        model=model,
        product=product,
        purpose=purpose,
        reference=reference,
        starting_after=starting_after,
    ).parsed
