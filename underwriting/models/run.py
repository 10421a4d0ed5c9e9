"""Deciding as a persisted run of stages, claimed with a lease and a fencing number."""

from django.db import models
from django.db.models import Q

from tenancy.models import TenantForeignKey, TenantModel
from underwriting.enums import RunStatus, Stage
from underwriting.models.application import Application


class DecisionRun(TenantModel):
    """One submission's way to its first decision.

    `fence` grows with every claim and every write of the run names the number it holds, so a
    holder whose lease has ended can write nothing. Lease times are the world's, not a twin's:
    they bound processes, not law. A run that waits for a vendor has nobody's lease until
    `resume_at`, when the sweep finds it.
    """

    application = TenantForeignKey(Application, related_name="runs")
    submission = models.SmallIntegerField(default=1)
    status = models.TextField(choices=RunStatus.choices, default=RunStatus.PENDING)
    holder = models.TextField(null=True)
    fence = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField()
    resume_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="run_one_per_submission",
                fields=["organization", "application", "submission"],
            ),
            models.CheckConstraint(
                name="run_status_known", condition=Q(status__in=RunStatus.values)
            ),
            models.CheckConstraint(
                name="run_claimed_has_a_lease",
                condition=~Q(status=RunStatus.RUNNING)
                | Q(holder__isnull=False, lease_until__isnull=False, fence__gte=1),
            ),
            models.CheckConstraint(
                name="run_waiting_says_until_when",
                condition=Q(status=RunStatus.WAITING, resume_at__isnull=False)
                | (~Q(status=RunStatus.WAITING) & Q(resume_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="run_finished_has_its_time",
                condition=Q(
                    status__in=[RunStatus.DONE, RunStatus.CANCELLED], finished_at__isnull=False
                )
                | (
                    ~Q(status__in=[RunStatus.DONE, RunStatus.CANCELLED])
                    & Q(finished_at__isnull=True)
                ),
            ),
        ]
        indexes = [
            models.Index(
                name="run_unfinished",
                fields=["created_at"],
                condition=Q(status__in=[RunStatus.PENDING, RunStatus.RUNNING]),
            ),
            models.Index(
                name="run_waiting",
                fields=["resume_at"],
                condition=Q(status=RunStatus.WAITING),
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.id.hex[-8:]}"


class StageResult(TenantModel):
    """What one stage of a run found, written under the fence that was held."""

    application = TenantForeignKey(Application, related_name="stage_results")
    run = TenantForeignKey(DecisionRun, related_name="stages")
    stage = models.TextField(choices=Stage.choices)
    fence = models.IntegerField()
    document = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="stage_once_per_run", fields=["organization", "run", "stage"]
            ),
            models.CheckConstraint(name="stage_known", condition=Q(stage__in=Stage.values)),
            models.CheckConstraint(name="stage_fence_counts", condition=Q(fence__gte=1)),
        ]

    def __str__(self) -> str:
        return self.stage
