"""Who may decide how much, version by version; and every decision softer than policy's."""

import json
from functools import cached_property
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from scoring.enums import AnswerStatus
from scoring.models import Product
from tenancy.models import TenantForeignKey, TenantModel
from underwriting.authority import ADVERSE, SOFTNESS
from underwriting.enums import Mitigant, PolicyExceptionReason
from underwriting.models.application import HASH, Application
from underwriting.models.decision import Decision
from underwriting.models.gate import ANSWERED_BY_ANOTHER
from underwriting.models.review import ReviewStep

SOFTER = list(SOFTNESS[2:])


class AuthorityMatrix(TenantModel):
    """One product's matrix, proposed by one and put in force by another; the newest counts.

    A product without one has its people's own limits alone.
    """

    product = TenantForeignKey(Product, related_name="authority_matrices")
    number = models.PositiveIntegerField()
    document = models.TextField()
    content_hash = models.TextField()
    reason = models.TextField()
    status = models.TextField(choices=AnswerStatus.choices, default=AnswerStatus.OPEN)
    asked_by_id = models.TextField()
    asked_at = models.DateTimeField()
    answered_by_id = models.TextField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("authority")
        verbose_name_plural = _("authorities")
        constraints = [
            models.UniqueConstraint(
                name="authority_number_once", fields=["organization", "product", "number"]
            ),
            models.UniqueConstraint(
                name="authority_one_open",
                fields=["organization", "product"],
                condition=Q(status=AnswerStatus.OPEN),
            ),
            models.CheckConstraint(name="authority_number_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="authority_status_known", condition=Q(status__in=AnswerStatus.values)
            ),
            models.CheckConstraint(
                name="authority_has_a_reason", condition=~Q(reason="") & ~Q(asked_by_id="")
            ),
            models.CheckConstraint(
                name="authority_hash_formed", condition=Q(content_hash__regex=HASH)
            ),
            models.CheckConstraint(
                name="authority_answered_by_another", condition=ANSWERED_BY_ANOTHER
            ),
        ]

    def __str__(self) -> str:
        return f"authority {self.number}"

    @cached_property
    def document_data(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(self.document)
        return data


class PolicyException(TenantModel):
    """A decision softer than policy's: why, what makes up for it, until when it may be funded.

    The words are the note of `step`, the verdict that asked for it. `granted_by` is the second
    person, or the first one where the matrix lets them grant it alone.
    """

    application = TenantForeignKey(Application, related_name="policy_exceptions")
    decision = TenantForeignKey(Decision, related_name="policy_exceptions")
    step = TenantForeignKey(ReviewStep, related_name="policy_exceptions")
    policy_outcome = models.TextField()
    outcome = models.TextField()
    reason = models.TextField(choices=PolicyExceptionReason.choices)
    mitigants = ArrayField(models.TextField(choices=Mitigant.choices))
    asked_by = models.TextField()
    granted_by = models.TextField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        constraints = [
            models.UniqueConstraint(
                name="policy_exception_once", fields=["organization", "decision"]
            ),
            models.CheckConstraint(
                name="policy_exception_is_softer",
                condition=Q(policy_outcome__in=ADVERSE, outcome__in=SOFTER)
                & ~Q(outcome=F("policy_outcome")),
            ),
            models.CheckConstraint(
                name="policy_exception_reason_known",
                condition=Q(reason__in=PolicyExceptionReason.values),
            ),
            models.CheckConstraint(
                name="policy_exception_has_mitigants",
                condition=Q(mitigants__len__gte=1, mitigants__contained_by=Mitigant.values),
            ),
            models.CheckConstraint(
                name="policy_exception_ends", condition=Q(expires_at__gt=F("made_at"))
            ),
            models.CheckConstraint(
                name="policy_exception_has_people",
                condition=~Q(asked_by="") & ~Q(granted_by=""),
            ),
        ]
        indexes = [
            models.Index(name="policy_exception_lately", fields=["organization", "made_at"]),
        ]

    def __str__(self) -> str:
        return self.reason
