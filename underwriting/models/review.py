"""Reviews: an underwriter's work on a referral, step by step, and the second person's."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tenancy.models import TenantForeignKey, TenantModel
from underwriting.enums import VERDICT_STEPS, ReviewCause, ReviewStatus, StepKind
from underwriting.models.application import Application
from underwriting.models.decision import Decision

HELD = (ReviewStatus.CLAIMED, ReviewStatus.SECOND_PERSON)
CLOSED = (ReviewStatus.SETTLED, ReviewStatus.CANCELLED)


class Review(TenantModel):
    """One decision under a person's eyes. `verdict` waits here while a second person is needed.

    `note` is what the applicant said when they asked for a person, emptied by an erasure.
    """

    application = TenantForeignKey(Application, related_name="reviews")
    decision = TenantForeignKey(Decision, related_name="reviews")
    settled_decision = TenantForeignKey(Decision, related_name="settled_reviews", null=True)
    cause = models.TextField(choices=ReviewCause.choices)
    status = models.TextField(choices=ReviewStatus.choices, default=ReviewStatus.OPEN)
    level = models.SmallIntegerField(default=0)
    claimed_by = models.TextField(null=True)
    claimed_at = models.DateTimeField(null=True)
    verdict = models.TextField(null=True)
    verdict_by = models.TextField(null=True)
    second_by = models.TextField(null=True)
    note = models.TextField(default="", db_default="")
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.UniqueConstraint(
                name="review_one_unsettled",
                fields=["organization", "application"],
                condition=~Q(status__in=CLOSED),
            ),
            models.CheckConstraint(
                name="review_status_known", condition=Q(status__in=ReviewStatus.values)
            ),
            models.CheckConstraint(
                name="review_claimed_by_somebody",
                condition=~Q(status=ReviewStatus.CLAIMED)
                | Q(claimed_by__isnull=False, claimed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="review_second_person_has_a_verdict",
                condition=~Q(status=ReviewStatus.SECOND_PERSON)
                | Q(verdict__isnull=False, verdict_by__isnull=False),
            ),
            models.CheckConstraint(
                name="review_two_different_people",
                condition=Q(second_by__isnull=True)
                | (Q(verdict_by__isnull=False) & ~Q(second_by=F("verdict_by"))),
            ),
            models.CheckConstraint(
                name="review_settled_agrees",
                condition=Q(
                    status=ReviewStatus.SETTLED,
                    settled_at__isnull=False,
                    settled_decision__isnull=False,
                    verdict__isnull=False,
                )
                | Q(status=ReviewStatus.CANCELLED, settled_at__isnull=False)
                | (~Q(status__in=CLOSED) & Q(settled_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(name="review_queue", fields=["organization", "status", "opened_at"]),
        ]

    def __str__(self) -> str:
        return f"review {self.id.hex[-8:]}"


class ReviewStep(TenantModel):
    """One act of one person on a review: append-only, coded, with the note they wrote."""

    application = TenantForeignKey(Application, related_name="review_steps")
    review = TenantForeignKey(Review, related_name="steps")
    number = models.SmallIntegerField()
    kind = models.TextField(choices=StepKind.choices)
    actor_id = models.TextField()
    reasons = models.JSONField(default=list)
    override_codes = models.JSONField(default=list)
    note = models.TextField(default="")
    looked_seconds = models.IntegerField(null=True)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="review_step_number_once", fields=["organization", "review", "number"]
            ),
            models.CheckConstraint(
                name="review_step_kind_known", condition=Q(kind__in=StepKind.values)
            ),
            models.CheckConstraint(name="review_step_has_a_person", condition=~Q(actor_id="")),
            models.CheckConstraint(
                name="review_step_verdict_is_timed",
                condition=~Q(kind__in=VERDICT_STEPS)
                | Q(looked_seconds__isnull=False, looked_seconds__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return self.kind
