"""Marks: what an application shares with others, as keyed fingerprints, numbered without gaps."""

from django.db import models
from django.db.models import Q

from tenancy.models import TenantForeignKey, TenantModel
from underwriting.enums import COUNTED_MARKS, MarkKind
from underwriting.models.application import Application
from underwriting.models.customer import Customer


class MarkCounter(TenantModel):
    """How many applications ever came with one fingerprint.

    Its row is the lock under which the next one gets its number, so that two at once get two.
    """

    kind = models.TextField(choices=MarkKind.choices)
    digest = models.BinaryField()
    ordinal = models.BigIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="mark_counter_once", fields=["organization", "kind", "digest"]
            ),
            models.CheckConstraint(
                name="mark_counter_kind_counted", condition=Q(kind__in=COUNTED_MARKS)
            ),
            models.CheckConstraint(name="mark_counter_counts", condition=Q(ordinal__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} counter"


class ApplicationMark(TenantModel):
    """One application's fingerprint of one kind, with its number among all that share it.

    `customer` is whose it is (the borrower's, for a device). Times grow with the numbers, so a
    window of days is a range of numbers.
    """

    application = TenantForeignKey(Application, related_name="marks")
    customer = TenantForeignKey(Customer, related_name="marks")
    kind = models.TextField(choices=MarkKind.choices)
    digest = models.BinaryField()
    ordinal = models.BigIntegerField(null=True)
    marked_at = models.DateTimeField()
    keep_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="application_mark_once",
                fields=["organization", "application", "kind", "digest"],
            ),
            models.UniqueConstraint(
                name="application_mark_number_once",
                fields=["organization", "kind", "digest", "ordinal"],
                condition=Q(ordinal__isnull=False),
            ),
            models.CheckConstraint(
                name="application_mark_kind_known", condition=Q(kind__in=MarkKind.values)
            ),
            models.CheckConstraint(
                name="application_mark_numbered_where_counted",
                condition=Q(kind__in=COUNTED_MARKS, ordinal__isnull=False, ordinal__gte=1)
                | (~Q(kind__in=COUNTED_MARKS) & Q(ordinal__isnull=True)),
            ),
            models.CheckConstraint(
                name="application_mark_kept_a_while",
                condition=Q(keep_until__gt=models.F("marked_at")),
            ),
        ]
        indexes = [
            models.Index(
                name="application_mark_window",
                fields=["organization", "kind", "digest", "marked_at", "ordinal"],
            ),
            models.Index(name="application_mark_due", fields=["keep_until"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} mark"
