from uuid import UUID

import structlog
from celery import shared_task

from events.errors import BrokenChain
from events.models import Checkpoint
from events.services import seal_chain
from tenancy.selectors import work_pending
from tenancy.tasks import TenantTask, enqueue

log = structlog.get_logger(__name__)

SEALED_AT_ONCE = 1000


@shared_task(name="events.tasks.seal_chains")
def seal_chains() -> int:
    """Ask for a seal for every chain that grew since its last one."""
    waiting = work_pending("seal", SEALED_AT_ONCE)
    for item in waiting:
        enqueue("events.tasks.seal_one_chain", organization_id=item.organization_id)
    return len(waiting)


@shared_task(name="events.tasks.seal_one_chain", base=TenantTask)
def seal_one_chain(*, organization_id: UUID) -> int | None:
    """Seal one organization's chain; a broken one stays unsigned and is called out."""
    try:
        checkpoint = seal_chain(organization_id)
    except BrokenChain as error:
        log.critical("chain.broken", organization_id=str(organization_id), reason=str(error))
        raise
    return _witnessed(checkpoint) if checkpoint else None


def _witnessed(checkpoint: Checkpoint) -> int:
    """The log leaves this machine: who removes seals from the database cannot remove it there."""
    log.info(
        "chain.sealed",
        organization_id=str(checkpoint.organization_id),
        sequence=checkpoint.sequence,
        hash=checkpoint.hash,
        signature=checkpoint.signature,
    )
    return checkpoint.sequence
