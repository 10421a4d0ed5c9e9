"""Writing to whoever looks after an endpoint: it was switched off, or a message was given up."""

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from events.enums import EndpointStatus
from events.models import WebhookEndpoint
from events.webhooks.registry import contacts_of
from tenancy.enter import enter
from tenancy.selectors import organization_current

DESK = "/admin/events/webhookendpoint/{}/change/"


def endpoint_tell(*, organization_id: UUID, endpoint_id: UUID, about: str) -> int:
    """Write to the endpoint's contact, else to the lender's owners and developers; to how many.

    about: `given_up`, or why it was switched off (`gone`, `failing`). Nothing for a deleted one.
    """
    with enter(organization_id, read_only=True):
        endpoint = WebhookEndpoint.objects.get(organization_id=organization_id, id=endpoint_id)
        if endpoint.status == EndpointStatus.DELETED:
            return 0
        addresses = [endpoint.contact] if endpoint.contact else contacts_of(organization_id)
        organization = organization_current()
    with override(organization.default_language):
        subject = _subject(about)
        text = render_to_string("admin/webhooks/mail.txt", {
            "about": about,
            "endpoint": endpoint,
            "organization": organization.name,
            "link": settings.ASSAY_BASE_URL.rstrip("/") + DESK.format(endpoint_id),
        })  # fmt: skip
    for address in addresses:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [address])
    return len(addresses)


def _subject(about: str) -> str:
    if about == "given_up":
        return "Assay: " + gettext("a webhook message was given up")
    return "Assay: " + gettext("a webhook endpoint was switched off")
