"""The history of scores: every application a model has scored, and what became of it."""

import csv
from collections.abc import Iterator
from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.desk.place import organization_of, permission_needed
from scoring.models import ScoringRun
from tenancy.enter import enter
from tenancy.ids import public_id
from underwriting.desk.lists import DeskList
from underwriting.desk.words import NOTHING, moment, percent

EXPORTED = (
    "application", "model", "points", "pd_ppm", "verdict", "propensity_ppm", "explored",
    "scored_at",
)  # fmt: skip
AT_ONCE = 2_000
TONES = {"approve": "good", "decline": "bad", "refer": "warn", "counter_offer": "warn"}


class Echo:
    """Hands each line on instead of keeping it."""

    def write(self, line: str) -> str:
        return line


class ScoringRunAdmin(DeskList[ScoringRun]):
    list_title = _("Scores")
    empty_words = _("Nothing has been scored yet. Scores appear here as applications are decided.")
    list_display = ("when", "application", "scored_by", "points", "risk", "decided", "chance")
    list_filter = ("verdict", "explored")
    list_select_related = ("model_version",)
    ordering = ("-scored_at", "-id")
    change_list_template = "admin/desk/scores.html"

    def get_urls(self) -> list[URLPattern]:
        view = permission_needed("scoring.view_scoringrun")(self.export)
        return [
            path("export/", self.admin_site.admin_view(view), name="scoring_scoringrun_export"),
            *super().get_urls(),
        ]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """A score is read on its application's page, reasons and rules beside it."""
        run = self.get_object(request, object_id)
        if run is None or not self.has_view_permission(request, run):
            return super().change_view(request, object_id, *args, **kwargs)
        return redirect("admin:underwriting_application_change", run.application_id)

    def export(self, request: HttpRequest) -> HttpResponse:
        """Every score as CSV, row by row: memory does not grow with the history.

        Asked for by POST: what a GET shows is read in one transaction, and this is not.
        """
        if request.method != "POST":
            return redirect("admin:scoring_scoringrun_changelist")
        lines = csv.writer(Echo())
        rows = _exported(organization_of(request))
        answer = StreamingHttpResponse(
            (lines.writerow(row) for row in rows), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = 'attachment; filename="scores.csv"'
        return cast(HttpResponse, answer)

    @admin.display(description=_("When"), ordering="scored_at")
    def when(self, run: ScoringRun) -> str:
        return moment(run.scored_at)

    @admin.display(description=_("Application"))
    def application(self, run: ScoringRun) -> SafeString:
        address = reverse("admin:underwriting_application_change", args=[run.application_id])
        return format_html('<a href="{}">…{}</a>', address, run.application_id.hex[-8:])

    @admin.display(description=_("Model"), ordering="model_version")
    def scored_by(self, run: ScoringRun) -> str:
        return f"{run.model_version.number} ({run.model_version.family})"

    @admin.display(description=_("PD"), ordering="pd_ppm")
    def risk(self, run: ScoringRun) -> str:
        return percent(run.pd_ppm)

    @admin.display(description=_("Decision"), ordering="verdict")
    def decided(self, run: ScoringRun) -> SafeString:
        tone, words = TONES.get(run.verdict, ""), run.get_verdict_display() or _("A person decides")
        return format_html('<span class="tag {}">{}</span>', tone, words)

    @admin.display(description=_("By lot"))
    def chance(self, run: ScoringRun) -> str:
        return percent(run.propensity_ppm) if run.explored else NOTHING


def _exported(organization_id: UUID) -> Iterator[tuple[Any, ...]]:
    """The head, then every row; each chunk in a transaction of its own, keyed behind the last."""
    yield EXPORTED
    last: ScoringRun | None = None
    while True:
        with enter(organization_id, read_only=True):
            rows = list(_after(organization_id, last)[:AT_ONCE])
        for run in rows:
            yield (
                public_id("app", run.application_id), run.model_version.number, run.points,
                run.pd_ppm, run.verdict, run.propensity_ppm, run.explored,
                run.scored_at.isoformat(),
            )  # fmt: skip
        if len(rows) < AT_ONCE:
            return
        last = rows[-1]


def _after(organization_id: UUID, last: ScoringRun | None) -> QuerySet[ScoringRun]:
    rows = ScoringRun.objects.filter(organization_id=organization_id)
    if last is not None:
        rows = rows.filter(id__gt=last.id)
    return rows.select_related("model_version").order_by("id")
