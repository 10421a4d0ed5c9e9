from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.outcome_page import OutcomePage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    application: str | Unset = UNSET,
    ending_before: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    loan_ref: str | Unset = UNSET,
    product: str | Unset = UNSET,
    starting_after: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["application"] = application

    params["ending_before"] = ending_before

    params["limit"] = limit

    params["loan_ref"] = loan_ref

    params["product"] = product

    params["starting_after"] = starting_after

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/outcomes",
        "params": params,
    }
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> OutcomePage | None:
    if 200 <= response.status_code <= 200:
        response_200 = OutcomePage.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def sync_detailed(
    *,
    client: AuthenticatedClient,
    application: str | Unset = UNSET,
    ending_before: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    loan_ref: str | Unset = UNSET,
    product: str | Unset = UNSET,
    starting_after: str | Unset = UNSET,
) -> Response[OutcomePage]:
    """List reported months, newest report first: status, headers and document."""
    kwargs = _get_kwargs(
        application=application,
        ending_before=ending_before,
        limit=limit,
        loan_ref=loan_ref,
        product=product,
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
    application: str | Unset = UNSET,
    ending_before: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    loan_ref: str | Unset = UNSET,
    product: str | Unset = UNSET,
    starting_after: str | Unset = UNSET,
) -> OutcomePage | None:
    """List reported months, newest report first."""
    return sync_detailed(
        client=client,
        application=application,
        ending_before=ending_before,
        limit=limit,
        loan_ref=loan_ref,
        product=product,
        starting_after=starting_after,
    ).parsed
