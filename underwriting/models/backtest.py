"""Backtests: a policy version against all past applications, before anybody may publish it."""

import json
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenancy.models import TenantForeignKey, TenantModel
from underwriting.enums import UNDER_WAY, BacktestStatus
from underwriting.models.application import HASH
from underwriting.models.policy import PolicyVersion

WHOLE = 1_000_000


class Backtest(TenantModel):
    """One run of one policy document against a product's past; once over, it never changes.

    `policy_hash` is the document that ran, `against_hash` the policy in force that it was held
    against (null where there was none), `snapshot` the fingerprint of every row that it read.
    `report` is canonical JSON and names nobody; what is known by protected group stands apart.
    """

    policy_version = TenantForeignKey(PolicyVersion, related_name="backtests")
    policy_hash = models.TextField()
    against_hash = models.TextField(null=True)
    status = models.TextField(choices=BacktestStatus.choices, default=BacktestStatus.WAITING)
    step = models.TextField(default="")
    progress_ppm = models.PositiveIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    error = models.TextField(default="")
    attempt = models.PositiveSmallIntegerField(default=1)
    snapshot = models.TextField(null=True)
    applications = models.PositiveIntegerField(default=0)
    report = models.TextField(null=True)
    content_hash = models.TextField(null=True)
    requested_by_kind = models.TextField()
    requested_by_id = models.TextField()
    requested_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("backtest")
        verbose_name_plural = _("backtests")
        constraints = [
            models.CheckConstraint(
                name="backtest_status_known", condition=Q(status__in=BacktestStatus.values)
            ),
            models.CheckConstraint(
                name="backtest_hashes_formed",
                condition=Q(policy_hash__regex=HASH)
                & (Q(against_hash__isnull=True) | Q(against_hash__regex=HASH)),
            ),
            models.CheckConstraint(
                name="backtest_done_has_its_report",
                condition=Q(
                    status=BacktestStatus.DONE,
                    report__isnull=False,
                    content_hash__isnull=False,
                    content_hash__regex=HASH,
                    snapshot__isnull=False,
                    snapshot__regex=HASH,
                )
                | (
                    ~Q(status=BacktestStatus.DONE)
                    & Q(report__isnull=True, content_hash__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="backtest_over_says_when",
                condition=Q(status__in=UNDER_WAY, made_at__isnull=True)
                | (~Q(status__in=UNDER_WAY) & Q(made_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="backtest_failure_says_why",
                condition=~Q(status=BacktestStatus.FAILED) | ~Q(error=""),
            ),
            models.CheckConstraint(
                name="backtest_progress_within", condition=Q(progress_ppm__lte=WHOLE)
            ),
            models.UniqueConstraint(
                name="backtest_one_at_a_time",
                fields=["organization", "policy_version"],
                condition=Q(status__in=UNDER_WAY),
            ),
        ]
        indexes = [
            models.Index(
                name="backtest_by_policy", fields=["organization", "policy_hash", "status"]
            ),
        ]

    def __str__(self) -> str:
        return f"backtest {self.id.hex[-8:]}"

    @property
    def report_data(self) -> dict[str, Any]:
        """The report as data; empty while there is none."""
        return dict(json.loads(self.report)) if self.report else {}


class BacktestProtected(TenantModel):
    """A backtest's figures by protected group; read with `scoring.view_protected` alone."""

    backtest = TenantForeignKey(Backtest, related_name="protected")
    report = models.TextField()
    content_hash = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="backtest_protected_once", fields=["organization", "backtest"]
            ),
            models.CheckConstraint(
                name="backtest_protected_hash_formed", condition=Q(content_hash__regex=HASH)
            ),
        ]

    def __str__(self) -> str:
        return f"held apart {self.id}"
