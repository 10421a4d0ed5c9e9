"""Products, models and trainings on the desk: looked at here, changed by services."""

import json
from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

import scoring.desk.challengers
import scoring.desk.championships
import scoring.desk.datasets
import scoring.desk.drafts
import scoring.desk.economics
import scoring.desk.evidence
import scoring.desk.inventory
import scoring.desk.models
import scoring.desk.monitoring
import scoring.desk.outcome_definitions
import scoring.desk.pauses
import scoring.desk.requests
import scoring.desk.schedules
import scoring.desk.trainings  # noqa: F401 - registers its page
from scoring.models import (
    DictionaryVersion,
    Product,
    ProductVersion,
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
