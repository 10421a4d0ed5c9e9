"""Cutting the log: what is closed for longer than logs are kept is deleted, attempts with it."""

from datetime import timedelta
from uuid import UUID

from django.db import connection

from events.models import WebhookDelivery
from events.webhooks.schedule import LOG_DAYS
from tenancy import clock
from tenancy.enter import enter

CUT_AT_ONCE = 5_000

_DELETE = (
    "DELETE FROM events_webhookattempt WHERE organization_id = %s AND delivery_id = ANY(%s)",
    "DELETE FROM events_webhookdelivery WHERE organization_id = %s AND id = ANY(%s)",
)


def webhook_log_cut(*, organization_id: UUID) -> int:
    """Delete one lender's oldest deliveries beyond retention, at most so many; how many."""
    with enter(organization_id):
        before = clock.now(organization_id) - timedelta(days=LOG_DAYS)
        old = WebhookDelivery.objects.filter(
            organization_id=organization_id, closed_at__lt=before
        ).order_by("closed_at")
        ids = list(old.values_list("id", flat=True)[:CUT_AT_ONCE])
        with connection.cursor() as cursor:
            for statement in _DELETE:
                cursor.execute(statement, [organization_id, ids])
    return len(ids)
