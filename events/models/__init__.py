from events.models.chain import ChainHead, Checkpoint
from events.models.event import Event
from events.models.webhook import WebhookAttempt, WebhookDelivery, WebhookEndpoint

__all__ = [
    "ChainHead",
    "Checkpoint",
    "Event",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
]
