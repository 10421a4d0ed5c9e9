"""What a training did: its steps, and every trial of its tuning."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scoring.enums import ENDED_STEPS, StepStatus, TrialStatus
from scoring.models.product import HASH
from scoring.models.training import TrainingRun
from tenancy.models import TenantForeignKey, TenantModel


class TrainingStep(TenantModel):
    """One step of a run; `body` is its result, which a later run with the same key takes over."""

    run = TenantForeignKey(TrainingRun, related_name="steps", verbose_name=_("training"))
    number = models.PositiveIntegerField()
    name = models.TextField(_("step"))
    family = models.TextField(_("family"), default="")
    key = models.TextField()
    status = models.TextField(_("state"), choices=StepStatus.choices, default=StepStatus.WAITING)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    summary = models.JSONField(null=True)
    error = models.TextField(_("error"), default="")
    body = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="training_step_number_once", fields=["organization", "run", "number"]
            ),
            models.CheckConstraint(
                name="training_step_status_known", condition=Q(status__in=StepStatus.values)
            ),
            models.CheckConstraint(name="training_step_key_formed", condition=Q(key__regex=HASH)),
            models.CheckConstraint(
                name="training_step_times_agree",
                condition=Q(
                    status__in=[StepStatus.WAITING, StepStatus.SKIPPED],
                    finished_at__isnull=True,
                )
                | Q(
                    status=StepStatus.RUNNING,
                    started_at__isnull=False,
                    finished_at__isnull=True,
                )
                | Q(
                    status__in=ENDED_STEPS,
                    started_at__isnull=False,
                    finished_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="training_step_failure_says_why",
                condition=~Q(status=StepStatus.FAILED) | ~Q(error=""),
            ),
        ]
        indexes = [
            models.Index(
                name="training_step_by_key",
                fields=["organization", "key"],
                condition=Q(status__in=[StepStatus.DONE, StepStatus.CACHED]),
            ),
        ]

    def __str__(self) -> str:
        return f"step {self.number} ({self.name})"


class TrainingTrial(TenantModel):
    """One set of a family's settings, and what the folds said of it. None is thrown away."""

    run = TenantForeignKey(TrainingRun, related_name="trials", verbose_name=_("training"))
    family = models.TextField(_("family"))
    number = models.PositiveIntegerField(_("number"))
    parameters = models.JSONField(_("settings"))
    value = models.FloatField(_("objective"), null=True)
    folds = models.JSONField(default=list)
    seconds = models.FloatField(_("seconds"))
    status = models.TextField(_("state"), choices=TrialStatus.choices)
    error = models.TextField(_("error"), default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="training_trial_number_once",
                fields=["organization", "run", "family", "number"],
            ),
            models.CheckConstraint(
                name="training_trial_status_known", condition=Q(status__in=TrialStatus.values)
            ),
            models.CheckConstraint(
                name="training_trial_complete_has_a_value",
                condition=~Q(status=TrialStatus.COMPLETE) | Q(value__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"trial {self.number} of {self.family}"
