"""What data sets hold apart, and the long looks at them that a worker takes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scoring.enums import ACTIVE_TRAINING, TrainingStatus
from scoring.models.dataset import MOST_ROWS_A_CHUNK
from scoring.models.history import Dataset
from scoring.models.product import HASH
from scoring.models.training import WHOLE
from tenancy.models import TenantForeignKey, TenantModel


class DatasetProtected(TenantModel):
    """What may never decide (sex, age, origin) of a chunk's rows, as Parquet.

    In a table of its own, beside the chunk of the same number: whoever learns reads chunks.
    """

    dataset = TenantForeignKey(Dataset, related_name="protected")
    number = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    content_hash = models.TextField()
    body = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="dataset_protected_number_once", fields=["organization", "dataset", "number"]
            ),
            models.CheckConstraint(
                name="dataset_protected_holds_some_rows",
                condition=Q(rows__gte=1, rows__lte=MOST_ROWS_A_CHUNK),
            ),
            models.CheckConstraint(
                name="dataset_protected_hash_formed", condition=Q(content_hash__regex=HASH)
            ),
        ]

    def __str__(self) -> str:
        return f"held apart of chunk {self.number}"


class DatasetStudy(TenantModel):
    """One exploration of a data set; its row tells how far a worker has come."""

    dataset = TenantForeignKey(Dataset, related_name="studies", verbose_name=_("data set"))
    status = models.TextField(
        _("state"), choices=TrainingStatus.choices, default=TrainingStatus.QUEUED
    )
    step = models.TextField(_("step"), default="")
    progress_ppm = models.PositiveIntegerField(default=0)
    cancel_requested = models.BooleanField(_("to be cancelled"), default=False)
    error = models.TextField(_("error"), default="")
    requested_by_kind = models.TextField(_("asked by (kind)"))
    requested_by_id = models.TextField(_("asked by"))
    requested_at = models.DateTimeField(_("asked"))
    seen_at = models.DateTimeField(_("last sign of life"))
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="dataset_study_status_known", condition=Q(status__in=TrainingStatus.values)
            ),
            models.CheckConstraint(
                name="dataset_study_finished_when_over",
                condition=Q(status__in=ACTIVE_TRAINING, finished_at__isnull=True)
                | (~Q(status__in=ACTIVE_TRAINING) & Q(finished_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="dataset_study_failure_says_why",
                condition=~Q(status=TrainingStatus.FAILED) | ~Q(error=""),
            ),
            models.CheckConstraint(
                name="dataset_study_progress_within", condition=Q(progress_ppm__lte=WHOLE)
            ),
            models.UniqueConstraint(
                name="dataset_study_one_at_a_time",
                fields=["organization", "dataset"],
                condition=Q(status__in=ACTIVE_TRAINING),
            ),
        ]

    def __str__(self) -> str:
        return f"study {self.id}"
