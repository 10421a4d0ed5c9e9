"""Pages of endpoints and deliveries."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from underwriting.api.pagination import Page

M = TypeVar("M", bound=Model)


def rows_of(found: QuerySet[M], asked: Page) -> tuple[list[M], bool]:
    """The page's rows, newest first, and whether more follow."""
    if asked.after is not None:
        found = found.filter(id__lt=asked.after)
    rows = list(found.order_by("-id")[: asked.limit + 1])
    return rows[: asked.limit], len(rows) > asked.limit
