"""Tasks that belong to a tenant, and how services ask for them."""

from typing import Any
from uuid import UUID

import celery
import structlog
from django.db import transaction

from tenancy.context import current_request_id, organization_named, request_named
from tenancy.errors import NoTenant

REQUEST = "assay_request_id"
"""The message's header that names the request whose work goes on in the task."""


class TenantTask(celery.Task):  # type: ignore[type-arg]
    """Base of a lender's tasks: `@shared_task(base=TenantTask)`.

    Its `organization_id` names the tenant around the run and is passed on as a UUID. The task
    itself enters, once for each step, so that no transaction lasts as long as a task does.
    """

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        given = kwargs.get("organization_id")
        if not given:
            raise NoTenant(f"{self.name} was called without an organization")
        organization_id = given if isinstance(given, UUID) else UUID(str(given))
        kwargs["organization_id"] = organization_id
        request_id = self.request.get(REQUEST) or (self.request.headers or {}).get(REQUEST)
        logged = {"request_id": request_id} if request_id else {}
        with (
            organization_named(organization_id),
            request_named(request_id or current_request_id()),
            structlog.contextvars.bound_contextvars(**logged),
        ):
            return super().__call__(*args, **kwargs)


def enqueue(name: str, *, organization_id: UUID, **kwargs: Any) -> None:
    """Send a task by name once the transaction has committed, with identifiers only.

    A broker that is down is logged and does not fail what has been committed: whatever must
    happen waits in the database too, and a sweep finds it. The request named in the context goes
    along, so that what the task does is known to be that request's.
    """
    message = {key: _plain(value) for key, value in kwargs.items()}
    message["organization_id"] = str(organization_id)
    request_id = current_request_id()
    headers = {REQUEST: request_id} if request_id else {}

    def send() -> None:
        celery.signature(name, kwargs=message).apply_async(headers=headers)

    transaction.on_commit(send, robust=True)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
