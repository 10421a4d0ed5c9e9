"""Products, models and trainings on the desk: looked at here, changed by services."""

import json
from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

import scoring.desk.challengers
import scoring.desk.drafts
import scoring.desk.economics
import scoring.desk.drafts
import scoring.desk.datasets
import scoring.desk.monitoring
import scoring.desk.outcome_definitions
import scoring.desk.trainings  # noqa: F401 - registers its page
from scoring.models import (
    Championship,
    DictionaryVersion,
    ModelRequest,
    ModelVersion,
    Product,
    ProductVersion,
    TrainingSchedule,
)
from tenancy.admin import TenantAdmin


def block(text: str) -> SafeString:
    """Text as it stands, spaces and lines included."""
    return format_html('<pre class="document">{}</pre>', text)


def document(data: Any) -> SafeString:
    return block(json.dumps(data, ensure_ascii=False, indent=1))


@admin.register(Product)
class ProductAdmin(TenantAdmin[Product]):
    list_display = ("slug", "currency", "minor_units", "created_at")
    ordering = ("slug",)


@admin.register(DictionaryVersion)
class DictionaryVersionAdmin(TenantAdmin[DictionaryVersion]):
    list_display = ("product", "number", "content_hash", "published_at")
    list_select_related = ("product",)
    exclude = ("document",)
    readonly_fields = ("readable",)
    ordering = ("product", "-number")

    @admin.display(description=_("Document"))
    def readable(self, version: DictionaryVersion) -> SafeString:
        return document(json.loads(version.document))


@admin.register(ProductVersion)
class ProductVersionAdmin(TenantAdmin[ProductVersion]):
    list_display = ("product", "number", "dictionary_version", "effective_from", "published_at")
    list_select_related = ("product", "dictionary_version")
    exclude = ("document",)
    readonly_fields = ("readable",)
    ordering = ("product", "-number")

    @admin.display(description=_("Document"))
    def readable(self, version: ProductVersion) -> SafeString:
        return document(json.loads(version.document))


@admin.register(ModelVersion)
class ModelVersionAdmin(TenantAdmin[ModelVersion]):
    list_display = ("product", "number", "family", "status", "auc", "registered_at")
    list_filter = ("status", "family")
    list_select_related = ("product",)
    exclude = ("metrics", "card", "artifact")
    readonly_fields = ("figures", "model_card")
    ordering = ("product", "-number")

    @admin.display(description="AUC")
    def auc(self, version: ModelVersion) -> str:
        found = version.metrics.get("holdout", {}).get("auc")
        return f"{found:.3f}" if found is not None else "–"

    @admin.display(description=_("Metrics"))
    def figures(self, version: ModelVersion) -> SafeString:
        return document(version.metrics)

    @admin.display(description=_("Model card"))
    def model_card(self, version: ModelVersion) -> SafeString:
        return document(version.card)


@admin.register(Championship)
class ChampionshipAdmin(TenantAdmin[Championship]):
    list_display = ("product", "model_version", "appointed_at", "ended_at", "reason")
    list_select_related = ("product", "model_version")
    ordering = ("product", "-appointed_at")


@admin.register(ModelRequest)
class ModelRequestAdmin(TenantAdmin[ModelRequest]):
    list_display = ("product", "model_version", "move", "status", "requested_at", "answered_at")
    list_filter = ("status",)
    list_select_related = ("product", "model_version")
    ordering = ("-requested_at",)


@admin.register(TrainingSchedule)
class TrainingScheduleAdmin(TenantAdmin[TrainingSchedule]):
    list_display = ("product", "every_days", "next_due_at", "enabled")
    list_select_related = ("product",)
    ordering = ("product",)
