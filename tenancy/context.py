"""Which organization the work in hand is for, and which request it answers.

Naming an organization opens nothing: only `enter` does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

_organization: ContextVar[UUID | None] = ContextVar("assay_organization", default=None)
_request_id: ContextVar[str | None] = ContextVar("assay_request_id", default=None)


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


@contextmanager
def request_named(request_id: str | None) -> Iterator[None]:
    """Name the request that causes what the block does: events and tasks carry it on."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


def current_request_id() -> str | None:
    """The request named around this call, or None where nobody asked: a schedule, a command."""
    return _request_id.get()
