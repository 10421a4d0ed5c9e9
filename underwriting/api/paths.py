"""The address of a request as its log may keep it: no query, and nothing somebody could have
written into it but our own ids and words."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import get_resolver

LONGEST = 200
API = "v1/"
_HIDDEN = "…"
_PUBLIC_ID = re.compile(r"^[a-z]{3}_[0-9a-f]{32}$")
_REFUSED = 400
_LONGEST_WORD = 40


def shown_path(request: HttpRequest, response: HttpResponseBase) -> str:
    """The path. What was captured from it stays where it is one of our ids, or was found.

    Of an address that is none a first word that is nearly one of ours stays, for whoever looks
    for a typing error.
    """
    match = request.resolver_match
    segments = request.path.split("/")
    if match is None or match.url_name is None:
        return _joined(segments[:2], [_shown_word(segments[2]), *map(_shown, segments[3:])])
    captured = {str(value) for value in match.kwargs.values()}
    if response.status_code < _REFUSED:
        return _joined(segments)
    return _joined([_shown(each) if each in captured else each for each in segments])


def subject_of(request: HttpRequest, response: HttpResponseBase) -> str | None:
    """What the request was about: the last id in its address, else what it made."""
    match = request.resolver_match
    named = [str(value) for value in match.kwargs.values()] if match else []
    for text in (*reversed(named), _made(response)):
        if _PUBLIC_ID.match(text):
            return text
    return None


def _made(response: Any) -> str:
    """The id in the answer, or in its Location."""
    document = getattr(response, "data", None)
    if isinstance(document, dict) and isinstance(document.get("id"), str):
        return str(document["id"])
    return str(response.headers.get("Location", "")).rpartition("/")[2]


def _joined(*parts: Sequence[str]) -> str:
    return "/".join(segment for part in parts for segment in part)[:LONGEST]


def _shown(segment: str) -> str:
    return segment if not segment or _PUBLIC_ID.match(segment) else _HIDDEN


def _shown_word(segment: str) -> str:
    near = len(segment) <= _LONGEST_WORD and get_close_matches(segment, _words(), 1, 0.8)
    return segment if near else _shown(segment)


@cache
def _words() -> tuple[str, ...]:
    """The first words of the API's addresses."""
    api = next(entry for entry in get_resolver().url_patterns if str(entry.pattern) == API)
    firsts = (str(entry.pattern).partition("/")[0] for entry in getattr(api, "url_patterns", ()))
    return tuple({word for word in firsts if word.isalpha()})
