"""Webhooks: where a lender's or partner's messages go, each message, and each attempt at it.

The rules that Django cannot express are in `events/webhook_functions.py`.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.enums import OPEN, DeliveryStatus, DisabledFor, EndpointStatus
from events.models.event import Event
from events.webhooks.receivers import LONGEST_URL
from events.webhooks.schedule import MOST_ATTEMPTS, MOST_TAKES
from tenancy.models import TenantForeignKey, TenantModel

ENABLED, DISABLED, DELETED = EndpointStatus.values


class WebhookEndpoint(TenantModel):
    """Where messages go. Without a partner it hears of everything of its lender.

    `cursor` is the last event that was looked at for it. `failures` counts attempts in a row that
    failed; while `open_until` lies ahead nobody is sent there. During a rotation the secret before
    signs as well, until `former_until`. Secrets are sealed (tenancy.vault).
    """

    partner_id = models.UUIDField(null=True)
    url = models.CharField(_("address"), max_length=LONGEST_URL)
    description = models.CharField(_("description"), max_length=200, blank=True)
    types = ArrayField(models.TextField(), verbose_name=_("types"))
    version = models.CharField(_("API version"), max_length=10)
    contact = models.EmailField(_("is written to"), blank=True)
    status = models.TextField(_("status"), choices=EndpointStatus.choices, default=ENABLED)
    disabled_at = models.DateTimeField(_("disabled"), null=True)
    disabled_for = models.TextField(_("why"), choices=DisabledFor.choices, blank=True)
    sealed_secret = models.BinaryField(null=True)
    sealed_former = models.BinaryField(null=True)
    former_until = models.DateTimeField(null=True)
    cursor = models.BigIntegerField()
    failures = models.IntegerField(default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    open_until = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        indexes = [
            models.Index(name="webhook_endpoint_of_partner", fields=["organization", "partner_id"])
        ]
        constraints = [
            models.CheckConstraint(
                name="webhook_endpoint_status_known", condition=Q(status__in=EndpointStatus.values)
            ),
            models.CheckConstraint(
                name="webhook_endpoint_disabled_says_when_and_why",
                condition=Q(status=ENABLED, disabled_at__isnull=True, disabled_for="")
                | Q(
                    status=DISABLED,
                    disabled_at__isnull=False,
                    disabled_for__in=DisabledFor.values,
                )
                | Q(status=DELETED, disabled_at__isnull=False, disabled_for=""),
            ),
            models.CheckConstraint(
                name="webhook_endpoint_deleted_keeps_no_secret",
                condition=Q(status=DELETED, sealed_secret__isnull=True, sealed_former__isnull=True)
                | (~Q(status=DELETED) & Q(sealed_secret__isnull=False)),
            ),
            models.CheckConstraint(
                name="webhook_endpoint_former_secret_ends",
                condition=Q(sealed_former__isnull=True, former_until__isnull=True)
                | Q(sealed_former__isnull=False, former_until__isnull=False),
            ),
            models.CheckConstraint(
                name="webhook_endpoint_failing_agrees",
                condition=Q(failures=0, failing_since__isnull=True, open_until__isnull=True)
                | Q(failures__gt=0, failing_since__isnull=False),
            ),
            models.CheckConstraint(
                name="webhook_endpoint_types_asked", condition=Q(types__len__gt=0)
            ),
            models.CheckConstraint(
                name="webhook_endpoint_url_formed",
                condition=Q(url__regex=r"^https?://[\x21-\x7e]+$"),
            ),
            models.CheckConstraint(
                name="webhook_endpoint_version_is_a_day",
                condition=Q(version__regex=r"^20\d\d-[01]\d-[0-3]\d$"),
            ),
            models.CheckConstraint(
                name="webhook_endpoint_cursor_not_negative", condition=Q(cursor__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id}"


class WebhookDelivery(TenantModel):
    """One message for one endpoint: its payload as it is signed, and how far it has come.

    `lane` is the endpoint's own id for what goes out as it happens, or the replay that asked for it
    again: within a lane the messages about one subject go out one after another. While it is open
    `due_at` says when it may next be taken: for one being sent, when its holder's lease ends.
    `fence` counts who took it, `attempts` those that came to an end.
    """

    endpoint = TenantForeignKey(WebhookEndpoint, related_name="deliveries")
    event = TenantForeignKey(Event, related_name="+")
    lane = models.UUIDField()
    sequence = models.BigIntegerField()
    type = models.TextField(_("type"))
    subject_id = models.UUIDField()
    payload = models.TextField(_("payload"))
    status = models.TextField(
        _("status"), choices=DeliveryStatus.choices, default=DeliveryStatus.PENDING
    )
    attempts = models.IntegerField(_("attempts"), default=0)
    fence = models.IntegerField(default=0)
    due_at = models.DateTimeField(_("next attempt"), null=True)
    created_at = models.DateTimeField(_("created"))
    closed_at = models.DateTimeField(_("closed"), null=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        indexes = [
            models.Index(name="webhook_delivery_log", fields=["organization", "endpoint", "id"]),
            models.Index(
                name="webhook_delivery_due",
                fields=["organization", "endpoint", "due_at", "sequence"],
                condition=Q(due_at__isnull=False),
            ),
            models.Index(
                name="webhook_delivery_in_turn",
                fields=["organization", "endpoint", "lane", "subject_id", "sequence"],
                condition=Q(due_at__isnull=False),
            ),
            # looked at across organizations when the log is cut
            models.Index(
                name="webhook_delivery_closed",
                fields=["closed_at"],
                condition=Q(closed_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="webhook_delivery_once", fields=["organization", "event", "endpoint", "lane"]
            ),
            models.UniqueConstraint(
                name="webhook_delivery_one_sent_at_a_time",
                fields=["organization", "endpoint", "lane", "subject_id"],
                condition=Q(status=DeliveryStatus.SENDING),
            ),
            models.CheckConstraint(
                name="webhook_delivery_status_known", condition=Q(status__in=DeliveryStatus.values)
            ),
            models.CheckConstraint(
                name="webhook_delivery_open_is_due",
                condition=Q(status__in=OPEN, due_at__isnull=False, closed_at__isnull=True)
                | (~Q(status__in=OPEN) & Q(due_at__isnull=True, closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="webhook_delivery_ten_attempts",
                condition=Q(attempts__gte=0, attempts__lte=MOST_ATTEMPTS),
            ),
            models.CheckConstraint(
                name="webhook_delivery_delivered_by_an_attempt",
                condition=~Q(status=DeliveryStatus.DELIVERED) | Q(attempts__gte=1),
            ),
            models.CheckConstraint(
                name="webhook_delivery_fence_grows", condition=Q(fence__gte=F("attempts"))
            ),
            models.CheckConstraint(
                name="webhook_delivery_taken_so_often", condition=Q(fence__lte=MOST_TAKES)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"

    @property
    def replayed(self) -> bool:
        return self.lane != self.endpoint_id


class WebhookAttempt(TenantModel):
    """One request and what came back: a status, or why there was none.

    `number` is the fence it was made under: a gap is a worker that died.
    """

    delivery = TenantForeignKey(WebhookDelivery, related_name="tries")
    number = models.IntegerField(_("number"))
    started_at = models.DateTimeField(_("sent"))
    ms = models.IntegerField(_("milliseconds"))
    status_code = models.IntegerField(_("status"), null=True)
    failure = models.TextField(_("failure"), blank=True)
    request_headers = models.JSONField()
    response_headers = models.JSONField()
    response_body = models.TextField(_("answer"), blank=True)
    truncated = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("webhook attempt")
        verbose_name_plural = _("webhook attempts")
        constraints = [
            models.UniqueConstraint(
                name="webhook_attempt_number_once", fields=["organization", "delivery", "number"]
            ),
            models.CheckConstraint(
                name="webhook_attempt_has_a_number",
                condition=Q(number__gte=1, number__lte=MOST_TAKES),
            ),
            models.CheckConstraint(
                name="webhook_attempt_answers_or_fails",
                condition=Q(status_code__isnull=False, status_code__range=(100, 999), failure="")
                | (Q(status_code__isnull=True) & ~Q(failure="")),
            ),
            models.CheckConstraint(name="webhook_attempt_took_time", condition=Q(ms__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.status_code or self.failure}"
