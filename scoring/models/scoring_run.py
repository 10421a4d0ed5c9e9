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
    from underwriting once, when the decision is made. `propensity_ppm` is the chance that the
    rules would approve it: a lot decides where it lies between 0 and all (`explored`), and it is
    null where a person decided.
    """

    application_id = models.UUIDField()
    model_version = TenantForeignKey(ModelVersion, related_name="scoring_runs")
    points = models.IntegerField()
    pd_ppm = models.PositiveIntegerField()
    parties = models.TextField()
    scored_at = models.DateTimeField()
    verdict = models.TextField(choices=Verdict.choices, default="")
    concluded_at = models.DateTimeField(null=True)
    propensity_ppm = models.PositiveIntegerField(null=True)
    explored = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="scoring_run_explored_by_a_lot",
                condition=Q(propensity_ppm__isnull=True, explored=False)
                | Q(propensity_ppm__isnull=False, propensity_ppm__lte=1_000_000, explored=False)
                | Q(
                    propensity_ppm__isnull=False,
                    propensity_ppm__gte=1,
                    propensity_ppm__lt=1_000_000,
                    explored=True,
                ),
            ),
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
                name="scoring_run_explored",
                fields=["organization", "model_version", "scored_at"],
                condition=Q(explored=True),
            ),
            models.Index(
                name="scoring_run_of_model_by_time",
                fields=["organization", "model_version", "scored_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"scoring run {self.id}"
