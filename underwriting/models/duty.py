"""Legal clocks: what is owed to an applicant, by when."""

from django.db import models
from django.db.models import Q

from tenancy.models import TenantForeignKey, TenantModel
from underwriting.enums import DutyKind, DutyStatus
from underwriting.models.application import Application
from underwriting.models.decision import Decision


class Duty(TenantModel):
    """Something the regulation pack demands of the lender until a date."""

    application = TenantForeignKey(Application, related_name="duties")
    decision = TenantForeignKey(Decision, related_name="duties")
    kind = models.TextField(choices=DutyKind.choices)
    status = models.TextField(choices=DutyStatus.choices, default=DutyStatus.OPEN)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "duties"
        constraints = [
            models.UniqueConstraint(name="duty_once", fields=["organization", "decision", "kind"]),
            models.CheckConstraint(name="duty_kind_known", condition=Q(kind__in=DutyKind.values)),
            models.CheckConstraint(
                name="duty_done_agrees",
                condition=Q(status=DutyStatus.OPEN, done_at__isnull=True)
                | Q(status__in=[DutyStatus.DONE, DutyStatus.VOID], done_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="duty_open",
                fields=["organization", "due_at"],
                condition=Q(status=DutyStatus.OPEN),
            ),
        ]

    def __str__(self) -> str:
        return self.kind
