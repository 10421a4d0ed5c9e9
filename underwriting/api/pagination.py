"""Pages by position, never by OFFSET: `limit`, `starting_after`, `ending_before`, `has_more`.

Ids are made in time's order, so a list is newest first and an id is its cursor. Nothing is counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from rest_framework.request import Request

from tenancy.errors import FieldError, Invalid
from tenancy.ids import parse_public_id

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
PARAMETERS = ("limit", "starting_after", "ending_before")

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows the caller wants: `limit` of them, older than `after` or newer than `before`."""

    limit: int
    after: UUID | None
    before: UUID | None = None


def page_of(request: Request, prefix: str) -> Page:
    """The page asked for in the query; a wrong cursor or limit is named, not guessed around."""
    limit = limit_of(request)
    after, before = (_cursor(request, name, prefix) for name in PARAMETERS[1:])
    _refuse_both(after, before)
    return Page(limit, after, before)


def page_rows(found: QuerySet[Row], page: Page) -> tuple[list[Row], bool]:
    """The page's rows, newest first, and whether there are more beyond it. Inside `enter`.

    `found` is what the caller may see and asked for; its order is set here.
    """
    if page.before is not None:
        rows = list(found.filter(id__gt=page.before).order_by("id")[: page.limit + 1])
        return rows[: page.limit][::-1], len(rows) > page.limit
    if page.after is not None:
        found = found.filter(id__lt=page.after)
    rows = list(found.order_by("-id")[: page.limit + 1])
    return rows[: page.limit], len(rows) > page.limit


def page_whole(request: Request, rows: Sequence[dict[str, Any]], name: str) -> dict[str, Any]:
    """The page of a list that is short and at hand: all of it, where no limit is asked.

    `name` is the member that is a row's cursor.
    """
    limit = limit_of(request) if "limit" in request.query_params else max(len(rows), 1)
    places = {str(row[name]): place for place, row in enumerate(rows)}
    after, before = (_place(request, each, places) for each in PARAMETERS[1:])
    _refuse_both(after, before)
    first = 0 if after is None else after + 1
    if before is not None:
        first, limit = max(0, before - limit), min(before, limit)
    shown = list(rows[first : first + limit])
    more = first > 0 if before is not None else len(rows) > first + limit
    last = shown[-1][name] if shown and more else None
    return {"object": "list", "data": shown, "has_more": more, "next": last}


def page_document(rows: list[dict[str, Any]], *, has_more: bool) -> dict[str, Any]:
    """The list as the API shows it; `next` is what to send as `starting_after`."""
    last = rows[-1]["id"] if rows and has_more else None
    return {"object": "list", "data": rows, "has_more": has_more, "next": last}


def _cursor(request: Request, name: str, prefix: str) -> UUID | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    found = parse_public_id(prefix, text)
    if found is None:
        raise Invalid([FieldError(f"/{name}", "cursor", "This is not an id of this list.")])
    return found


def _place(request: Request, name: str, places: Mapping[str, int]) -> int | None:
    text = request.query_params.get(name)
    if text is not None and text not in places:
        raise Invalid([FieldError(f"/{name}", "cursor", "This is nothing of this list.")])
    return None if text is None else places[text]


def limit_of(request: Request) -> int:
    """How many rows are asked for."""
    text = request.query_params.get("limit", str(DEFAULT_LIMIT))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MAX_LIMIT:
        raise Invalid([FieldError("/limit", "range", f"limit is a number from 1 to {MAX_LIMIT}.")])
    return int(text)


def _refuse_both(after: object, before: object) -> None:
    if after is not None and before is not None:
        message = "Send starting_after or ending_before, not both."
        raise Invalid([FieldError("/ending_before", "cursor", message)])
