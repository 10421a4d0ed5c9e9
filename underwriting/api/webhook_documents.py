"""Endpoints, deliveries and attempts as the API shows them."""

from collections.abc import Sequence
from typing import Any

from events.enums import EndpointStatus
from events.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from tenancy.ids import public_id
from underwriting.api.formats import time_text

Document = dict[str, Any]


def endpoint_document(endpoint: WebhookEndpoint, secret: str | None = None) -> Document:
    """An endpoint; its secret only in the answer that makes one."""
    partner_id = endpoint.partner_id
    shown: Document = {
        "id": public_id("whe", endpoint.id),
        "object": "webhook",
        "url": endpoint.url,
        "description": endpoint.description,
        "types": endpoint.types,
        "version": endpoint.version,
        "contact": endpoint.contact,
        "partner": str(partner_id) if partner_id else None,
        "status": endpoint.status,
        "disabled_at": time_text(endpoint.disabled_at),
        "disabled_for": endpoint.disabled_for or None,
        "failing_since": time_text(endpoint.failing_since),
        "former_secret_until": time_text(endpoint.former_until),
        "created_at": time_text(endpoint.created_at),
    }
    return {**shown, "secret": secret} if secret else shown


def delivery_document(delivery: WebhookDelivery) -> Document:
    """A delivery without its attempts."""
    going_on = delivery.endpoint.status == EndpointStatus.ENABLED
    return {
        "id": public_id("whd", delivery.id),
        "object": "webhook_delivery",
        "webhook": public_id("whe", delivery.endpoint_id),
        "event": public_id("evt", delivery.event_id),
        "type": delivery.type,
        "status": delivery.status,
        "replayed": delivery.replayed,
        "attempts": delivery.attempts,
        "next_attempt_at": time_text(delivery.due_at) if going_on else None,
        "created_at": time_text(delivery.created_at),
        "closed_at": time_text(delivery.closed_at),
    }


def delivery_in_full(delivery: WebhookDelivery, attempts: Sequence[WebhookAttempt]) -> Document:
    """A delivery with what was sent and what came back each time."""
    return {
        **delivery_document(delivery),
        "payload": delivery.payload,
        "log": [_attempt(each) for each in attempts],
    }


def _attempt(attempt: WebhookAttempt) -> Document:
    return {
        "number": attempt.number,
        "sent_at": time_text(attempt.started_at),
        "milliseconds": attempt.ms,
        "status": attempt.status_code,
        "failure": attempt.failure or None,
        "request_headers": attempt.request_headers,
        "response_headers": [
            {"name": name, "value": value} for name, value in attempt.response_headers
        ],
        "response_body": attempt.response_body,
        "truncated": attempt.truncated,
    }
