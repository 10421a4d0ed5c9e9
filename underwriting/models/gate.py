"""Gates of publication: a lender's settings, what a backtest made of them, and exceptions."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from scoring.enums import AnswerStatus
from scoring.models import Product
from tenancy.models import TenantForeignKey, TenantModel
from underwriting.decisioning.gates import GateCode, Verdict
from underwriting.enums import GateExceptionReason
from underwriting.models.application import HASH
from underwriting.models.backtest import Backtest
from underwriting.models.policy import PolicyVersion

GATES = [gate.value for gate in GateCode]
VERDICTS = [verdict.value for verdict in Verdict]
ANSWERED_BY_ANOTHER = Q(
    status=AnswerStatus.OPEN, answered_by_id__isnull=True, answered_at__isnull=True
) | (
    ~Q(status=AnswerStatus.OPEN)
    & Q(answered_by_id__isnull=False, answered_at__isnull=False)
    & ~Q(answered_by_id=F("asked_by_id"))
)
"""Asked by one, answered once by another."""


class PolicyGates(TenantModel):
    """One product's gates, proposed by one and put in force by another; the newest count.

    A product without a row has its regulation pack's.
    """

    product = TenantForeignKey(Product, related_name="policy_gates")
    number = models.PositiveIntegerField()
    settings = models.JSONField()
    reason = models.TextField()
    status = models.TextField(choices=AnswerStatus.choices, default=AnswerStatus.OPEN)
    asked_by_id = models.TextField()
    asked_at = models.DateTimeField()
    answered_by_id = models.TextField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("gates of a product")
        verbose_name_plural = _("gates")
        constraints = [
            models.UniqueConstraint(
                name="policy_gates_number_once", fields=["organization", "product", "number"]
            ),
            models.UniqueConstraint(
                name="policy_gates_one_open",
                fields=["organization", "product"],
                condition=Q(status=AnswerStatus.OPEN),
            ),
            models.CheckConstraint(name="policy_gates_number_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="policy_gates_status_known", condition=Q(status__in=AnswerStatus.values)
            ),
            models.CheckConstraint(
                name="policy_gates_have_a_reason", condition=~Q(reason="") & ~Q(asked_by_id="")
            ),
            models.CheckConstraint(
                name="policy_gates_answered_by_another", condition=ANSWERED_BY_ANOTHER
            ),
        ]

    def __str__(self) -> str:
        return f"gates {self.number}"


class GateOutcome(TenantModel):
    """What one gate said of one backtest, by the settings of that number (0: the pack's).

    `value`, `limit` and `before` are as in `underwriting.decisioning.gates.GateResult`.
    """

    backtest = TenantForeignKey(Backtest, related_name="gate_outcomes")
    gates_number = models.PositiveIntegerField()
    gate = models.TextField(choices=[(gate, gate) for gate in GATES])
    verdict = models.TextField(choices=[(verdict, verdict) for verdict in VERDICTS])
    blocks = models.BooleanField()
    comparison = models.TextField()
    value = models.BigIntegerField(null=True)
    limit = models.BigIntegerField(null=True)
    before = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="gate_outcome_once",
                fields=["organization", "backtest", "gates_number", "gate"],
            ),
            models.CheckConstraint(name="gate_outcome_gate_known", condition=Q(gate__in=GATES)),
            models.CheckConstraint(
                name="gate_outcome_verdict_agrees",
                condition=Q(
                    Q(comparison="at_most", value__lte=F("limit"))
                    | Q(comparison="at_least", value__gte=F("limit")),
                    verdict=Verdict.PASSED.value,
                    blocks=False,
                    value__isnull=False,
                    limit__isnull=False,
                )
                | Q(
                    Q(comparison="at_most", value__gt=F("limit"))
                    | Q(comparison="at_least", value__lt=F("limit")),
                    verdict=Verdict.FAILED.value,
                    blocks=True,
                    value__isnull=False,
                    limit__isnull=False,
                )
                | Q(verdict=Verdict.INSUFFICIENT.value)
                | Q(verdict=Verdict.OFF.value, blocks=False, limit__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gate}: {self.verdict}"


class GateException(TenantModel):
    """Leave to publish one document although one gate blocks it: asked for by one, granted by
    another with the authority, for a coded reason, with what makes up for it, until a day."""

    policy_version = TenantForeignKey(PolicyVersion, related_name="gate_exceptions")
    content_hash = models.TextField()
    gate = models.TextField(choices=[(gate, gate) for gate in GATES])
    reason = models.TextField(choices=GateExceptionReason.choices)
    words = models.TextField()
    mitigants = models.TextField()
    expires_at = models.DateTimeField()
    status = models.TextField(choices=AnswerStatus.choices, default=AnswerStatus.OPEN)
    asked_by_id = models.TextField()
    asked_at = models.DateTimeField()
    answered_by_id = models.TextField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="gate_exception_one_open",
                fields=["organization", "policy_version", "content_hash", "gate"],
                condition=Q(status=AnswerStatus.OPEN),
            ),
            models.CheckConstraint(name="gate_exception_gate_known", condition=Q(gate__in=GATES)),
            models.CheckConstraint(
                name="gate_exception_hash_formed", condition=Q(content_hash__regex=HASH)
            ),
            models.CheckConstraint(
                name="gate_exception_reason_known",
                condition=Q(reason__in=GateExceptionReason.values),
            ),
            models.CheckConstraint(
                name="gate_exception_is_filled_in",
                condition=~Q(words="") & ~Q(mitigants="") & ~Q(asked_by_id=""),
            ),
            models.CheckConstraint(
                name="gate_exception_ends", condition=Q(expires_at__gt=F("asked_at"))
            ),
            models.CheckConstraint(
                name="gate_exception_status_known", condition=Q(status__in=AnswerStatus.values)
            ),
            models.CheckConstraint(
                name="gate_exception_answered_by_another", condition=ANSWERED_BY_ANOTHER
            ),
        ]

    def __str__(self) -> str:
        return f"exception from {self.gate}"
