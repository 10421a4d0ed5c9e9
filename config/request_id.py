"""Every answer names its request, and every log line of it does too."""

import re
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from tenancy.context import request_named
from tenancy.ids import new_id

HEADER = "Request-Id"
_GIVEN = re.compile(r"^[A-Za-z0-9_.-]{8,64}$")


class RequestIdMiddleware:
    """Keeps an id the caller sent if it looks like one, else makes one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        request_id = given if _GIVEN.match(given) else f"req_{new_id().hex}"
        request.request_id = request_id  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        with request_named(request_id):
            response = self.get_response(request)
        response[HEADER] = request_id
        return response
