"""What a check found, until people have said what it is. Restricted: nobody may be tipped off."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tenancy.models import TenantForeignKey, TenantModel
from underwriting.connectors.contract import CHECKS, Kind
from underwriting.enums import HitCause, HitReason, HitStatus, HitStepKind
from underwriting.models.application import Application, Party
from underwriting.models.customer import Customer
from underwriting.models.pull import Pull

SETTLED = (HitStatus.CLEARED, HitStatus.CONFIRMED)
TWO_PEOPLE = Kind.SANCTIONS.value


class CheckHit(TenantModel):
    """A check that does not stand clear: a hit, or one that was never answered.

    Until it is cleared nothing is funded for anybody in it (triggers). Sanctions are settled by
    two people. Settled is settled: a later application is checked again.
    """

    application = TenantForeignKey(Application, related_name="hits")
    party = TenantForeignKey(Party, related_name="hits")
    customer = TenantForeignKey(Customer, related_name="hits")
    pull = TenantForeignKey(Pull, related_name="hits", null=True)
    kind = models.TextField()
    cause = models.TextField(choices=HitCause.choices)
    status = models.TextField(choices=HitStatus.choices, default=HitStatus.OPEN)
    reason = models.TextField(choices=HitReason.choices, null=True)
    proposed_by = models.TextField(null=True)
    settled_by = models.TextField(null=True)
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("hit")
        verbose_name_plural = _("hits")
        constraints = [
            models.UniqueConstraint(
                name="hit_once", fields=["organization", "application", "party", "kind"]
            ),
            models.CheckConstraint(
                name="hit_kind_known", condition=Q(kind__in=[kind.value for kind in CHECKS])
            ),
            models.CheckConstraint(
                name="hit_status_known",
                condition=Q(status__in=HitStatus.values, cause__in=HitCause.values),
            ),
            models.CheckConstraint(
                name="hit_settled_by_somebody",
                condition=Q(
                    status__in=SETTLED,
                    settled_by__isnull=False,
                    settled_at__isnull=False,
                    reason__isnull=False,
                )
                | (~Q(status__in=SETTLED) & Q(settled_by__isnull=True, settled_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="hit_proposed_by_somebody",
                condition=Q(status=HitStatus.OPEN, proposed_by__isnull=True, reason__isnull=True)
                | (
                    Q(status__in=[HitStatus.CLEARING, HitStatus.CONFIRMING])
                    & Q(proposed_by__isnull=False, reason__isnull=False)
                )
                | Q(status__in=SETTLED),
            ),
            models.CheckConstraint(
                name="hit_of_sanctions_by_two",
                condition=~Q(kind=TWO_PEOPLE)
                | ~Q(status__in=SETTLED)
                | (Q(proposed_by__isnull=False) & ~Q(proposed_by=F("settled_by"))),
            ),
        ]
        indexes = [
            models.Index(
                name="hit_not_cleared",
                fields=["organization", "customer"],
                condition=~Q(status=HitStatus.CLEARED),
            ),
        ]

    def __str__(self) -> str:
        return f"check {self.id.hex[-8:]}"


class HitStep(TenantModel):
    """One act of one person on a hit: append-only; the note is sealed under the customer's key."""

    application = TenantForeignKey(Application, related_name="hit_steps")
    hit = TenantForeignKey(CheckHit, related_name="steps")
    number = models.SmallIntegerField()
    kind = models.TextField(choices=HitStepKind.choices)
    reason = models.TextField(choices=HitReason.choices)
    note = models.BinaryField(null=True)
    actor_id = models.TextField()
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="hit_step_number_once", fields=["organization", "hit", "number"]
            ),
            models.CheckConstraint(
                name="hit_step_kind_known",
                condition=Q(kind__in=HitStepKind.values, reason__in=HitReason.values),
            ),
            models.CheckConstraint(name="hit_step_has_a_person", condition=~Q(actor_id="")),
        ]

    def __str__(self) -> str:
        return f"step {self.number}"
