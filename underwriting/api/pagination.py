"""Pages by position, never by OFFSET: `limit`, `starting_after`, and `has_more` in the answer."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rest_framework.request import Request

from tenancy.errors import FieldError, Invalid
from tenancy.ids import parse_public_id

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows the caller wants: `limit` of them, older than `after` when that is given."""

    limit: int
    after: UUID | None


def page_of(request: Request, prefix: str) -> Page:
    """The page asked for in the query; a wrong cursor or limit is named, not guessed around."""
    limit_text = request.query_params.get("limit", str(DEFAULT_LIMIT))
    if (
        not limit_text.isascii()
        or not limit_text.isdigit()
        or not 1 <= int(limit_text) <= MAX_LIMIT
    ):
        raise Invalid([FieldError("/limit", "range", f"limit is a number from 1 to {MAX_LIMIT}.")])
    cursor = request.query_params.get("starting_after")
    after = parse_public_id(prefix, cursor) if cursor is not None else None
    if cursor is not None and after is None:
        raise Invalid([FieldError("/starting_after", "cursor", "This is not one of our ids.")])
    return Page(int(limit_text), after)


def page_document(rows: list[dict[str, Any]], *, has_more: bool) -> dict[str, Any]:
    """The list as the API shows it; `next` is what to send as `starting_after`."""
    last = rows[-1]["id"] if rows and has_more else None
    return {"object": "list", "data": rows, "has_more": has_more, "next": last}
