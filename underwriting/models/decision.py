"""Decisions: a superseding sequence, each with its reasons and everything it depended on."""

import json
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import F, Q

from scoring.models import ScoringRun
from tenancy.models import TenantForeignKey, TenantModel
from underwriting.enums import DecisionKind, Outcome, ReasonSource
from underwriting.models.application import FINGERPRINT, HASH, Application
from underwriting.models.policy import ReasonCatalogue
from underwriting.models.run import DecisionRun

LONGEST_NOTICE = timedelta(days=30)
ADVERSE = (Outcome.DECLINE, Outcome.COUNTER_OFFER)
EXPIRING = (Outcome.APPROVE, Outcome.COUNTER_OFFER)


class Decision(TenantModel):
    """One decision. At most one of an application's is in force; a later one supersedes it.

    `document` is the decision document that replay compares byte for byte, `inputs` the
    canonical input bytes it came from (emptied by erasure alone), and every other thing it
    depended on is named by hash. A person's decision carries its verdict, and its document
    follows from the superseded one and the verdict. `honours` is the path that was promised
    earlier and that this decision keeps.
    """

    application = TenantForeignKey(Application, related_name="decisions")
    number = models.SmallIntegerField()
    kind = models.TextField(choices=DecisionKind.choices)
    run = TenantForeignKey(DecisionRun, related_name="decisions", null=True)
    supersedes = TenantForeignKey("self", related_name="superseded_by", null=True)
    in_force = models.BooleanField(default=True)
    outcome = models.TextField(choices=Outcome.choices)
    scoring_run = TenantForeignKey(ScoringRun, related_name="decisions", null=True)
    catalogue = TenantForeignKey(ReasonCatalogue, related_name="decisions", null=True)
    points = models.IntegerField(null=True)
    pd_ppm = models.IntegerField(null=True)
    document = models.TextField()
    document_hash = models.TextField()
    inputs = models.TextField(null=True)
    inputs_hash = models.TextField()
    verdict = models.TextField(null=True)
    dictionary_hash = models.TextField()
    product_hash = models.TextField()
    model_hash = models.TextField(null=True)
    policy_hash = models.TextField(null=True)
    pack_hash = models.TextField()
    engine_hash = models.TextField()
    application_completed_at = models.DateTimeField()
    decided_at = models.DateTimeField()
    decided_by_kind = models.TextField()
    decided_by_id = models.TextField()
    notice_due_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    honours = TenantForeignKey("ApprovalPath", related_name="kept_by", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="decision_number_once", fields=["organization", "application", "number"]
            ),
            models.UniqueConstraint(
                name="decision_one_in_force",
                fields=["organization", "application"],
                condition=Q(in_force=True),
            ),
            models.UniqueConstraint(
                name="decision_one_first_per_submission",
                fields=["organization", "run"],
                condition=Q(run__isnull=False),
            ),
            models.UniqueConstraint(
                name="decision_superseded_once",
                fields=["organization", "supersedes"],
                condition=Q(supersedes__isnull=False),
            ),
            models.CheckConstraint(
                name="decision_outcome_known", condition=Q(outcome__in=Outcome.values)
            ),
            models.CheckConstraint(
                name="decision_kind_agrees",
                condition=Q(kind=DecisionKind.AUTOMATIC, run__isnull=False, verdict__isnull=True)
                | Q(
                    kind=DecisionKind.REVIEW,
                    run__isnull=True,
                    verdict__isnull=False,
                    supersedes__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="decision_first_supersedes_nothing",
                condition=Q(number=1, supersedes__isnull=True)
                | Q(number__gt=1, supersedes__isnull=False),
            ),
            models.CheckConstraint(
                name="decision_adverse_notice_within_30_days",
                condition=~Q(outcome__in=ADVERSE)
                | Q(
                    notice_due_at__isnull=False,
                    notice_due_at__lte=F("application_completed_at") + LONGEST_NOTICE,
                ),
            ),
            models.CheckConstraint(
                name="decision_offer_says_until_when",
                condition=Q(
                    outcome__in=EXPIRING,
                    expires_at__isnull=False,
                    expires_at__gt=F("decided_at"),
                )
                | (~Q(outcome__in=EXPIRING) & Q(expires_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="decision_pd_is_a_probability",
                condition=Q(pd_ppm__isnull=True) | Q(pd_ppm__gte=0, pd_ppm__lte=1_000_000),
            ),
            models.CheckConstraint(
                name="decision_scored_unless_referred",
                condition=Q(outcome__in=[Outcome.REFER, Outcome.DECLINE])
                | Q(policy_hash__isnull=False, catalogue__isnull=False),
            ),
            models.UniqueConstraint(
                name="decision_honours_a_path_once",
                fields=["organization", "honours"],
                condition=Q(honours__isnull=False),
            ),
            models.CheckConstraint(
                name="decision_honours_by_approving",
                condition=Q(honours__isnull=True)
                | Q(kind=DecisionKind.AUTOMATIC, outcome=Outcome.APPROVE),
            ),
            models.CheckConstraint(
                name="decision_hashes_formed",
                condition=Q(
                    document_hash__regex=HASH,
                    inputs_hash__regex=FINGERPRINT,
                    pack_hash__regex=HASH,
                    engine_hash__regex=HASH,
                    product_hash__regex=HASH,
                    dictionary_hash__regex=HASH,
                ),
            ),
        ]
        indexes = [
            models.Index(
                name="decision_adverse_lately",
                fields=["decided_at"],
                condition=Q(in_force=True, kind=DecisionKind.AUTOMATIC, outcome__in=[*ADVERSE]),
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.number}"

    @cached_property
    def document_data(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(self.document)
        return data

    @property
    def is_adverse(self) -> bool:
        return self.outcome in ADVERSE


class DecisionReason(TenantModel):
    """A principal reason, in order: a code whose texts the pinned policy or dictionary holds."""

    application = TenantForeignKey(Application, related_name="reasons")
    decision = TenantForeignKey(Decision, related_name="reasons")
    position = models.SmallIntegerField()
    code = models.TextField()
    source = models.TextField(choices=ReasonSource.choices)
    party = models.SmallIntegerField(null=True)
    field = models.TextField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="reason_position_once", fields=["organization", "decision", "position"]
            ),
            models.CheckConstraint(
                name="reason_source_known", condition=Q(source__in=ReasonSource.values)
            ),
            models.CheckConstraint(name="reason_position_from_one", condition=Q(position__gte=1)),
            models.CheckConstraint(name="reason_has_a_code", condition=~Q(code="")),
        ]

    def __str__(self) -> str:
        return self.code
