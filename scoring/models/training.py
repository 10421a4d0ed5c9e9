"""Training: the run, its schedule, and what it made."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scoring.enums import ACTIVE_TRAINING, ModelStatus, TrainingStatus
from scoring.models.history import Dataset
from scoring.models.product import HASH, DictionaryVersion, Product
from tenancy.models import TenantForeignKey, TenantModel

WHOLE = 1_000_000
"""Progress is told in parts per million: whole numbers, like everything that is stored."""


class TrainingRun(TenantModel):
    """One attempt to make better models; its row tells how far it has come."""

    product = TenantForeignKey(Product, related_name="training_runs", verbose_name=_("product"))
    dictionary_version = TenantForeignKey(
        DictionaryVersion, related_name="training_runs", verbose_name=_("data dictionary")
    )
    dataset = TenantForeignKey(
        Dataset, null=True, related_name="training_runs", verbose_name=_("data set")
    )
    settings = models.JSONField()
    status = models.TextField(
        _("state"), choices=TrainingStatus.choices, default=TrainingStatus.QUEUED
    )
    step = models.TextField(_("step"), default="")
    progress_ppm = models.PositiveIntegerField(default=0)
    cancel_requested = models.BooleanField(_("to be cancelled"), default=False)
    comparison = models.JSONField(null=True)
    log = models.TextField(_("log"), default="")
    error = models.TextField(_("error"), default="")
    requested_by_kind = models.TextField(_("asked by (kind)"))
    requested_by_id = models.TextField(_("asked by"))
    requested_at = models.DateTimeField(_("asked"))
    seen_at = models.DateTimeField(_("last sign of life"))
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        constraints = [
            models.CheckConstraint(
                name="training_run_status_known",
                condition=Q(status__in=TrainingStatus.values),
            ),
            models.CheckConstraint(
                name="training_run_finished_when_over",
                condition=Q(status__in=ACTIVE_TRAINING, finished_at__isnull=True)
                | (~Q(status__in=ACTIVE_TRAINING) & Q(finished_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="training_run_progress_within", condition=Q(progress_ppm__lte=WHOLE)
            ),
            models.CheckConstraint(
                name="training_run_failure_says_why",
                condition=~Q(status=TrainingStatus.FAILED) | ~Q(error=""),
            ),
            models.UniqueConstraint(
                name="training_run_one_at_a_time",
                fields=["organization", "product"],
                condition=Q(status__in=ACTIVE_TRAINING),
            ),
        ]

    def __str__(self) -> str:
        return f"training {self.id}"


class Artifact(TenantModel):
    """The bytes of a model, found by their hash. They never change."""

    content_hash = models.TextField()
    family = models.TextField()
    dictionary_hash = models.TextField()
    body = models.BinaryField()
    stored_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="artifact_once", fields=["organization", "content_hash"]),
            models.CheckConstraint(
                name="artifact_hashes_formed",
                condition=Q(content_hash__regex=HASH, dictionary_hash__regex=HASH),
            ),
        ]

    def __str__(self) -> str:
        return f"artifact {self.id}"


class ModelVersion(TenantModel):
    """A registered model. An answered request alone changes its state and how long it is valid."""

    product = TenantForeignKey(Product, related_name="model_versions", verbose_name=_("product"))
    number = models.PositiveIntegerField(_("number"))
    family = models.TextField(_("family"))
    artifact = TenantForeignKey(Artifact, related_name="model_versions")
    artifact_hash = models.TextField(_("content hash"))
    dictionary_version = TenantForeignKey(
        DictionaryVersion, related_name="model_versions", verbose_name=_("data dictionary")
    )
    training_run = TenantForeignKey(
        TrainingRun, null=True, related_name="model_versions", verbose_name=_("training")
    )
    dataset_fingerprint = models.TextField(_("fingerprint of the data"), default="")
    metrics = models.JSONField()
    card = models.JSONField()
    status = models.TextField(_("state"), choices=ModelStatus.choices, default=ModelStatus.DRAFT)
    valid_until = models.DateTimeField(_("valid until"), null=True)
    registered_at = models.DateTimeField(_("registered"))

    class Meta:
        verbose_name = _("model")
        verbose_name_plural = _("models")
        constraints = [
            models.UniqueConstraint(
                name="model_version_number_once", fields=["organization", "product", "number"]
            ),
            models.UniqueConstraint(
                name="model_version_artifact_once",
                fields=["organization", "product", "artifact_hash"],
            ),
            models.CheckConstraint(
                name="model_version_status_known", condition=Q(status__in=ModelStatus.values)
            ),
            models.CheckConstraint(
                name="model_version_validated_until_when",
                condition=Q(status__in=[ModelStatus.DRAFT, ModelStatus.RETIRED])
                | Q(valid_until__isnull=False),
            ),
            models.CheckConstraint(
                name="model_version_number_from_one", condition=Q(number__gte=1)
            ),
            models.CheckConstraint(
                name="model_version_hashes_formed",
                condition=Q(artifact_hash__regex=HASH)
                & (Q(dataset_fingerprint="") | Q(dataset_fingerprint__regex=HASH)),
            ),
            models.CheckConstraint(
                name="model_version_trained_on_something",
                condition=Q(training_run__isnull=True) | ~Q(dataset_fingerprint=""),
            ),
        ]

    def __str__(self) -> str:
        return f"model {self.number} ({self.family})"


class TrainingSchedule(TenantModel):
    """When a lender wants a product's models trained anew; one global beat entry fans it out."""

    product = TenantForeignKey(
        Product, related_name="training_schedules", verbose_name=_("product")
    )
    every_days = models.PositiveSmallIntegerField(_("every so many days"))
    next_due_at = models.DateTimeField(_("next"))
    enabled = models.BooleanField(_("on"), default=True)

    class Meta:
        verbose_name = _("training schedule")
        verbose_name_plural = _("training schedules")
        constraints = [
            models.UniqueConstraint(
                name="training_schedule_one_a_product", fields=["organization", "product"]
            ),
            models.CheckConstraint(
                name="training_schedule_not_too_often",
                condition=Q(every_days__gte=1, every_days__lte=3660),
            ),
        ]
        indexes = [
            models.Index(
                name="training_schedule_due",
                fields=["next_due_at"],
                condition=Q(enabled=True),
            ),
        ]

    def __str__(self) -> str:
        return f"every {self.every_days} days"
