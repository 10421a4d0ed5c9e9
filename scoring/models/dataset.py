"""The rows of a registered data set, what is known about it, and who accepts what is wrong."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from scoring.enums import AnswerStatus, DatasetEvidenceKind
from scoring.models.history import Dataset
from scoring.models.product import HASH
from tenancy.models import TenantForeignKey, TenantModel

MOST_ROWS_A_CHUNK = 10_000


class DatasetChunk(TenantModel):
    """Some rows of a data set as they stood when it was registered, as Parquet."""

    dataset = TenantForeignKey(Dataset, related_name="chunks")
    number = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    content_hash = models.TextField()
    body = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="dataset_chunk_number_once", fields=["organization", "dataset", "number"]
            ),
            models.CheckConstraint(
                name="dataset_chunk_holds_some_rows",
                condition=Q(rows__gte=1, rows__lte=MOST_ROWS_A_CHUNK),
            ),
            models.CheckConstraint(
                name="dataset_chunk_hash_formed", condition=Q(content_hash__regex=HASH)
            ),
        ]

    def __str__(self) -> str:
        return f"chunk {self.number}"


class DatasetEvidence(TenantModel):
    """What was found in a data set: profile, exploration, leakage, proxies."""

    dataset = TenantForeignKey(Dataset, related_name="evidence")
    kind = models.TextField(choices=DatasetEvidenceKind.choices)
    document = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="dataset_evidence_kind_once", fields=["organization", "dataset", "kind"]
            ),
            models.CheckConstraint(
                name="dataset_evidence_kind_known",
                condition=Q(kind__in=DatasetEvidenceKind.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of a data set"


class LeakageAcceptance(TenantModel):
    """Learning in spite of a leakage finding: asked for with a reason, answered by another."""

    dataset = TenantForeignKey(
        Dataset, related_name="leakage_acceptances", verbose_name=_("data set")
    )
    findings = models.JSONField(_("findings"))
    reason = models.TextField(_("reason"))
    status = models.TextField(_("state"), choices=AnswerStatus.choices, default=AnswerStatus.OPEN)
    requested_by_kind = models.TextField(_("asked by (kind)"))
    requested_by_id = models.TextField(_("asked by"))
    requested_at = models.DateTimeField(_("asked"))
    answered_by = models.TextField(_("answered by"), default="")
    answered_at = models.DateTimeField(_("answered"), null=True)

    class Meta:
        verbose_name = _("leakage acceptance")
        verbose_name_plural = _("leakage acceptances")
        constraints = [
            models.UniqueConstraint(
                name="leakage_acceptance_one_open",
                fields=["organization", "dataset"],
                condition=Q(status=AnswerStatus.OPEN),
            ),
            models.CheckConstraint(
                name="leakage_acceptance_second_person",
                condition=Q(answered_by="") | ~Q(answered_by=F("requested_by_id")),
            ),
            models.CheckConstraint(
                name="leakage_acceptance_status_agrees",
                condition=Q(status=AnswerStatus.OPEN, answered_by="", answered_at__isnull=True)
                | (
                    Q(
                        status__in=[AnswerStatus.APPROVED, AnswerStatus.REFUSED],
                        answered_at__isnull=False,
                    )
                    & ~Q(answered_by="")
                ),
            ),
            models.CheckConstraint(name="leakage_acceptance_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"leakage acceptance {self.id}"
