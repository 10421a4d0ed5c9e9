"""Monitoring on the desk: overview, fields, then and now, over time, and what to do."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext

from accounts.desk.place import allowed, organization_of, permission_needed
from scoring.desk.field_table import field_table
from scoring.desk.monitored import Monitored, monitored, monitored_by_id, page_url
from scoring.desk.monitoring_actions import action_urls
from scoring.desk.monitoring_charts import distribution, evolution
from scoring.desk.recommended import recommended
from scoring.models import MonitoringRun
from scoring.selectors.monitoring import watched_models
from scoring.selectors.pauses import pauses_open
from tenancy.admin import TenantAdmin

VIEW = "scoring.view_monitoringrun"
FOLDER = "admin/scoring/monitoring"
Page = Callable[[HttpRequest, Monitored], dict[str, Any]]


@admin.register(MonitoringRun)
class MonitoringRunAdmin(TenantAdmin[MonitoringRun]):
    """The menu's entry is the overview; looks themselves are read through the models."""

    def get_urls(self) -> list[URLPattern]:
        pages = {
            "fields": self._page("fields", _fields),
            "distributions": self._page("distributions", _distributions),
            "evolution": self._page("evolution", _evolution),
            "actions": self._page("actions", _actions),
        }
        overview = self.admin_site.admin_view(permission_needed(VIEW)(self.overview))
        return [
            path("", overview, name="scoring_monitoringrun_changelist"),
            *(
                path(
                    f"model/<uuid:model_version_id>/{name}/",
                    view,
                    name=f"scoring_monitoring_{name}",
                )
                for name, view in pages.items()
            ),
            *action_urls(self),
        ]

    def overview(self, request: HttpRequest) -> TemplateResponse:
        """Every product's model in charge on its dials, and what is open."""
        organization_id = organization_of(request)
        pauses = pauses_open(organization_id)
        models = [monitored(version) for version in watched_models(organization_id)]
        return self._rendered(
            request,
            "overview",
            title=gettext("Monitoring"),
            models=[(each, pauses.get(each.version.product_id)) for each in models],
            alerts=[(each, recommended(each)) for each in models if each.alerts],
            may_report=allowed(request, "scoring.post_outcomes"),
            may_plan=allowed(request, "scoring.take_alert"),
            may_pause=allowed(request, "scoring.refuse_all"),
        )

    def _page(self, name: str, content: Page) -> Callable[..., HttpResponseBase]:
        """One view of one model and segment, read inside the lender."""

        def view(request: HttpRequest, model_version_id: UUID) -> HttpResponse:
            segment = request.GET.get("segment", "")
            found = monitored_by_id(organization_of(request), model_version_id, segment)
            return self._rendered(
                request,
                name,
                title=gettext("Monitoring of %(product)s") % {"product": found.product},
                found=found,
                here=name,
                segments=[
                    (each, page_url(name, found.version.id, segment=each))
                    for each in found.segments
                ],
                **content(request, found),
            )

        return self.admin_site.admin_view(permission_needed(VIEW)(view))

    def _rendered(self, request: HttpRequest, name: str, **context: Any) -> TemplateResponse:
        given = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"{FOLDER}/{name}.html", given)


def _fields(request: HttpRequest, found: Monitored) -> dict[str, Any]:
    headings, lines = field_table(found, request.GET.get("sort", ""))
    return {"headings": headings, "lines": lines}


def _distributions(request: HttpRequest, found: Monitored) -> dict[str, Any]:
    """The score's distribution, or that of the field asked for."""
    field = request.GET.get("field", "")
    known = found.baseline.fields if found.baseline else {}
    field = field if field in known else ""
    return {
        "field": field,
        "choices": [("", found.label(""))] + [(name, found.label(name)) for name in known],
        "shown": distribution(found, field),
        "figure": found.figure("csi" if field else "psi", field),
    }


def _evolution(request: HttpRequest, found: Monitored) -> dict[str, Any]:
    return {"charts": evolution(found)}


def _actions(request: HttpRequest, found: Monitored) -> dict[str, Any]:
    return {
        "recommended": recommended(found),
        "pause": pauses_open(found.version.organization_id).get(found.version.product_id),
        "permissions": {
            name for name in ("scoring.train_model", "scoring.refuse_all", "scoring.take_alert")
            if allowed(request, name)
        },
        "may_pause": allowed(request, "scoring.refuse_all"),
    }  # fmt: skip
