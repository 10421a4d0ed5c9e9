"""The address of a request as its log may keep it: no query, and nothing somebody could have
written into it but our own ids and words."""

import re
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

LONGEST = 200
_HIDDEN = "…"
_PUBLIC_ID = re.compile(r"^[a-z]{3}_[0-9a-f]{32}$")
_WORD = re.compile(r"^[a-z_-]{1,40}$")
_REFUSED = 400
FIRST_WORD = 2
"""The place of the first word behind `/v1/`."""


def shown_path(request: HttpRequest, response: HttpResponseBase) -> str:
    """The path. What was captured from it stays where it is one of our ids, or was found.

    Of an address that is none only the first word stays, for whoever looks for a typing error.
    """
    match = request.resolver_match
    segments = request.path.split("/")
    if match is None or match.url_name is None:
        named = enumerate(segments)
        kept = [_ours(s) or (place <= FIRST_WORD and bool(_WORD.match(s))) for place, s in named]
    else:
        captured = {str(value) for value in match.kwargs.values()}
        found = response.status_code < _REFUSED
        kept = [s not in captured or found or _ours(s) for s in segments]
    shown = [s if keep or not s else _HIDDEN for s, keep in zip(segments, kept, strict=True)]
    return "/".join(shown)[:LONGEST]


def subject_of(request: HttpRequest, response: HttpResponseBase) -> str | None:
    """What the request was about: the last id in its address, else what it made."""
    match = request.resolver_match
    named = [str(value) for value in match.kwargs.values()] if match else []
    for text in (*reversed(named), _made(response)):
        if _ours(text):
            return text
    return None


def _made(response: Any) -> str:
    """The id in the answer, or in its Location."""
    document = getattr(response, "data", None)
    if isinstance(document, dict) and isinstance(document.get("id"), str):
        return str(document["id"])
    return str(response.headers.get("Location", "")).rpartition("/")[2]


def _ours(text: str) -> bool:
    return _PUBLIC_ID.match(text) is not None
