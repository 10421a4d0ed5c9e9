import django.db.models.deletion
from django.db import migrations, models

import tenancy.ids
import tenancy.models.base
from tenancy.operations import AddIndex, CreateModel, TenantTable, WorkKind


class Migration(migrations.Migration):
    dependencies = [("scoring", "0005_dataset_studies")]

    operations = [
        CreateModel(
            name="MonitoringPlan",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "window_days",
                    models.PositiveSmallIntegerField(
                        default=28, verbose_name="days looked at together"
                    ),
                ),
                ("segment_field", models.TextField(default="", verbose_name="apart by")),
                ("changed_at", models.DateTimeField(verbose_name="changed")),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
                (
                    "product",
                    tenancy.models.base.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="monitoring_plans",
                        to="scoring.product",
                        verbose_name="product",
                    ),
                ),
            ],
            options={
                "verbose_name": "monitoring plan",
                "verbose_name_plural": "monitoring plans",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "product"), name="monitoring_plan_one_a_product"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("window_days__gte", 7), ("window_days__lte", 366)),
                        name="monitoring_plan_window_sensible",
                    ),
                ],
            },
        ),
        AddIndex(
            model_name="scoringrun",
            index=models.Index(
                fields=["organization", "model_version", "scored_at"],
                name="scoring_run_of_model_by_time",
            ),
        ),
        TenantTable("MonitoringPlan"),
        WorkKind(
            "monitoring",
            "SELECT c.organization_id, c.model_version_id FROM scoring_championship c"
            " WHERE c.ended_at IS NULL"
            " AND c.appointed_at < date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'"
            " AND NOT EXISTS (SELECT 1 FROM scoring_monitoringrun r"
            " WHERE r.organization_id = c.organization_id"
            " AND r.model_version_id = c.model_version_id AND r.segment = ''"
            " AND r.period_end >= (now() AT TIME ZONE 'UTC')::date - 1)"
            " ORDER BY c.appointed_at",
            tables=["scoring_championship", "scoring_monitoringrun"],
        ),
    ]
