"""The log of requests: what a key asked, and what it was answered, for thirty days."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenancy.models import TenantModel

REQUEST_ID = r"^[A-Za-z0-9_.-]{8,64}$"


class ApiRequest(TenantModel):
    """One request under a key of this lender. No body, no query, no address: nothing personal.

    `key_id` and `partner_id` are no foreign keys: checking one locks the key's row, which every
    request of a busy key would then wait for. Rows come from `accounts_request_logged` alone.
    """

    at = models.DateTimeField(_("time"))
    request_id = models.TextField(_("request id"))
    key_id = models.UUIDField()
    partner_id = models.UUIDField(null=True)
    method = models.CharField(_("method"), max_length=10)
    path = models.CharField(_("address"), max_length=200)
    status = models.SmallIntegerField(_("answer"))
    problem = models.CharField(_("problem"), max_length=60, null=True)
    duration_us = models.IntegerField(_("took"))
    subject = models.CharField(_("about"), max_length=40, null=True)
    version = models.CharField(_("API version"), max_length=10)

    class Meta:
        verbose_name = _("API request")
        verbose_name_plural = _("API requests")
        indexes = [
            models.Index(name="api_request_by_request_id", fields=["organization", "request_id"]),
            models.Index(name="api_request_by_key", fields=["organization", "key_id", "id"]),
            models.Index(
                name="api_request_by_subject",
                fields=["organization", "subject", "id"],
                condition=Q(subject__isnull=False),
            ),
            models.Index(
                name="api_request_refused",
                fields=["organization", "id"],
                condition=Q(status__gte=400),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="api_request_id_formed", condition=Q(request_id__regex=REQUEST_ID)
            ),
            models.CheckConstraint(
                name="api_request_status_is_one", condition=Q(status__range=(100, 599))
            ),
            models.CheckConstraint(name="api_request_took_time", condition=Q(duration_us__gte=0)),
            models.CheckConstraint(
                name="api_request_path_holds_no_query",
                condition=Q(path__startswith="/") & ~Q(path__contains="?"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"
