"""Backtests on the desk: begun from a policy's page, watched, read, taken to the committee."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk.changes import place_of
from accounts.desk.forms import ConfirmForm
from accounts.desk.pages import ServicePage
from accounts.desk.place import allowed, organization_of, permission_needed
from scoring.charts import Chart
from scoring.selectors.products import dictionary_latest
from tenancy.errors import NotFound
from underwriting.desk.backtest_charts import charts
from underwriting.desk.backtest_sentences import sentences
from underwriting.desk.backtest_tables import (
    Table,
    Words,
    assumptions,
    impact_table,
    not_recorded,
    tables,
)
from underwriting.desk.lists import DeskList
from underwriting.desk.words import moment, number, product_name, short_hash
from underwriting.enums import UNDER_WAY, BacktestStatus
from underwriting.models import Backtest, PolicyVersion
from underwriting.policy.document import Policy
from underwriting.selectors.backtests import backtest_by_id, backtest_protected, backtests_of
from underwriting.selectors.policies import policy_by_hash
from underwriting.selectors.terms import dictionary as dictionary_of
from underwriting.services.backtests import backtest_cancel, backtest_start

VIEW, RUN, PUBLISH = (
    "underwriting.view_backtest",
    "underwriting.draft_policy",
    "underwriting.publish_policy",
)
PROTECTED = "scoring.view_protected"
FOLDER = "admin/underwriting/backtest"
STOP_POLLING = 286
"""htmx ends its polling when it is answered so."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
TAGS = {
    BacktestStatus.DONE: "good",
    BacktestStatus.RUNNING: "warn",
    BacktestStatus.WAITING: "info",
    BacktestStatus.FAILED: "bad",
}
STEPS = {
    "snapshot": gettext_lazy("Taking up past applications"),
    "decide": gettext_lazy("Deciding them by both policies"),
    "report": gettext_lazy("Writing the report"),
}


@dataclass(frozen=True)
class Shown:
    """One backtest as its page shows it; `protected` only for whoever may see it."""

    backtest: Backtest
    protected: dict[str, Any] | None = None

    @property
    def active(self) -> bool:
        return self.backtest.status in UNDER_WAY

    @property
    def tag(self) -> str:
        return TAGS.get(BacktestStatus(self.backtest.status), "")

    @property
    def percent(self) -> int:
        return self.backtest.progress_ppm // 10_000

    @property
    def step_words(self) -> str:
        return str(STEPS.get(self.backtest.step, _("Waiting for a worker")))

    @cached_property
    def report(self) -> dict[str, Any]:
        return self.backtest.report_data

    @cached_property
    def words(self) -> Words:
        backtest, version = self.backtest, self.backtest.policy_version
        organization_id, product = backtest.organization_id, version.product
        pinned = self.report.get("pins", {}).get("dictionary")
        digest = pinned or dictionary_latest(organization_id, product.id).content_hash
        today = None
        if backtest.against_hash is not None:
            today = Policy.parse(policy_by_hash(organization_id, backtest.against_hash).document)
        return Words(
            Policy.parse(version.document),
            today,
            dictionary_of(organization_id, digest),
            product.currency,
            product.minor_units,
        )

    @cached_property
    def sentences(self) -> list[str]:
        return list(sentences(self.report, self.words))

    @cached_property
    def tables(self) -> list[Table]:
        return tables(self.report, self.words)

    @cached_property
    def charts(self) -> list[Chart]:
        words = self.words
        return charts(self.report, self.protected, words.currency, words.digits)

    @property
    def impact(self) -> Table | None:
        return None if self.protected is None else impact_table(self.protected)

    @property
    def assumptions(self) -> list[str]:
        return assumptions(self.report)

    @property
    def not_recorded(self) -> list[str]:
        return not_recorded(self.report, self.words)

    @property
    def stale(self) -> bool:
        """Whether the policy has been changed since."""
        return bool(self.backtest.policy_hash != self.backtest.policy_version.content_hash)


