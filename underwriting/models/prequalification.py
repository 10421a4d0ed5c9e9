"""Prequalifications: what somebody could expect, said without an application and never binding."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from scoring.models import Product, ProductVersion
from tenancy.models import TenantForeignKey, TenantModel
from underwriting.connectors.contract import Inquiry, Kind, Purpose
from underwriting.enums import Likelihood, PrequalificationStatus, PullResult, PullStatus
from underwriting.models.application import FINGERPRINT, HASH, Application
from underwriting.models.connector import ConnectorSetting
from underwriting.models.consent import ConsentText

LONGEST_NOTICE = timedelta(days=30)
FORMED = Q(
    document_hash__regex=HASH,
    inputs_hash__regex=FINGERPRINT,
    dictionary_hash__regex=HASH,
    product_hash__regex=HASH,
    pack_hash__regex=HASH,
    engine_hash__regex=HASH,
)
SAID_NOTHING_YET = Q(
    outcome__isnull=True, document__isnull=True, inputs__isnull=True, made_at__isnull=True
)


class Prequalification(TenantModel):
    """Facts evaluated by the same model and policy as an application's, and what came of it.

    It counts for nothing: no exposure, no velocity, no cooling-off. `said` holds what was handed in
    while an inquiry is under way, `inputs` the canonical bytes that were evaluated; both are
    emptied when `facts_until` has passed. Where it said "unlikely" the law may see an adverse
    action (12 CFR 1002.2(c), 1002.9): reasons and the day a notice is due are kept as long as an
    application's. Identity is sealed under a key of its own while an inquiry needs it, and no
    longer.
    """

    product = TenantForeignKey(Product, related_name="prequalifications")
    product_version = TenantForeignKey(ProductVersion, related_name="prequalifications")
    partner = TenantForeignKey("accounts.Partner", related_name="prequalifications", null=True)
    application = TenantForeignKey(Application, related_name="prequalifications", null=True)
    purpose = models.TextField(default=Purpose.PREQUALIFICATION.value)
    status = models.TextField(choices=PrequalificationStatus.choices)
    language = models.CharField(max_length=8)
    metadata = models.JSONField(default=dict)
    amount = models.BigIntegerField()
    term_months = models.IntegerField(null=True)
    currency = models.CharField(max_length=3)
    submission_hash = models.TextField()
    consents = models.JSONField(default=list)
    said = models.TextField(null=True)
    sealed = models.BinaryField(null=True)
    wrapped_key = models.BinaryField(null=True)
    salt = models.BinaryField(null=True)
    outcome = models.TextField(choices=Likelihood.choices, null=True)
    reason_codes = ArrayField(models.TextField(), default=list)
    terms = models.JSONField(null=True)
    document = models.TextField(null=True)
    document_hash = models.TextField(null=True)
    inputs = models.TextField(null=True)
    inputs_hash = models.TextField(null=True)
    dictionary_hash = models.TextField(null=True)
    product_hash = models.TextField(null=True)
    model_hash = models.TextField(null=True)
    policy_hash = models.TextField(null=True)
    pack_hash = models.TextField(null=True)
    engine_hash = models.TextField(null=True)
    asked_by_kind = models.TextField()
    asked_by_id = models.TextField()
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    notice_due_at = models.DateTimeField(null=True)
    facts_until = models.DateTimeField()
    emptied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="prequalification_purpose_is_its_own",
                condition=Q(purpose=Purpose.PREQUALIFICATION.value),
            ),
            models.CheckConstraint(
                name="prequalification_words_known",
                condition=Q(status__in=PrequalificationStatus.values)
                & (Q(outcome__isnull=True) | Q(outcome__in=Likelihood.values)),
            ),
            models.CheckConstraint(
                name="prequalification_amount_positive", condition=Q(amount__gt=0)
            ),
            models.CheckConstraint(
                name="prequalification_made_agrees",
                condition=Q(SAID_NOTHING_YET, status=PrequalificationStatus.PENDING)
                | Q(
                    FORMED,
                    status=PrequalificationStatus.MADE,
                    outcome__isnull=False,
                    document__isnull=False,
                    document_hash__isnull=False,
                    inputs_hash__isnull=False,
                    pack_hash__isnull=False,
                    engine_hash__isnull=False,
                    dictionary_hash__isnull=False,
                    product_hash__isnull=False,
                    made_at__isnull=False,
                    said__isnull=True,
                    sealed__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="prequalification_unlikely_gives_reasons",
                condition=(~Q(outcome=Likelihood.UNLIKELY) | Q(outcome__isnull=True))
                | Q(
                    reason_codes__len__gte=1,
                    reason_codes__len__lte=4,
                    notice_due_at__isnull=False,
                    notice_due_at__lte=F("asked_at") + LONGEST_NOTICE,
                ),
            ),
            models.CheckConstraint(
                name="prequalification_expires_later", condition=Q(expires_at__gt=F("asked_at"))
            ),
            models.CheckConstraint(
                name="prequalification_emptied_keeps_nothing",
                condition=Q(emptied_at__isnull=True)
                | Q(
                    said__isnull=True,
                    sealed__isnull=True,
                    wrapped_key__isnull=True,
                    salt__isnull=True,
                    inputs__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="prequalification_asked_by_somebody",
                condition=~Q(asked_by_kind="") & ~Q(asked_by_id=""),
            ),
            models.CheckConstraint(
                name="prequalification_fingerprint_formed",
                condition=Q(submission_hash__regex=FINGERPRINT),
            ),
        ]
        indexes = [
            models.Index(
                name="prequalification_pending",
                fields=["asked_at"],
                condition=Q(status=PrequalificationStatus.PENDING),
            ),
            models.Index(
                name="prequalification_to_empty",
                fields=["facts_until"],
                condition=Q(emptied_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"prequalification {self.id.hex[-8:]}"


class PrequalificationPull(TenantModel):
    """One soft inquiry of a bureau for one party of a prequalification: never a hard one.

    Its id is the idempotency key the vendor gets, and the row is there before it is asked.
    """

    prequalification = TenantForeignKey(Prequalification, related_name="pulls")
    setting = TenantForeignKey(ConnectorSetting, related_name="prequalification_pulls")
    consent_text = TenantForeignKey(ConsentText, related_name="prequalification_pulls")
    position = models.SmallIntegerField()
    kind = models.TextField(default=Kind.BUREAU.value)
    inquiry = models.TextField(default=Inquiry.SOFT.value)
    purpose = models.TextField(default=Purpose.PREQUALIFICATION.value)
    status = models.TextField(choices=PullStatus.choices, default=PullStatus.WAITING)
    attempts = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    failure = models.TextField(null=True)
    result = models.TextField(choices=PullResult.choices, null=True)
    alerts = ArrayField(models.TextField(), default=list)
    sealed = models.BinaryField(null=True)
    report_hash = models.TextField(null=True)
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="prequalification_pull_once",
                fields=["organization", "prequalification", "position"],
            ),
            models.CheckConstraint(
                name="prequalification_pull_is_soft",
                condition=Q(
                    kind=Kind.BUREAU.value,
                    inquiry=Inquiry.SOFT.value,
                    purpose=Purpose.PREQUALIFICATION.value,
                ),
            ),
            models.CheckConstraint(
                name="prequalification_pull_status_agrees",
                condition=Q(
                    status=PullStatus.WAITING,
                    next_at__isnull=False,
                    answered_at__isnull=True,
                    result__isnull=True,
                )
                | Q(
                    status=PullStatus.ANSWERED,
                    next_at__isnull=True,
                    answered_at__isnull=False,
                    result__isnull=False,
                    result__in=PullResult.values,
                    report_hash__isnull=False,
                    report_hash__regex=FINGERPRINT,
                )
                | Q(
                    status=PullStatus.FAILED,
                    next_at__isnull=True,
                    answered_at__isnull=False,
                    failure__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"soft pull {self.id.hex[-8:]}"
