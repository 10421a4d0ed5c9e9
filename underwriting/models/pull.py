"""Inquiries to others about a party: who asked, why, with which consent, and what came back."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tenancy.models import TenantForeignKey, TenantModel
from underwriting.connectors.contract import Kind
from underwriting.connectors.reports import Alert
from underwriting.enums import PullResult, PullStatus
from underwriting.models.application import FINGERPRINT, Application, Party
from underwriting.models.connector import (
    KINDS,
    ConnectorSetting,
    kind_agrees,
    soft_where_it_must_be,
)
from underwriting.models.consent import Consent
from underwriting.models.customer import Customer
from underwriting.models.run import DecisionRun

LATER = (PullStatus.ANSWERED, PullStatus.FAILED)


class Pull(TenantModel):
    """One inquiry about one party in one run: its id is the idempotency key a vendor gets.

    The row is there before the vendor is asked, so whoever takes over asks the same inquiry again
    and never a second one. The report is kept as it was seen, sealed under the customer's key, and
    its hash is keyed by the customer's salt: an erasure takes both. `next_at` is the world's time,
    like every time that bounds processes; the others are the organization's.
    """

    application = TenantForeignKey(Application, related_name="pulls")
    run = TenantForeignKey(DecisionRun, related_name="pulls")
    party = TenantForeignKey(Party, related_name="pulls")
    customer = TenantForeignKey(Customer, related_name="pulls")
    setting = TenantForeignKey(ConnectorSetting, related_name="pulls")
    consent = TenantForeignKey(Consent, related_name="pulls", null=True)
    kind = models.TextField()
    inquiry = models.TextField()
    purpose = models.TextField()
    status = models.TextField(choices=PullStatus.choices, default=PullStatus.WAITING)
    attempts = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    failure = models.TextField(null=True)
    result = models.TextField(choices=PullResult.choices, null=True)
    alerts = ArrayField(models.TextField(), default=list)
    sealed = models.BinaryField(null=True)
    report_hash = models.TextField(null=True)
    reused_from = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    asked_by_kind = models.TextField()
    asked_by_id = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="pull_once", fields=["organization", "run", "party", "kind"]
            ),
            models.CheckConstraint(name="pull_kind_known", condition=Q(kind__in=KINDS)),
            models.CheckConstraint(name="pull_kind_agrees", condition=kind_agrees()),
            models.CheckConstraint(
                name="pull_soft_where_it_must_be", condition=soft_where_it_must_be()
            ),
            models.CheckConstraint(
                name="pull_of_a_bureau_has_consent",
                condition=~Q(kind=Kind.BUREAU.value) | Q(consent__isnull=False),
            ),
            models.CheckConstraint(
                name="pull_waiting_says_until_when",
                condition=Q(
                    status=PullStatus.WAITING,
                    next_at__isnull=False,
                    answered_at__isnull=True,
                    sealed__isnull=True,
                    result__isnull=True,
                )
                | Q(status__in=LATER, next_at__isnull=True, answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="pull_answered_has_its_report",
                condition=Q(
                    status=PullStatus.ANSWERED,
                    result__isnull=False,
                    result__in=PullResult.values,
                    sealed__isnull=False,
                    report_hash__isnull=False,
                    report_hash__regex=FINGERPRINT,
                    valid_until__isnull=False,
                    failure__isnull=True,
                )
                | (
                    ~Q(status=PullStatus.ANSWERED)
                    & Q(result__isnull=True, sealed__isnull=True, report_hash__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="pull_failed_says_why",
                condition=~Q(status=PullStatus.FAILED) | Q(failure__isnull=False),
            ),
            models.CheckConstraint(
                name="pull_alerts_known",
                condition=Q(alerts__contained_by=[alert.value for alert in Alert]),
            ),
            models.CheckConstraint(
                name="pull_asked_by_somebody", condition=~Q(asked_by_kind="") & ~Q(asked_by_id="")
            ),
        ]
        indexes = [
            models.Index(name="pull_to_reuse", fields=["organization", "customer", "kind"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} pull {self.id.hex[-8:]}"
