"""Which organization the work in hand is for. Naming one opens nothing: only `enter` does."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

_organization: ContextVar[UUID | None] = ContextVar("assay_organization", default=None)


@contextmanager
def organization_named(organization_id: UUID | None) -> Iterator[None]:
    """Name the organization for the block; middleware and tasks do, the database is not asked."""
    token = _organization.set(organization_id)
    try:
        yield
    finally:
        _organization.reset(token)


def current_organization_id() -> UUID | None:
    """The organization named around this call, or None."""
    return _organization.get()
