"""Tasks that belong to a tenant, and how services ask for them."""

from typing import Any
from uuid import UUID

import celery
from django.db import transaction

from tenancy.context import organization_named
from tenancy.errors import NoTenant


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
        with organization_named(organization_id):
            return super().__call__(*args, **kwargs)


def enqueue(name: str, *, organization_id: UUID, **kwargs: Any) -> None:
    """Send a task by name once the transaction has committed, with identifiers only.

    A broker that is down is logged and does not fail what has been committed: whatever must
    happen waits in the database too, and a sweep finds it.
    """
    message = {key: _plain(value) for key, value in kwargs.items()}
    message["organization_id"] = str(organization_id)

    def send() -> None:
        celery.signature(name, kwargs=message).apply_async()

    transaction.on_commit(send, robust=True)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
