"""When a loan counts as bad, on the desk: the versions, the form, and the vintages they give."""

from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk.changes import place_of
from accounts.desk.pages import ServicePage
from scoring.desk.dataset_charts import vintage_curves
from scoring.desk.dataset_forms import DefinitionForm
from scoring.models import OutcomeDefinition
from scoring.selectors.outcomes import vintages
from scoring.selectors.products import products_all
from scoring.services.outcome_definitions import outcome_definition_publish
from tenancy.admin import TenantAdmin
from tenancy.context import current_organization_id
from tenancy.enter import enter

VIEW, PUBLISH = "scoring.view_dataset", "scoring.register_dataset"
AGES = (3, 6, 9, 12, 18, 24, 36)


@admin.register(OutcomeDefinition)
class OutcomeDefinitionAdmin(TenantAdmin[OutcomeDefinition]):
    list_display = ("product", "version", "bad_from", "neither_from", "window", "published")
    list_select_related = ("product",)
    ordering = ("product", "-number")
    change_list_template = "admin/scoring/outcomedefinition/list.html"

    def has_view_permission(
        self, request: HttpRequest, obj: OutcomeDefinition | None = None
    ) -> bool:
        """Whoever sees data sets sees what their outcomes mean."""
        return current_organization_id() is not None and request.user.has_perm(VIEW)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.publish)
        name = "scoring_outcomedefinition_publish"
        return [path("publish/", view, name=name), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        context = {
            "title": _("Outcome definitions"),
            "empty_words": _(
                "No definition yet: until one is published, the imported file’s own word says"
                " which loans were bad."
            ),
            "may_publish": request.user.has_perm(PUBLISH),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        definition = self.get_object(request, object_id)
        if definition is None:
            raise Http404
        cells = vintages(definition, AGES)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Outcome definition %(number)s") % {"number": definition.number},
            "definition": definition,
            "chart": vintage_curves(cells) if cells else None,
            "cells": cells,
        }
        return TemplateResponse(request, "admin/scoring/outcomedefinition/definition.html", context)

    def publish(self, request: HttpRequest) -> HttpResponse:
        def call(data: dict[str, Any]) -> None:
            outcome_definition_publish(
                **place_of(request), product_slug=data.pop("product"), **data
            )

        return ServicePage(
            admin=self,
            permission=PUBLISH,
            form=DefinitionForm(request.POST or None, products=_products(request)),
            call=call,
            title=_("Publish an outcome definition"),
            lead=_("Versions stay: a data set names the one its outcomes follow from."),
            button=_("Publish"),
            done=_("The definition was published."),
        ).answer(request)

    @admin.display(description=gettext_lazy("Version"), ordering="number")
    def version(self, definition: OutcomeDefinition) -> int:
        return definition.number

    @admin.display(description=gettext_lazy("Bad from"))
    def bad_from(self, definition: OutcomeDefinition) -> str:
        return _("%(days)s days past due") % {"days": definition.bad_days_past_due}

    @admin.display(description=gettext_lazy("Neither from"))
    def neither_from(self, definition: OutcomeDefinition) -> str:
        return _("%(days)s days past due") % {"days": definition.indeterminate_days_past_due}

    @admin.display(description=gettext_lazy("Window"))
    def window(self, definition: OutcomeDefinition) -> str:
        return _("%(months)s months") % {"months": definition.window_months}

    @admin.display(description=gettext_lazy("Published"), ordering="published_at")
    def published(self, definition: OutcomeDefinition) -> Any:
        return definition.published_at


def _products(request: HttpRequest) -> list[tuple[str, str]]:
    organization_id = cast(UUID, current_organization_id())
    if request.method != "POST":
        return [(each.slug, each.slug) for each in products_all(organization_id)]
    with enter(organization_id, read_only=True):
        return [(each.slug, each.slug) for each in products_all(organization_id)]
