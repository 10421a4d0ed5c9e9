"""The inventory on the desk: every model with who answers for it, how much depends on it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership
from scoring.desk.model_words import ModelForm, day, model_name, tag
from scoring.enums import ModelStatus, Tier
from scoring.models import InventoryEntry
from scoring.services.inventory import Entry
from tenancy.admin import TenantAdmin
from tenancy.enter import enter

TEXTS = ("purpose", "limits", "dependencies", "assumptions", "monitoring_plan")


def long_text(label: Any, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class InventoryForm(ModelForm):
    owner = forms.ChoiceField(
        label=gettext_lazy("Owner"), help_text=gettext_lazy("Who answers for this model.")
    )
    tier = forms.TypedChoiceField(label=gettext_lazy("Tier"), choices=Tier.choices, coerce=int)
    purpose = long_text(gettext_lazy("Purpose"))
    limits = long_text(gettext_lazy("Limits"), gettext_lazy("What it must not be used for."))
    dependencies = long_text(gettext_lazy("Depends on"), required=False)
    assumptions = long_text(gettext_lazy("Assumptions"))
    monitoring_plan = long_text(
        gettext_lazy("Monitoring plan"),
        gettext_lazy("What is looked at, how often, and who does what on an alarm."),
    )
    next_review_on = forms.DateField(
        label=gettext_lazy("Next review"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    @classmethod
    def about(
        cls, entry: Entry | InventoryEntry, organization_id: UUID, data: Any
    ) -> "InventoryForm":
        """Begun with what is known; owners are the lender's members."""
        fields = ("owner", "tier", *TEXTS, "next_review_on")
        form = cls(data, initial={name: getattr(entry, name) for name in fields})
        owner = form.fields["owner"]
        if isinstance(owner, forms.ChoiceField):
            owner.choices = _members(organization_id, data)
        return form


def _members(organization_id: UUID, data: Any) -> list[tuple[str, str]]:
    if data is None:
        return _rows(organization_id)
    with enter(organization_id, read_only=True):
        return _rows(organization_id)


def _rows(organization_id: UUID) -> list[tuple[str, str]]:
    found = Membership.objects.filter(organization_id=organization_id, active=True)
    return [(str(row.user_id), row.user.display_name) for row in found.select_related("user")]


@admin.register(InventoryEntry)
class InventoryEntryAdmin(TenantAdmin[InventoryEntry]):
    """One line a model: its newest entry."""

    list_display = ("named", "product", "state", "answers", "tier", "review")
    list_filter = ("tier",)
    list_select_related = ("model_version__product",)
    ordering = ("model_version__product", "-model_version__number")
    change_list_template = "admin/desk/list.html"
    list_display_links = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[InventoryEntry]:
        owner = (
            Membership.objects.annotate(text_id=Cast("user_id", TextField()))
            .filter(organization_id=OuterRef("organization_id"), text_id=OuterRef("owner"))
            .values("user__name")
        )
        newest = InventoryEntry.objects.filter(
            organization_id=OuterRef("organization_id"),
            model_version_id=OuterRef("model_version_id"),
        ).order_by("-number")
        rows = super().get_queryset(request).filter(id=Subquery(newest.values("id")[:1]))
        return rows.annotate(owner_name=Subquery(owner[:1]))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "title": _("Inventory of models"),
            "empty_words": _(
                "No model is in the inventory yet. Open a model and say who answers for it, what"
                " it is for and what not: without that nobody can validate it."
            ),
        }
        page: HttpResponse = super().changelist_view(request, {**context, **(extra_context or {})})
        return page

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """An entry is read on its model's page."""
        entry = self.get_object(request, object_id)
        if entry is None:
            raise Http404
        return redirect("admin:scoring_modelversion_change", entry.model_version_id)

    @admin.display(description=gettext_lazy("Model"))
    def named(self, entry: InventoryEntry) -> SafeString:
        url = reverse("admin:scoring_modelversion_change", args=[entry.model_version_id])
        return format_html('<a href="{}">{}</a>', url, model_name(entry.model_version))

    @admin.display(description=gettext_lazy("Product"))
    def product(self, entry: InventoryEntry) -> str:
        return str(entry.model_version.product.slug)

    @admin.display(description=gettext_lazy("State"))
    def state(self, entry: InventoryEntry) -> SafeString:
        status = entry.model_version.status
        return tag(status, ModelStatus(status).label)

    @admin.display(description=gettext_lazy("Owner"))
    def answers(self, entry: InventoryEntry) -> str:
        return str(getattr(entry, "owner_name", None) or entry.owner)

    @admin.display(description=gettext_lazy("Next review"), ordering="next_review_on")
    def review(self, entry: InventoryEntry) -> SafeString | str:
        if entry.next_review_on <= datetime.now(UTC).date():
            return format_html('<span class="tag warn">{}</span>', day(entry.next_review_on))
        return day(entry.next_review_on)
