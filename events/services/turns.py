"""A turn: what became of attempts is written down, and the next deliveries are taken.

Taking is a compare-and-set with a lease and a fence: an attempt that comes back late, when somebody
else has taken its delivery, is kept in the log and changes nothing. The lease is longer than any
attempt may last, so while it runs nobody else sends.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from events.enums import DeliveryStatus, EndpointStatus
from events.models import WebhookDelivery, WebhookEndpoint
from events.services.outcomes import Done, attempts_store, outcomes_store
from events.webhooks.schedule import MOST_TAKES, OPENS_AFTER
from tenancy import clock
from tenancy.enter import enter
from tenancy.ids import public_id
from tenancy.vault import open_own

LEASE = timedelta(seconds=60)
AT_ONCE = 8
"""So many attempts at a time go to one endpoint; one, while it fails."""

# The rows are chosen once, apart: as a subquery of the UPDATE they may be chosen anew for every
# row, and the limit is none.
_TAKE = """
WITH next AS MATERIALIZED (
    SELECT w.id FROM events_webhookdelivery w
    WHERE w.organization_id = %(organization)s AND w.endpoint_id = %(endpoint)s
        AND w.due_at <= %(at)s AND w.fence < %(most)s
        AND NOT EXISTS (
            SELECT 1 FROM events_webhookdelivery b
            WHERE b.organization_id = w.organization_id AND b.endpoint_id = w.endpoint_id
                AND b.lane = w.lane AND b.subject_id = w.subject_id
                AND b.sequence < w.sequence AND b.due_at IS NOT NULL)
    ORDER BY w.due_at, w.sequence LIMIT %(limit)s)
UPDATE events_webhookdelivery d
SET status = 'sending', fence = d.fence + 1, due_at = %(until)s
FROM next WHERE d.organization_id = %(organization)s AND d.id = next.id
    AND d.due_at <= %(at)s
RETURNING d.id, d.event_id, d.payload, d.attempts + 1, d.fence"""


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery in hand: what is sent, under which fence, and with which secrets it is signed.

    `attempts` counts this one in.
    """

    delivery_id: UUID
    message_id: str
    payload: str = field(repr=False)
    attempts: int
    fence: int
    url: str = field(repr=False)
    version: str
    secrets: tuple[str, ...] = field(repr=False)


def deliveries_turn(
    *, organization_id: UUID, endpoint_id: UUID, done: Sequence[Done] = (), most: int = AT_ONCE
) -> list[Taken]:
    """Write down what is done and take up to `most` further deliveries of one endpoint.

    One transaction. A delivery is taken when it is due and nothing earlier about its subject is
    open, in order of their times.
    """
    with enter(organization_id):
        at = clock.now(organization_id)
        endpoint = WebhookEndpoint.objects.select_for_update().get(
            organization_id=organization_id, id=endpoint_id
        )
        if done:
            attempts_store(endpoint, done)
        else:
            _exhausted_close(endpoint, at)
        return _taken(endpoint, at, most, done)


def _taken(endpoint: WebhookEndpoint, at: datetime, most: int, done: Sequence[Done]) -> list[Taken]:
    """Outcomes come last where they end an endpoint, for that writes an event."""
    outcomes_store(endpoint, done, at)
    if endpoint.status != EndpointStatus.ENABLED or (
        endpoint.open_until is not None and endpoint.open_until > at
    ):
        return []
    limit = min(most, _free_places(endpoint, at))
    return _take(endpoint, at, limit) if limit > 0 else []


def _free_places(endpoint: WebhookEndpoint, at: datetime) -> int:
    places = 1 if endpoint.failures >= OPENS_AFTER else AT_ONCE
    return places - _in_hand(endpoint).filter(due_at__gt=at).count()


def _take(endpoint: WebhookEndpoint, at: datetime, limit: int) -> list[Taken]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {
            "organization": endpoint.organization_id,
            "endpoint": endpoint.id,
            "at": at,
            "until": at + LEASE,
            "most": MOST_TAKES,
            "limit": limit,
        })  # fmt: skip
        rows = cursor.fetchall()
    secrets = secrets_of(endpoint, at) if rows else ()
    return [
        Taken(
            delivery_id=delivery_id,
            message_id=public_id("evt", event_id),
            payload=payload,
            attempts=attempts,
            fence=fence,
            url=endpoint.url,
            version=endpoint.version,
            secrets=secrets,
        )
        for delivery_id, event_id, payload, attempts, fence in rows
    ]


def _exhausted_close(endpoint: WebhookEndpoint, at: datetime) -> None:
    """Everybody who took it died with it in hand."""
    _in_hand(endpoint).filter(due_at__lte=at, fence__gte=MOST_TAKES).update(
        status=DeliveryStatus.GIVEN_UP, due_at=None, closed_at=at
    )


def _in_hand(endpoint: WebhookEndpoint) -> QuerySet[WebhookDelivery]:
    return WebhookDelivery.objects.filter(
        organization_id=endpoint.organization_id,
        endpoint_id=endpoint.id,
        status=DeliveryStatus.SENDING,
        due_at__isnull=False,
    )


def secrets_of(endpoint: WebhookEndpoint, at: datetime) -> tuple[str, ...]:
    """The secrets that sign: the one in use, and during a rotation the one before it."""
    if endpoint.sealed_secret is None:
        return ()
    sealed = [endpoint.sealed_secret]
    until = endpoint.former_until
    if endpoint.sealed_former is not None and until is not None and until > at:
        sealed.append(endpoint.sealed_former)
    aad = secret_aad(endpoint.id)
    return tuple(open_own(endpoint.organization_id, bytes(each), aad).decode() for each in sealed)


def secret_aad(endpoint_id: UUID) -> bytes:
    """Where a secret belongs: it opens for its endpoint alone."""
    return b"events.webhook_endpoint\x00" + endpoint_id.bytes
