"""Django's PostgreSQL backend: every table's primary key begins with its organization, and what
runs for every decision is prepared (`tenancy.statements`)."""

from typing import Any

from django.db.backends.postgresql import base

from tenancy.backend.features import DatabaseFeatures

PREPARED_WHEN_ASKED = 1_000_000
"""Executions after which psycopg prepares by itself: only what asks for it is prepared."""

PLANNED_ONCE = "-c plan_cache_mode=force_generic_plan"
"""What is prepared finds few rows by key, whoever asks: one plan is as good as another for it, and
planning a decision's reads takes longer than running them."""


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        params["prepare_threshold"] = params.get("prepare_threshold") or PREPARED_WHEN_ASKED
        params["options"] = " ".join(filter(None, [params.get("options"), PLANNED_ONCE]))
        return params