class BacktestAdmin(DeskList[Backtest]):
    list_title = gettext_lazy("Backtests")
    empty_words = gettext_lazy(
        "No backtest yet. Open a policy and run it over past applications before it is published."
    )
    list_display = ("words", "state", "rows", "asked", "hash_words")
    list_select_related = ("policy_version__product",)
    list_filter = ("status",)
    ordering = ("-requested_at",)

    def get_urls(self) -> list[URLPattern]:
        def at(place: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
            return path(
                place, self.admin_site.admin_view(view), name=f"underwriting_backtest_{name}"
            )

        looked = permission_needed(VIEW)
        return [
            at("of/<uuid:policy_version_id>/", self.start, "start"),
            at("<uuid:backtest_id>/live/", looked(self.live), "live"),
            at("<uuid:backtest_id>/cancel/", self.cancel, "cancel"),
            at("<uuid:backtest_id>/report.csv", looked(self.as_csv), "csv"),
            at("<uuid:backtest_id>/report.html", looked(self.as_html), "html"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("report")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One run: how far it is, then what it found."""
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        if not self.has_view_permission(request, found) or request.method == "POST":
            return super().change_view(request, object_id, form_url, extra_context)
        return self._rendered(request, "page", found.id)

    def live(self, request: HttpRequest, backtest_id: UUID) -> HttpResponse:
        """What moves, for a page that asks every two seconds; once it is over, the page itself."""
        response = self._rendered(request, "live", backtest_id)
        if not _shown(request, backtest_id).active:
            response.status_code = STOP_POLLING
            response.headers["HX-Refresh"] = "true"
        return response

    def start(self, request: HttpRequest, policy_version_id: UUID) -> HttpResponse:
        def call(cleaned: dict[str, Any]) -> HttpResponse:
            backtest = backtest_start(**place_of(request), policy_version_id=policy_version_id)
            return redirect("admin:underwriting_backtest_change", backtest.id)

        return ServicePage(
            admin=self,
            permission=RUN if allowed(request, RUN) else PUBLISH,
            form=ConfirmForm(_posted(request)),
            call=call,
            title=_("Run this policy over all past applications?"),
            lead=_(
                "Nothing is decided by it. The report is kept with the policy and never changes."
            ),
            button=_("Run the backtest"),
            done="",
        ).answer(request)

    def cancel(self, request: HttpRequest, backtest_id: UUID) -> HttpResponse:
        def call(cleaned: dict[str, Any]) -> HttpResponse:
            backtest_cancel(**place_of(request), backtest_id=backtest_id)
            return redirect("admin:underwriting_backtest_change", backtest_id)

        return ServicePage(
            admin=self,
            permission=RUN if allowed(request, RUN) else PUBLISH,
            form=ConfirmForm(_posted(request)),
            call=call,
            title=_("Cancel this backtest?"),
            lead=_("It stops before the next part. Nothing of it is kept."),
            button=_("Cancel the backtest"),
            done="",
        ).answer(request)

    def as_csv(self, request: HttpRequest, backtest_id: UUID) -> HttpResponse:
        """Every table of the report below one another, for a spreadsheet."""
        shown = self._finished(request, backtest_id)
        out = io.StringIO()
        writer = csv.writer(out)
        for table in [*shown.tables, *filter(None, [shown.impact])]:
            writer.writerow([_plain(table.title)])
            writer.writerow([_plain(cell) for cell in table.columns])
            writer.writerows([_plain(cell) for cell in row] for row in table.rows)
            writer.writerow([])
        response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{_name(shown)}.csv"'
        return response

    def as_html(self, request: HttpRequest, backtest_id: UUID) -> HttpResponse:
        """The report as one page without scripts, charts drawn, for the committee's papers."""
        shown = self._finished(request, backtest_id)
        response = TemplateResponse(request, f"{FOLDER}/export.html", {"shown": shown})
        response.headers["Content-Disposition"] = f'attachment; filename="{_name(shown)}.html"'
        return response

    def _finished(self, request: HttpRequest, backtest_id: UUID) -> Shown:
        shown = _shown(request, backtest_id)
        if shown.backtest.status != BacktestStatus.DONE:
            raise Http404
        return shown

    def _rendered(self, request: HttpRequest, name: str, backtest_id: UUID) -> TemplateResponse:
        shown = _shown(request, backtest_id)
        version = shown.backtest.policy_version
        given = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Backtest of %(product)s, version %(number)s") % {
                "product": product_name(version.product), "number": version.number,
            },
            "shown": shown,
            "backtest": shown.backtest,
            "version": version,
            "may_run": may_run(request),
        }  # fmt: skip
        return TemplateResponse(request, f"{FOLDER}/{name}.html", given)

    @admin.display(description=gettext_lazy("Policy"))
    def words(self, backtest: Backtest) -> SafeString:
        version = backtest.policy_version
        said = _("version %(n)s") % {"n": version.number}
        return format_html('{}<span class="sub">{}</span>', product_name(version.product), said)

    @admin.display(description=gettext_lazy("State"), ordering="status")
    def state(self, backtest: Backtest) -> SafeString:
        shown = Shown(backtest)
        more = f" {shown.percent} %" if shown.active else ""
        words = backtest.get_status_display()
        return format_html('<span class="tag {}">{}{}</span>', shown.tag, words, more)

    @admin.display(description=gettext_lazy("Applications"), ordering="applications")
    def rows(self, backtest: Backtest) -> str:
        return number(backtest.applications)

    @admin.display(description=gettext_lazy("Asked for"), ordering="requested_at")
    def asked(self, backtest: Backtest) -> str:
        return moment(backtest.requested_at)

    @admin.display(description=gettext_lazy("Hash"))
    def hash_words(self, backtest: Backtest) -> SafeString:
        short = short_hash(backtest.policy_hash)
        return format_html('<span class="code" title="{}">{}</span>', backtest.policy_hash, short)


def may_run(request: HttpRequest) -> bool:
    return allowed(request, RUN) or allowed(request, PUBLISH)


def policy_backtests(request: HttpRequest, version: PolicyVersion) -> dict[str, Any]:
    """What a policy's page says of its backtests. Inside `enter`."""
    found = backtests_of(version) if allowed(request, VIEW) else []
    return {
        "backtests": [Shown(each) for each in found],
        "may_backtest": may_run(request) and not any(each.status in UNDER_WAY for each in found),
    }


def _shown(request: HttpRequest, backtest_id: UUID) -> Shown:
    try:
        backtest = backtest_by_id(organization_of(request), backtest_id)
    except NotFound as error:
        raise Http404 from error
    apart = backtest_protected(backtest) if allowed(request, PROTECTED) else None
    return Shown(backtest, None if apart is None else json.loads(apart.report))


def _plain(cell: str) -> str:
    """No cell begins as a spreadsheet's formula does; a signed figure is none."""
    text = str(cell)
    signed = text[:1] in "+-" and text[1:2].isdigit()
    return f"'{text}" if text.startswith(FORMULA) and not signed else text


def _name(shown: Shown) -> str:
    version = shown.backtest.policy_version
    return f"backtest-{version.product.slug}-{version.number}-{shown.backtest.id.hex[-8:]}"


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
