from uuid import UUID

import structlog
from celery import shared_task

from events.errors import BrokenChain
from events.models import Checkpoint
from events.selectors.webhooks import endpoints_behind
from events.services import seal_chain
from events.services.pump import endpoint_pump
from events.services.webhook_logs import CUT_AT_ONCE, webhook_log_cut
from events.services.webhook_mail import endpoint_tell
from tenancy import clock
from tenancy.context import organization_named
from tenancy.enter import enter
from tenancy.selectors import work_pending
from tenancy.tasks import TenantTask, enqueue

log = structlog.get_logger(__name__)

SEALED_AT_ONCE = 1000
PUMPED_AT_ONCE = 500


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


@shared_task(base=TenantTask, ignore_result=True)
def wake_webhooks(*, organization_id: UUID) -> None:
    """Something happened at a lender: bring it to whoever listens, each endpoint by itself.

    Woken for nothing, or twice, it does nothing.
    """
    with enter(organization_id, read_only=True):
        behind = endpoints_behind(organization_id, clock.now(organization_id))
    for endpoint_id in behind[1:]:
        pump_webhooks.delay(organization_id=str(organization_id), endpoint_id=str(endpoint_id))
    if behind:
        _pumped(organization_id, behind[0])


@shared_task(base=TenantTask, ignore_result=True)
def pump_webhooks(*, organization_id: UUID, endpoint_id: str) -> None:
    """Send what one endpoint is owed. Delivered twice, the two share the work."""
    _pumped(organization_id, UUID(str(endpoint_id)))


@shared_task(ignore_result=True)
def sweep_webhooks() -> int:
    """The net under the hot path: retries that are due, leases that ended, messages never sent."""
    found = work_pending("webhooks", PUMPED_AT_ONCE)
    for work in found:
        pump_webhooks.delay(organization_id=str(work.organization_id), endpoint_id=str(work.row_id))
    return len(found)


@shared_task(base=TenantTask, ignore_result=True)
def tell_of_webhook(*, organization_id: UUID, endpoint_id: str, about: str) -> int:
    """Write to whoever looks after an endpoint."""
    return endpoint_tell(
        organization_id=organization_id, endpoint_id=UUID(str(endpoint_id)), about=about
    )


@shared_task(ignore_result=True)
def cut_webhook_logs() -> int:
    """Delete what is older than logs are kept, each lender's in its own tenant."""
    cut = 0
    for work in work_pending("webhook_logs", SEALED_AT_ONCE):
        with organization_named(work.organization_id):
            while (now := webhook_log_cut(organization_id=work.organization_id)) == CUT_AT_ONCE:
                cut += now
            cut += now
    return cut


def _pumped(organization_id: UUID, endpoint_id: UUID) -> None:
    """Whoever has more to do than one turn at work asks to be called again, behind the others."""
    if endpoint_pump(organization_id=organization_id, endpoint_id=endpoint_id):
        pump_webhooks.delay(organization_id=str(organization_id), endpoint_id=str(endpoint_id))


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
