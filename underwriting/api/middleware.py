"""What every answer of the API carries, and the line it leaves in its lender's log."""

import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from accounts.services.rate_limits import Taken
from accounts.services.requests import Entry, request_log
from accounts.versions import known, latest
from tenancy.ids import new_id
from underwriting.api.calls import ApiCall
from underwriting.api.dating import HEADER as VERSION
from underwriting.api.paths import shown_path, subject_of

API = "/v1/"


class ApiMiddleware:
    """Dates each answer, says what is left of the key's rate, and logs the request after it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(API):
            return self.get_response(request)
        call = ApiCall()
        request.api_call = call  # type: ignore[attr-defined]
        row_id, began = new_id(), time.perf_counter()
        response = self.get_response(request)
        took = time.perf_counter() - began
        version = call.version or _without_a_key(request, call)
        response[VERSION] = version
        if call.taken is not None:
            _tell_rate(response, call.taken)
        if call.key is not None:
            entry = Entry(
                id=row_id,
                organization_id=call.key.organization_id,
                request_id=str(getattr(request, "request_id", "")),
                key_id=call.key.id,
                partner_id=call.key.partner_id,
                method=(request.method or "")[:10],
                path=shown_path(request, response),
                status=response.status_code,
                problem=_problem(response),
                duration_us=int(took * 1_000_000),
                subject=subject_of(request, response),
                version=version,
            )
            _after(response, lambda: request_log(entry))
        return response


def _without_a_key(request: HttpRequest, call: ApiCall) -> str:
    """A request that was refused before its version was settled, or that needs no key."""
    if call.key is not None:
        return call.key.version
    asked = request.headers.get(VERSION, "")
    return asked if known(asked) else latest()


def _tell_rate(response: HttpResponseBase, taken: Taken) -> None:
    """draft-ietf-httpapi-ratelimit-headers: the quota and its window, what is left of it."""
    rate = taken.rate
    response["RateLimit-Policy"] = f'"key";q={rate.burst};w={rate.window_seconds}'
    response["RateLimit"] = f'"key";r={taken.remaining};t={taken.full_after}'


def _problem(response: Any) -> str | None:
    """The code of a refusal; what failed before our views has none but the general one."""
    if response.status_code < 400:
        return None
    document = getattr(response, "data", None)
    code = document.get("code", document.get("error")) if isinstance(document, dict) else None
    return str(code)[:60] if code else None


def _after(response: HttpResponseBase, act: Callable[[], None]) -> None:
    """Run when the server closes the answer, which it does when the caller has it all."""
    close = response.close

    def closed() -> None:
        act()
        close()

    response.close = closed  # type: ignore[method-assign]
