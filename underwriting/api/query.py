"""Filters in a query that more than one kind of list takes."""

from datetime import datetime
from uuid import UUID

from django.utils.dateparse import parse_datetime
from rest_framework.request import Request

from tenancy.errors import FieldError, Invalid
from tenancy.ids import parse_public_id

MAX_TEXT = 200


def text_asked(request: Request, name: str) -> str | None:
    """A text that a row might hold."""
    text = request.query_params.get(name)
    if text is not None and (not 1 <= len(text) <= MAX_TEXT or "\x00" in text):
        words = f"This is a text of 1 to {MAX_TEXT} characters."
        raise Invalid([FieldError(f"/{name}", "type", words)])
    return text


def id_asked(request: Request, name: str, prefix: str) -> UUID | None:
    """One of our ids; one that could never have been ours is named."""
    text = request.query_params.get(name)
    found = None if text is None else parse_public_id(prefix, text)
    if text is not None and found is None:
        raise Invalid([FieldError(f"/{name}", "id", "This is not one of our ids.")])
    return found


def word_asked(request: Request, name: str, words: list[str]) -> str | None:
    """One of the words that there are."""
    text = request.query_params.get(name)
    if text is not None and text not in words:
        raise Invalid([FieldError(f"/{name}", name, f"This is one of: {', '.join(words)}.")])
    return text


def moment_asked(request: Request, name: str) -> datetime | None:
    """A moment with its offset."""
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        words = "Write a moment as RFC 3339 does, such as 2026-11-01T00:00:00Z."
        raise Invalid([FieldError(f"/{name}", "time", words)])
    return found
