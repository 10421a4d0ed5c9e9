"""How a model does in production: figures by period, and the alerts they raise."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from scoring.enums import AlertStatus, Level
from scoring.models.product import Product
from scoring.models.training import ModelVersion
from tenancy.models import TenantForeignKey, TenantModel


class MonitoringRun(TenantModel):
    """One look at one model over one period and segment; `document` holds the distributions."""

    product = TenantForeignKey(Product, related_name="monitoring_runs", verbose_name=_("product"))
    model_version = TenantForeignKey(
        ModelVersion, related_name="monitoring_runs", verbose_name=_("model")
    )
    segment = models.TextField(_("segment"), default="")
    period_start = models.DateField(_("from"))
    period_end = models.DateField(_("until"))
    applications = models.PositiveIntegerField(_("applications"))
    outcomes = models.PositiveIntegerField(_("outcomes"), default=0)
    document = models.JSONField()
    computed_at = models.DateTimeField(_("computed"))

    class Meta:
        verbose_name = _("monitoring")
        verbose_name_plural = _("monitoring")
        constraints = [
            models.UniqueConstraint(
                name="monitoring_run_once_a_period",
                fields=[
                    "organization",
                    "product",
                    "model_version",
                    "segment",
                    "period_end",
                    "period_start",
                ],
            ),
            models.CheckConstraint(
                name="monitoring_run_period_ordered",
                condition=Q(period_start__lte=F("period_end")),
            ),
        ]

    def __str__(self) -> str:
        return f"monitoring until {self.period_end}"


class MonitoringFigure(TenantModel):
    """One figure of one look, with the limits it was held against and the sample it rests on."""

    run = TenantForeignKey(MonitoringRun, related_name="figures")
    measure = models.TextField(_("measure"))
    field = models.TextField(_("field"), default="")
    value = models.FloatField(_("value"), null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    warn = models.FloatField(null=True)
    alarm = models.FloatField(null=True)
    n = models.PositiveIntegerField(_("number"))
    reference_n = models.PositiveIntegerField(default=0)
    level = models.TextField(_("level"), choices=Level.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="monitoring_figure_once", fields=["organization", "run", "measure", "field"]
            ),
            models.CheckConstraint(
                name="monitoring_figure_level_known", condition=Q(level__in=Level.values)
            ),
            models.CheckConstraint(
                name="monitoring_figure_judged_by_a_value",
                condition=Q(level=Level.INSUFFICIENT) | Q(value__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.field}".strip()


class Alert(TenantModel):
    """A figure that left its limits, from then until it is well inside them again."""

    product = TenantForeignKey(Product, related_name="alerts", verbose_name=_("product"))
    model_version = TenantForeignKey(ModelVersion, related_name="alerts", verbose_name=_("model"))
    segment = models.TextField(_("segment"), default="")
    measure = models.TextField(_("measure"))
    field = models.TextField(_("field"), default="")
    level = models.TextField(
        _("level"), choices=[(Level.WARN, _("Watch")), (Level.ALARM, _("Alarm"))]
    )
    status = models.TextField(_("state"), choices=AlertStatus.choices, default=AlertStatus.OPEN)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True)
    first_run = TenantForeignKey(MonitoringRun, related_name="opened_alerts")
    last_run = TenantForeignKey(MonitoringRun, related_name="latest_alerts")
    value = models.FloatField(_("value"))
    threshold = models.FloatField(_("limit"))
    calm_looks = models.PositiveSmallIntegerField(default=0)
    taken_by = models.TextField(_("taken by"), default="")
    note = models.TextField(_("note"), default="")

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.UniqueConstraint(
                name="alert_one_open",
                fields=[
                    "organization",
                    "product",
                    "model_version",
                    "segment",
                    "measure",
                    "field",
                ],
                condition=Q(status=AlertStatus.OPEN),
            ),
            models.CheckConstraint(
                name="alert_closed_says_when",
                condition=Q(status=AlertStatus.OPEN, closed_at__isnull=True)
                | Q(
                    status=AlertStatus.CLOSED,
                    closed_at__isnull=False,
                    closed_at__gte=F("opened_at"),
                ),
            ),
            models.CheckConstraint(
                name="alert_level_known", condition=Q(level__in=[Level.WARN, Level.ALARM])
            ),
        ]

    def __str__(self) -> str:
        return f"alert on {self.measure}"


class MonitoringPlan(TenantModel):
    """How a product is watched: over how many days, and by which field's values apart.

    A product without one is watched over four weeks, as a whole.
    """

    product = TenantForeignKey(Product, related_name="monitoring_plans", verbose_name=_("product"))
    window_days = models.PositiveSmallIntegerField(_("days looked at together"), default=28)
    segment_field = models.TextField(_("apart by"), default="")
    pauses = models.BooleanField(_("paused by a serious alert"), default=False)
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("monitoring plan")
        verbose_name_plural = _("monitoring plans")
        constraints = [
            models.UniqueConstraint(
                name="monitoring_plan_one_a_product", fields=["organization", "product"]
            ),
            models.CheckConstraint(
                name="monitoring_plan_window_sensible",
                condition=Q(window_days__gte=7, window_days__lte=366),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.window_days} days"
