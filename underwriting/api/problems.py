"""Every refusal of the API as an RFC 9457 problem: stable code, every wrong field, request id."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, HttpRequest, JsonResponse
from django.http.request import UnreadablePostError
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from tenancy.errors import Conflict, DomainError, FieldError, Forbidden, Invalid, NotFound
from underwriting.api.codes import CODES, OF_STATUS

CONTENT_TYPE = "application/problem+json"
DOCUMENTATION = "/v1/docs/problems/"

STATUS_OF: tuple[tuple[type[Exception], int], ...] = (
    (Invalid, status.HTTP_422_UNPROCESSABLE_ENTITY),
    (NotFound, status.HTTP_404_NOT_FOUND),
    (Conflict, status.HTTP_409_CONFLICT),
    (Forbidden, status.HTTP_403_FORBIDDEN),
    (DomainError, status.HTTP_400_BAD_REQUEST),
)

TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def problem(
    *,
    status_code: int,
    code: str | None = None,
    detail: str = "",
    errors: Sequence[Mapping[str, Any]] = (),
    request_id: str = "",
) -> dict[str, Any]:
    """The document itself; `type` is the address of the code's documentation."""
    code = code or OF_STATUS.get(status_code, "refused")
    title = CODES[code if code in CODES else OF_STATUS.get(status_code, "refused")].title
    document: dict[str, Any] = {
        "type": DOCUMENTATION + code,
        "title": title,
        "status": status_code,
        "code": code,
        "detail": detail or title,
        "request_id": request_id,
    }
    if errors:
        document["errors"] = list(errors)
    return document


def problem_response(request: HttpRequest, status_code: int, **fields: Any) -> JsonResponse:
    """A problem where the framework, not one of our views, gives the answer."""
    document = problem(status_code=status_code, request_id=request_id_of(request), **fields)
    return JsonResponse(document, status=status_code, content_type=CONTENT_TYPE)


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's hook. What is not a refusal stays an exception and becomes a logged 500."""
    request = context["request"]
    refused = _refusal(error)
    if refused is None:
        return None
    set_rollback()
    status_code, code, detail, errors = refused
    document = problem(
        status_code=status_code,
        code=code,
        detail=detail,
        errors=errors,
        request_id=request_id_of(request),
    )
    return Response(
        document, status=status_code, headers=_headers(error), content_type=CONTENT_TYPE
    )


def request_id_of(request: Any) -> str:
    return str(getattr(request, "request_id", ""))


def _refusal(error: Exception) -> tuple[int, str | None, str, list[dict[str, Any]]] | None:
    if isinstance(error, DomainError):
        status_code = CODES[error.code].status if error.code in CODES else _status_of(error)
        errors = [_field_error(e) for e in error.errors] if isinstance(error, Invalid) else []
        detail = "" if isinstance(error, Invalid) and errors else error.message
        return status_code, error.code, detail, errors
    if isinstance(error, Http404):
        return 404, None, "", []
    if isinstance(error, PermissionDenied):
        return 403, None, "", []
    if isinstance(error, exceptions.ValidationError):
        return 422, "invalid", "", list(_drf_errors(error.get_full_details()))
    if isinstance(error, exceptions.APIException):
        code = OF_STATUS.get(error.status_code)
        return error.status_code, code, str(error.detail), []
    if isinstance(error, TOO_LARGE):
        return 413, None, "", []
    if isinstance(error, (SuspiciousOperation, UnreadablePostError)):
        return 400, None, "", []
    return None


def _status_of(error: DomainError) -> int:
    return next(code for kind, code in STATUS_OF if isinstance(error, kind))


def _field_error(error: FieldError) -> dict[str, Any]:
    return {"pointer": error.pointer, "code": error.code, "message": error.message}


def _drf_errors(details: Any, pointer: str = "") -> Iterator[dict[str, Any]]:
    """DRF's nested details as a flat list of JSON pointers."""
    if isinstance(details, Mapping) and {"message", "code"} == set(details):
        yield {
            "pointer": pointer or "/",
            "code": str(details["code"]),
            "message": str(details["message"]),
        }
    elif isinstance(details, Mapping):
        for name, inner in details.items():
            yield from _drf_errors(inner, f"{pointer}/{name}")
    elif isinstance(details, Sequence):
        for inner in details:
            yield from _drf_errors(inner, pointer)


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(max(math.ceil(wait), 1))
    return headers
