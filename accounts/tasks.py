"""What beat asks of accounts: what has been kept for long enough goes."""

from uuid import UUID

from celery import shared_task

from accounts.services.requests import requests_purge, tokens_purge
from tenancy.selectors import work_pending
from tenancy.tasks import TenantTask

AT_ONCE = 1_000


@shared_task(base=TenantTask, name="accounts.tasks.purge_requests_of")
def purge_requests_of(*, organization_id: UUID) -> int:
    return requests_purge(organization_id=organization_id)


@shared_task(base=TenantTask, name="accounts.tasks.purge_tokens_of")
def purge_tokens_of(*, organization_id: UUID) -> int:
    return tokens_purge(organization_id=organization_id)


@shared_task(name="accounts.tasks.purge_old")
def purge_old() -> int:
    """Requests of more than thirty days ago, and tokens long expired: each inside its lender."""
    waiting = [
        (task, work)
        for kind, task in (("old_requests", purge_requests_of), ("old_tokens", purge_tokens_of))
        for work in work_pending(kind, AT_ONCE)
    ]
    for task, work in waiting:
        task.delay(organization_id=str(work.organization_id))
    return len(waiting)
