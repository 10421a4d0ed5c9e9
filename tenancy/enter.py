"""The only way into a tenant: one transaction with the organization set inside it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.db import ProgrammingError, connection, transaction
from django.http import HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse

from tenancy.context import current_organization_id, organization_named
from tenancy.errors import NoTenant, RefusedWrite, refused_write
from tenancy.statements import Statement, later

P = ParamSpec("P")

SETTING = "assay.organization"

_SET = f"SELECT set_config('{SETTING}', %s, true)"
_SET_READ_ONLY = f"{_SET}, set_config('transaction_read_only', 'on', true)"
_ASK = f"SELECT current_setting('{SETTING}', true)"


@contextmanager
def enter(organization_id: UUID, *, read_only: bool = False) -> Iterator[None]:
    """Open the organization's transaction: its rows, and nobody else's, exist inside.

    Durable, so it refuses to nest: a service is one transaction. The setting is local to the
    transaction, so a pooled connection never carries it to its next borrower; it travels with the
    first statement, ahead of it. A write that the database refuses leaves as `RefusedWrite`.
    """
    outermost = not connection.in_atomic_block
    with organization_named(organization_id), _refusals_told(), transaction.atomic(durable=True):
        if outermost:
            later(Statement(_SET_READ_ONLY if read_only else _SET, [str(organization_id)]))
            yield
        else:
            with _setting_restored():
                _execute(_SET, str(organization_id))
                yield


@contextmanager
def _refusals_told() -> Iterator[None]:
    """Around the transaction: what waited for the commit may be refused there."""
    try:
        yield
    except ProgrammingError as error:
        if refused_write(error):
            raise RefusedWrite("the database refused this") from error
        raise


@contextmanager
def _setting_restored() -> Iterator[None]:
    """Inside a transaction that goes on afterwards, the setting would leak outwards.

    Only success needs this: whatever raises rolls back to the savepoint, and the setting with it.
    """
    before = _execute(_ASK)
    yield
    if not connection.needs_rollback:
        _check_as_a_commit_would()
        _execute(_SET, before or "")


def _check_as_a_commit_would() -> None:
    """What is checked at commit is checked inside its tenant: later nobody could see the rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _execute(statement: str, *parameters: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row = cursor.fetchone()
    return row[0] if row else None


def reading(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Run a view that only reads inside the organization named around it, rendering included.

    A template would otherwise ask the database after the tenant is gone, and see nothing.
    """

    @wraps(view)
    def inside(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        organization_id = current_organization_id()
        if organization_id is None:
            raise NoTenant("a tenant's page was asked for without an organization")
        with enter(organization_id, read_only=True):
            return _rendered(view(request, *args, **kwargs))

    return inside


def _rendered(response: HttpResponseBase) -> HttpResponseBase:
    if response.streaming:
        raise TypeError("a streaming response reads after its transaction: enter inside it")
    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        return response.render()
    return response


def entered_organization() -> str | None:
    """What the database believes, for tests and checks; None outside every tenant."""
    return _execute(_ASK) or None
