"""What a lender holds out to an applicant, on which conditions, and until when."""

from django.db import models
from django.db.models import F, Q

from tenancy.models import TenantForeignKey, TenantModel
from underwriting.enums import ConditionStatus, OfferKind, OfferStatus
from underwriting.models.application import Application
from underwriting.models.decision import Decision


class Offer(TenantModel):
    """Terms of one decision, in minor units and parts per million; open until answered or lapsed.

    A counter-offer is a kind of its own and never counts as an approval.
    """

    application = TenantForeignKey(Application, related_name="offers")
    decision = TenantForeignKey(Decision, related_name="offers")
    kind = models.TextField(choices=OfferKind.choices)
    status = models.TextField(choices=OfferStatus.choices, default=OfferStatus.OPEN)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    down_payment = models.BigIntegerField(null=True)
    term_months = models.IntegerField(null=True)
    rate_ppm = models.IntegerField()
    instalment = models.BigIntegerField(null=True)
    total = models.BigIntegerField(null=True)
    cost_ppm = models.BigIntegerField(null=True)
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    @property
    def example_months(self) -> int | None:
        """The months over which a limit's stated cost takes it to be repaid; None for a loan."""
        if self.term_months is not None or self.cost_ppm is None:
            return None
        terms = self.decision.document_data["offer"] or {}
        months: int | None = (terms.get("example") or {}).get("months")
        return months

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="offer_one_per_decision", fields=["organization", "decision"]
            ),
            models.UniqueConstraint(
                name="offer_one_open",
                fields=["organization", "application"],
                condition=Q(status__in=[OfferStatus.OPEN, OfferStatus.ACCEPTED]),
            ),
            models.CheckConstraint(
                name="offer_status_known", condition=Q(status__in=OfferStatus.values)
            ),
            models.CheckConstraint(name="offer_kind_known", condition=Q(kind__in=OfferKind.values)),
            models.CheckConstraint(name="offer_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="offer_down_payment_not_negative",
                condition=Q(down_payment__isnull=True) | Q(down_payment__gte=0),
            ),
            models.CheckConstraint(name="offer_rate_not_negative", condition=Q(rate_ppm__gte=0)),
            models.CheckConstraint(
                name="offer_term_has_instalments",
                condition=Q(term_months__isnull=True)
                | Q(
                    term_months__gt=0,
                    instalment__isnull=False,
                    instalment__gt=0,
                    total__isnull=False,
                    total__gte=F("amount"),
                ),
            ),
            models.CheckConstraint(
                name="offer_expires_after_it_began",
                condition=Q(expires_at__gt=F("offered_at")),
            ),
            models.CheckConstraint(
                name="offer_answer_agrees",
                condition=Q(status=OfferStatus.OPEN, answered_at__isnull=True)
                | (~Q(status=OfferStatus.OPEN) & Q(answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="offer_accepted_in_time",
                condition=~Q(status=OfferStatus.ACCEPTED) | Q(answered_at__lte=F("expires_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"offer {self.id.hex[-8:]}"


class Condition(TenantModel):
    """A stipulation of an approval: cleared or waived by a person before funding."""

    application = TenantForeignKey(Application, related_name="conditions")
    decision = TenantForeignKey(Decision, related_name="conditions")
    code = models.TextField()
    text = models.TextField()
    status = models.TextField(choices=ConditionStatus.choices, default=ConditionStatus.OPEN)
    settled_at = models.DateTimeField(null=True)
    settled_by_kind = models.TextField(null=True)
    settled_by_id = models.TextField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="condition_once", fields=["organization", "decision", "code"]
            ),
            models.CheckConstraint(
                name="condition_status_agrees",
                condition=Q(
                    status=ConditionStatus.OPEN,
                    settled_at__isnull=True,
                    settled_by_id__isnull=True,
                )
                | Q(
                    status__in=[ConditionStatus.CLEARED, ConditionStatus.WAIVED],
                    settled_at__isnull=False,
                    settled_by_id__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Booking(TenantModel):
    """The loan system's answer: this application became that loan.

    A trigger refuses it without a live, accepted offer of the decision in force, and above the rate
    that was accepted. `booked_on` is the loan system's day, `booked_at` the moment in its own time.
    """

    application = TenantForeignKey(Application, related_name="bookings")
    offer = TenantForeignKey(Offer, related_name="bookings")
    reference = models.TextField()
    amount = models.BigIntegerField()
    rate_ppm = models.IntegerField(null=True)
    booked_on = models.DateField(null=True)
    booked_at = models.DateTimeField()
    outstanding = models.BigIntegerField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="booking_once", fields=["organization", "application"]),
            models.UniqueConstraint(
                name="booking_reference_once", fields=["organization", "reference"]
            ),
            models.CheckConstraint(name="booking_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="booking_rate_not_negative",
                condition=Q(rate_ppm__isnull=True) | Q(rate_ppm__gte=0),
            ),
            models.CheckConstraint(
                name="booking_outstanding_not_negative", condition=Q(outstanding__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"booking {self.id.hex[-8:]}"
