"""What a model said of an application, kept beside the decision that used it."""

from django.db import models
from django.db.models import Q

from scoring.enums import Verdict
from scoring.models.training import ModelVersion
from tenancy.models import TenantForeignKey, TenantModel


class ScoringRun(TenantModel):
    """One application scored by one model version.

    `application_id` is a plain id: scoring never reads underwriting's tables. `parties` is
    canonical JSON, one entry per party with points, PD and contributions. The verdict comes
    from underwriting once, when the decision is made.
    """

    application_id = models.UUIDField()
    model_version = TenantForeignKey(ModelVersion, related_name="scoring_runs")
    points = models.IntegerField()
    pd_ppm = models.PositiveIntegerField()
    parties = models.TextField()
    scored_at = models.DateTimeField()
    verdict = models.TextField(choices=Verdict.choices, default="")
    concluded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="scoring_run_pd_is_a_probability", condition=Q(pd_ppm__lte=1_000_000)
            ),
            models.CheckConstraint(
                name="scoring_run_verdict_has_its_time",
                condition=Q(verdict="", concluded_at__isnull=True)
                | Q(verdict__in=Verdict.values, concluded_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="scoring_run_of_application", fields=["organization", "application_id"]
            ),
            models.Index(
                name="scoring_run_of_model_by_time",
                fields=["organization", "model_version", "scored_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"scoring run {self.id}"
