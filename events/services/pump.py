"""Working off one endpoint: read events on, take deliveries, send them side by side, write down.

No transaction is open while anything is sent. Whatever dies here leaves rows that say what is to be
done: the cursor where reading stopped, and deliveries whose lease ends.
"""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from time import monotonic
from uuid import UUID

from events.services.fan_out import Read, endpoint_fan_out
from events.services.outcomes import Done
from events.services.rules import rules_now
from events.services.turns import AT_ONCE, Taken, deliveries_turn
from events.webhooks.receivers import Rules
from events.webhooks.sending import Answer, Outgoing, send
from events.webhooks.signatures import signed_headers
from tenancy.ids import public_id

USER_AGENT = "Assay-Webhooks/1.0"
WORK_SECONDS = 20.0
GATHER_SECONDS = 0.01
"""Answers that come so close together are written down in one transaction."""

Flying = dict[Future[Done], Taken]
Send = Callable[[Outgoing, Rules], Answer]


def endpoint_pump(
    *, organization_id: UUID, endpoint_id: UUID, seconds: float = WORK_SECONDS, sender: Send = send
) -> bool:
    """Send what one endpoint is owed, for some seconds; whether time ran out before the work did.

    Any number may run at once, for one endpoint too: they take different deliveries.
    """
    until = monotonic() + seconds
    with ThreadPoolExecutor(AT_ONCE, "webhook") as pool:
        while monotonic() < until:
            read = endpoint_fan_out(organization_id=organization_id, endpoint_id=endpoint_id)
            sent = _drain(organization_id, endpoint_id, until, pool, sender)
            if read == Read.ALL or (read == Read.NO_ROOM and not sent):
                return False
    return True


def _drain(
    organization_id: UUID, endpoint_id: UUID, until: float, pool: ThreadPoolExecutor, sender: Send
) -> int:
    """Send what may be sent; how much. A fault of our own stops it once the others are done."""
    rules, sent = rules_now(), 0
    flying: Flying = {}
    done: list[Done] = []
    faults: list[BaseException] = []
    while True:
        taking = monotonic() < until and not faults
        taken = deliveries_turn(
            organization_id=organization_id,
            endpoint_id=endpoint_id,
            done=done,
            most=AT_ONCE - len(flying) if taking else 0,
        )
        flying |= {pool.submit(_attempt, each, rules, sender): each for each in taken}
        sent += len(taken)
        if not flying:
            break
        done = _landed(flying, faults)
    if faults:
        raise faults[0]
    return sent


def _landed(flying: Flying, faults: list[BaseException]) -> list[Done]:
    """Wait for the next attempts to end, and take them out of what is under way."""
    wait(flying, return_when=FIRST_COMPLETED)
    landed, _ = wait(flying, timeout=GATHER_SECONDS)
    for future in landed:
        del flying[future]
    faults.extend(error for each in landed if isinstance(error := each.exception(), Exception))
    return [each.result() for each in landed if not isinstance(each.exception(), Exception)]


def _attempt(taken: Taken, rules: Rules, sender: Send) -> Done:
    """In a thread of its own, without a database."""
    headers = headers_of(taken, datetime.now(UTC))
    answer = sender(Outgoing(taken.url, headers, taken.payload.encode()), rules)
    return Done(taken.delivery_id, taken.attempts, taken.fence, headers, answer)


def headers_of(taken: Taken, at: datetime) -> dict[str, str]:
    """Standard Webhooks' three, and whose request this is."""
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "Assay-Version": taken.version,
        "Assay-Delivery": public_id("whd", taken.delivery_id),
        **signed_headers(taken.message_id, taken.payload, taken.secrets, at),
    }
