"""Refusals (RFC 9457) as exceptions: one class a status, with everything the problem says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class WrongField:
    """One wrong member: a JSON pointer to it, a stable code, words for a person."""

    pointer: str
    code: str
    message: str


class Problem(Exception):
    """The API refused. `code` is stable; quote `request_id` when you ask about it."""

    def __init__(self, response: httpx.Response) -> None:
        document = _document(response)
        self.status = response.status_code
        self.code = str(document.get("code", document.get("error", "")))
        self.title = str(document.get("title", response.reason_phrase))
        self.detail = str(document.get("detail", document.get("error_description", "")))
        self.type = str(document.get("type", "about:blank"))
        self.request_id = str(document.get("request_id", response.headers.get("Request-Id", "")))
        self.errors = [
            WrongField(str(each["pointer"]), str(each["code"]), str(each["message"]))
            for each in document.get("errors", ())
        ]
        said = "; ".join(f"{each.pointer}: {each.message}" for each in self.errors)
        super().__init__(f"{self.status} {self.code}: {said or self.detail or self.title}")


class NotAuthenticated(Problem):
    """401: no key, or one that opens nothing."""


class Forbidden(Problem):
    """403: the key may not do that."""


class NotFound(Problem):
    """404: nothing here that this key may see."""


class Conflict(Problem):
    """409: the present state is another."""


class Invalid(Problem):
    """422: wrong values; `errors` names each."""


class RateLimited(Problem):
    """429, after every retry."""


class ServerFault(Problem):
    """5xx: not the caller's fault."""


OF_STATUS: Mapping[int, type[Problem]] = {
    401: NotAuthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    422: Invalid,
    429: RateLimited,
}


def raised(response: httpx.Response) -> None:
    """Raise what a response refuses; a hook of httpx."""
    if response.status_code < 400:
        return
    response.read()
    kind = ServerFault if response.status_code >= 500 else Problem
    raise OF_STATUS.get(response.status_code, kind)(response)


def _document(response: httpx.Response) -> Mapping[str, Any]:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
