"""What attempts come to: delivered, tried again, given up; and how their endpoint does."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from events.actor import SYSTEM
from events.enums import DeliveryStatus, DisabledFor, EndpointStatus
from events.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from events.services.record import event_record
from events.webhooks.schedule import DISABLED_AFTER, asked_to_wait, probe_after, wait_after
from events.webhooks.sending import Answer
from tenancy.tasks import enqueue

TELL = "events.tasks.tell_of_webhook"
TOLD_EVERY = timedelta(days=1)
GIVEN_UP = "given_up"

_chance = secrets.SystemRandom()

_DELIVERED = """
UPDATE events_webhookdelivery d
SET status = 'delivered', attempts = d.attempts + 1, due_at = NULL, closed_at = %s
FROM unnest(%s::uuid[], %s::integer[]) AS held(id, fence)
WHERE d.organization_id = %s AND d.id = held.id AND d.fence = held.fence
    AND d.status = 'sending'"""


@dataclass(frozen=True, slots=True)
class Done:
    """An attempt that is over: whose it was, and what came back to which headers."""

    delivery_id: UUID
    attempts: int
    fence: int
    headers: dict[str, str]
    answer: Answer


def attempts_store(endpoint: WebhookEndpoint, done: Sequence[Done]) -> None:
    """Keep every attempt, a late one too."""
    WebhookAttempt.objects.bulk_create(
        [
            WebhookAttempt(
                organization_id=endpoint.organization_id,
                delivery_id=each.delivery_id,
                number=each.fence,
                started_at=each.answer.started_at,
                ms=each.answer.ms,
                status_code=each.answer.status,
                failure=each.answer.failure or "",
                request_headers=each.headers,
                response_headers=[list(pair) for pair in each.answer.headers],
                response_body=each.answer.body,
                truncated=each.answer.truncated,
            )
            for each in done
        ],
        ignore_conflicts=True,
    )


def outcomes_store(endpoint: WebhookEndpoint, done: Sequence[Done], at: datetime) -> None:
    """Close or postpone what was tried, and note how the endpoint does. Its row is locked."""
    if not done:
        return
    _delivered(endpoint, [each for each in done if each.answer.delivered], at)
    given_up = [_failed(endpoint, each, at) for each in done if not each.answer.delivered]
    _health(endpoint, done, at)
    if any(given_up) and endpoint.status == EndpointStatus.ENABLED:
        _tell_of_giving_up(endpoint, at)


def _delivered(endpoint: WebhookEndpoint, done: Sequence[Done], at: datetime) -> None:
    if not done:
        return
    with connection.cursor() as cursor:
        cursor.execute(_DELIVERED, [
            at,
            [each.delivery_id for each in done],
            [each.fence for each in done],
            endpoint.organization_id,
        ])  # fmt: skip


def _failed(endpoint: WebhookEndpoint, done: Done, at: datetime) -> bool:
    """Wait for the next attempt, or give up after the last; whether it was given up."""
    asked = asked_to_wait(done.answer.header("retry-after"), done.answer.started_at)
    wait = wait_after(done.attempts, _chance.random(), asked)
    held = WebhookDelivery.objects.filter(
        organization_id=endpoint.organization_id,
        id=done.delivery_id,
        fence=done.fence,
        status=DeliveryStatus.SENDING,
    )
    if wait is not None:
        held.update(status=DeliveryStatus.PENDING, attempts=done.attempts, due_at=at + wait)
        return False
    given_up = {"status": DeliveryStatus.GIVEN_UP, "due_at": None, "closed_at": at}
    return bool(held.update(attempts=done.attempts, **given_up))


def _health(endpoint: WebhookEndpoint, done: Sequence[Done], at: datetime) -> None:
    """Failures in a row open the circuit, one success closes it, days of failing end it all."""
    if endpoint.status != EndpointStatus.ENABLED:
        return
    before = (endpoint.failures, endpoint.failing_since, endpoint.open_until)
    for each in done:
        endpoint.failures = 0 if each.answer.delivered else endpoint.failures + 1
    if endpoint.failures == 0:
        endpoint.failing_since = endpoint.open_until = None
    else:
        succeeded = any(each.answer.delivered for each in done)
        endpoint.failing_since = (None if succeeded else endpoint.failing_since) or at
        probe = probe_after(endpoint.failures)
        endpoint.open_until = at + probe if probe else None
    if any(each.answer.gone for each in done):
        _disable(endpoint, DisabledFor.GONE, at)
    elif endpoint.failing_since is not None and at - endpoint.failing_since >= DISABLED_AFTER:
        _disable(endpoint, DisabledFor.FAILING, at)
    elif before != (endpoint.failures, endpoint.failing_since, endpoint.open_until):
        endpoint.save(update_fields=["failures", "failing_since", "open_until"])


def _disable(endpoint: WebhookEndpoint, why: DisabledFor, at: datetime) -> None:
    """Nothing further is sent. What waits stays, and goes out when somebody enables it again."""
    endpoint.status, endpoint.disabled_at, endpoint.disabled_for = (
        EndpointStatus.DISABLED, at, why,
    )  # fmt: skip
    endpoint.save(update_fields=[
        "failures", "failing_since", "open_until", "status", "disabled_at", "disabled_for",
    ])  # fmt: skip
    enqueue(TELL, organization_id=endpoint.organization_id, endpoint_id=endpoint.id, about=str(why))
    event_record(
        organization_id=endpoint.organization_id,
        actor=SYSTEM,
        type="webhook_endpoint.disabled",
        subject=("webhook_endpoint", endpoint.id),
        data={"why": str(why)},
    )


def _tell_of_giving_up(endpoint: WebhookEndpoint, at: datetime) -> None:
    """Once a day for an endpoint, however many messages were given up."""
    if endpoint.told_at is not None and at - endpoint.told_at < TOLD_EVERY:
        return
    endpoint.told_at = at
    endpoint.save(update_fields=["told_at"])
    enqueue(TELL, organization_id=endpoint.organization_id, endpoint_id=endpoint.id, about=GIVEN_UP)
