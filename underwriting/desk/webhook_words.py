"""Words and colours of endpoints, deliveries and attempts."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from events.enums import DeliveryStatus, DisabledFor, EndpointStatus
from events.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from events.webhooks.sending import Failure

TONES: Mapping[str, str] = {
    DeliveryStatus.PENDING: "info",
    DeliveryStatus.SENDING: "info",
    DeliveryStatus.DELIVERED: "good",
    DeliveryStatus.GIVEN_UP: "bad",
    DeliveryStatus.CANCELLED: "quiet",
}
FAILURES: Mapping[str, str | Promise] = {
    Failure.REFUSED: _("No public address, or not by https"),
    Failure.UNRESOLVED: _("The host’s name has no address"),
    Failure.TLS: _("The certificate does not hold"),
    Failure.UNREACHABLE: _("Nobody answered there"),
    Failure.TIMEOUT: _("No answer in time"),
    Failure.MALFORMED: _("What came back was no HTTP"),
}


def tag(tone: str, words: object) -> SafeString:
    return format_html('<span class="tag {}">{}</span>', tone, words)


def delivery_state(delivery: WebhookDelivery) -> SafeString:
    return tag(TONES[delivery.status], DeliveryStatus(delivery.status).label)


def endpoint_state(endpoint: WebhookEndpoint) -> SafeString:
    if endpoint.status == EndpointStatus.DELETED:
        return tag("quiet", EndpointStatus.DELETED.label)
    if endpoint.status == EndpointStatus.DISABLED:
        tone = "quiet" if endpoint.disabled_for == DisabledFor.ASKED else "bad"
        return tag(tone, DisabledFor(endpoint.disabled_for).label)
    if endpoint.failing_since is not None:
        return tag("warn", _("Fails"))
    return tag("good", EndpointStatus.ENABLED.label)


def came_back(attempt: WebhookAttempt) -> str:
    """A status, or why there was none."""
    if attempt.status_code is not None:
        return str(attempt.status_code)
    return str(FAILURES.get(attempt.failure, attempt.failure))
