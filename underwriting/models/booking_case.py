"""Funded loans that were reported and do not match what was agreed: kept until a person says."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tenancy.models import TenantForeignKey, TenantModel
from underwriting.enums import (
    BookingCaseStatus,
    BookingCause,
    BookingReason,
    BookingResolution,
)
from underwriting.models.application import HASH, Application
from underwriting.models.offer import Booking, Offer

UNDECIDED = Q(resolution__isnull=True, reason__isnull=True, proposed_by__isnull=True)
PROPOSED = Q(resolution__isnull=False, reason__isnull=False)


class BookingCase(TenantModel):
    """A loan as its system reported it, and why it could not be booked.

    What was reported never changes, and the same report again is the same case (`content_hash`).
    Whoever proposes to book more than they may decide on waits for somebody who may.
    """

    application = TenantForeignKey(Application, related_name="booking_cases")
    offer = TenantForeignKey(Offer, related_name="booking_cases", null=True)
    reference = models.TextField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    rate_ppm = models.IntegerField()
    booked_on = models.DateField()
    causes = ArrayField(models.TextField(choices=BookingCause.choices))
    content_hash = models.TextField()
    reported_by_kind = models.TextField()
    reported_by_id = models.TextField()
    opened_at = models.DateTimeField()
    status = models.TextField(choices=BookingCaseStatus.choices, default=BookingCaseStatus.OPEN)
    resolution = models.TextField(choices=BookingResolution.choices, null=True)
    reason = models.TextField(choices=BookingReason.choices, null=True)
    proposed_by = models.TextField(null=True)
    settled_by = models.TextField(null=True)
    settled_at = models.DateTimeField(null=True)
    booking = TenantForeignKey(Booking, related_name="cases", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="booking_case_once", fields=["organization", "application", "content_hash"]
            ),
            models.CheckConstraint(
                name="booking_case_figures_hold",
                condition=Q(amount__gt=0, rate_ppm__gte=0) & ~Q(reference=""),
            ),
            models.CheckConstraint(
                name="booking_case_causes_known",
                condition=Q(causes__contained_by=BookingCause.values, causes__len__gte=1),
            ),
            models.CheckConstraint(
                name="booking_case_hash_formed", condition=Q(content_hash__regex=HASH)
            ),
            models.CheckConstraint(
                name="booking_case_reported_by_somebody",
                condition=~Q(reported_by_kind="") & ~Q(reported_by_id=""),
            ),
            models.CheckConstraint(
                name="booking_case_words_known",
                condition=(Q(resolution__isnull=True) | Q(resolution__in=BookingResolution.values))
                & (Q(reason__isnull=True) | Q(reason__in=BookingReason.values)),
            ),
            models.CheckConstraint(
                name="booking_case_status_agrees",
                condition=Q(
                    UNDECIDED,
                    status=BookingCaseStatus.OPEN,
                    settled_by__isnull=True,
                    settled_at__isnull=True,
                )
                | Q(
                    PROPOSED,
                    status=BookingCaseStatus.WAITING,
                    proposed_by__isnull=False,
                    settled_by__isnull=True,
                    settled_at__isnull=True,
                )
                | Q(
                    PROPOSED,
                    status=BookingCaseStatus.SETTLED,
                    settled_by__isnull=False,
                    settled_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="booking_case_two_different_people",
                condition=Q(proposed_by__isnull=True)
                | Q(settled_by__isnull=True)
                | ~Q(proposed_by=F("settled_by")),
            ),
            models.CheckConstraint(
                name="booking_case_booked_has_its_booking",
                condition=Q(
                    status=BookingCaseStatus.SETTLED,
                    resolution=BookingResolution.BOOK,
                    resolution__isnull=False,
                    booking__isnull=False,
                )
                | Q(
                    ~Q(
                        status=BookingCaseStatus.SETTLED,
                        resolution=BookingResolution.BOOK,
                        resolution__isnull=False,
                    ),
                    booking__isnull=True,
                ),
            ),
        ]
        indexes = [
            models.Index(
                name="booking_case_unsettled",
                fields=["organization", "opened_at"],
                condition=~Q(status=BookingCaseStatus.SETTLED),
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.id.hex[-8:]}"
