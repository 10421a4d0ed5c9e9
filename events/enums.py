"""The words that webhooks' rows may hold; the database checks each of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EndpointStatus(models.TextChoices):
    ENABLED = "enabled", _("Enabled")
    DISABLED = "disabled", _("Disabled")
    DELETED = "deleted", _("Deleted")


class DisabledFor(models.TextChoices):
    """Why nothing is sent to an endpoint any more."""

    ASKED = "asked", _("Switched off")
    GONE = "gone", _("It answered 410 Gone")
    FAILING = "failing", _("It failed for days")


class DeliveryStatus(models.TextChoices):
    PENDING = "pending", _("Waiting")
    SENDING = "sending", _("Being sent")
    DELIVERED = "delivered", _("Delivered")
    GIVEN_UP = "given_up", _("Given up")
    CANCELLED = "cancelled", _("Cancelled")


OPEN = (DeliveryStatus.PENDING, DeliveryStatus.SENDING)
