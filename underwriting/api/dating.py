"""`Assay-Version`: which version a request is of, and its documents in that version's form."""

import re
from functools import cache
from typing import Any

from accounts.versions import known, lifted, lowered, versions
from tenancy.errors import DomainError
from underwriting.api.calls import call_of

HEADER = "Assay-Version"
_CAPTURED = re.compile(r"<(?:\w+:)?(\w+)>")


def version_asked(request: Any, pinned: str) -> str:
    """The version in the header, else the key's own.

    Raises DomainError (400, `unknown_version`) for a version that is none: a client that asks
    for tomorrow's form must not be answered in today's.
    """
    version = str(request.headers.get(HEADER, pinned))
    if not known(version):
        names = ", ".join(each.name for each in versions())
        message = f"{HEADER} is one of: {names}. Left out, it is the key's own, {pinned}."
        raise DomainError(message, code="unknown_version")
    return version


def body_lifted(body: Any, request: Any) -> Any:
    """A request's body as the views read it: in the newest version's form."""
    version = call_of(request).version
    return body if version is None else lifted(body, version=version, operation=operation(request))


def answer_lowered(document: Any, request: Any) -> Any:
    """An answer in the form of the request's version."""
    version = call_of(request).version
    if version is None:
        return document
    return lowered(document, version=version, operation=operation(request))


def operation(request: Any) -> str:
    """As the OpenAPI document names it: `GET /v1/applications/{application_id}`."""
    match = request.resolver_match
    return f"{request.method} {_template(match.route if match else '')}"


@cache
def _template(route: str) -> str:
    return "/" + _CAPTURED.sub(r"{\1}", route)
