"""Waking the webhooks: soon after commit, and only where somebody listens.

The beat's sweep finds what a lost message leaves behind, so nothing here needs to be certain.
"""

from functools import partial
from time import monotonic
from uuid import UUID

import celery
from django.db import connection, transaction

from events.webhooks.types import PUBLISHED

WAKE = "events.tasks.wake_webhooks"
REMEMBERED_SECONDS = 10.0

_listened: dict[UUID, tuple[bool, float]] = {}
"""Whether anybody listens to a lender, and until when this process believes it."""


def wake_after(organization_id: UUID, event_type: str) -> None:
    """Once the transaction has committed, ask for its events to be sent."""
    if event_type in PUBLISHED:
        transaction.on_commit(partial(_wake, organization_id), robust=True)


def forget_listeners(organization_id: UUID) -> None:
    """Ask again before the next event: an endpoint was made or switched on."""
    _listened.pop(organization_id, None)


def _wake(organization_id: UUID) -> None:
    if _listens(organization_id):
        kwargs = {"organization_id": str(organization_id)}
        celery.signature(WAKE, kwargs=kwargs).apply_async()


def _listens(organization_id: UUID) -> bool:
    known = _listened.get(organization_id)
    if known is None or known[1] < monotonic():
        known = (_asked(organization_id), monotonic() + REMEMBERED_SECONDS)
        _listened[organization_id] = known
    return known[0]


def _asked(organization_id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT lookup.webhooks_listened_to(%s)", [organization_id])
        (found,) = cursor.fetchone()
    return bool(found)
