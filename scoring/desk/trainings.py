"""Trainings on the desk: asked for, watched while they run, read when they are done."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk.changes import place_of
from accounts.desk.forms import ConfirmForm
from accounts.desk.pages import ServicePage
from accounts.desk.place import allowed, organization_of, permission_needed
from scoring.desk.family_words import family_words
from scoring.desk.training_charts import charts
from scoring.desk.training_forms import TrainingForm
from scoring.desk.training_page import Shown
from scoring.models import TrainingRun
from scoring.selectors.products import products_all
from scoring.selectors.trainings import training_by_id
from scoring.services.training import training_cancel, training_request, training_retry
from tenancy.admin import TenantAdmin
from tenancy.enter import enter
from tenancy.errors import NotFound

VIEW, TRAIN = "scoring.view_trainingrun", "scoring.train_model"
FOLDER = "admin/scoring/trainingrun"
LISTED = 4
STOP_POLLING = 286
"""htmx ends its polling when it is answered so."""


@admin.register(TrainingRun)
class TrainingRunAdmin(TenantAdmin[TrainingRun]):
    """A list, a form to start, and a page for each run."""

    change_list_template = f"{FOLDER}/list.html"
    list_display = ("name", "state", "asked_for", "recommended", "requested_at", "took")
    list_filter = ("status",)
    list_select_related = ("product",)
    ordering = ("-requested_at",)
    show_facets = admin.ShowFacets.NEVER

    def get_urls(self) -> list[URLPattern]:
        def at(place: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
            return path(place, self.admin_site.admin_view(view), name=f"scoring_trainingrun_{name}")

        return [
            at("start/", self.start, "start"),
            at("<uuid:run_id>/live/", permission_needed(VIEW)(self.live), "live"),
            at("<uuid:run_id>/cancel/", self.cancel, "cancel"),
            at("<uuid:run_id>/retry/", self.retry, "retry"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "title": _("Trainings"),
            "empty_words": _(
                "Nothing was trained yet. Import past loans, then start a training: its models are"
                " compared on loans none of them has seen."
            ),
            "may_train": allowed(request, TRAIN),
        }
        page: HttpResponse = super().changelist_view(request, {**context, **(extra_context or {})})
        return page

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One run: steps while it goes on, the comparison when it is done."""
        run = self.get_object(request, object_id)
        if run is None:
            raise Http404
        if not self.has_view_permission(request, run) or request.method == "POST":
            return super().change_view(request, object_id, form_url, extra_context)
        shown = Shown(run, request.GET.get("sort", ""))
        return self._rendered(request, "run", shown, charts=charts(shown))

    def live(self, request: HttpRequest, run_id: UUID) -> HttpResponse:
        """What moves, for a page that asks every two seconds; once it is over, the page itself."""
        shown = Shown(_found(organization_of(request), run_id))
        response = self._rendered(request, "live", shown)
        if not shown.active:
            response.status_code = STOP_POLLING
            response.headers["HX-Refresh"] = "true"
        return response

    def start(self, request: HttpRequest) -> HttpResponse:
        form = TrainingForm(_posted(request), products=_products(request))

        def call(cleaned: dict[str, Any]) -> HttpResponse:
            run = training_request(
                **place_of(request),
                product_slug=cleaned["product"],
                settings=form.settings(),
            )
            return redirect(_page_of(run))

        return ServicePage(
            admin=self,
            permission=TRAIN,
            form=form,
            call=call,
            title=_("Start a training"),
            lead=_(
                "Every family learns from one part of the past loans and is judged on the other."
                " Nobody is put in charge by this."
            ),
            button=_("Start"),
            done="",
        ).answer(request)

    def cancel(self, request: HttpRequest, run_id: UUID) -> HttpResponse:
        def call(cleaned: dict[str, Any]) -> HttpResponse:
            training_cancel(**place_of(request), run_id=run_id)
            return redirect("admin:scoring_trainingrun_change", run_id)

        return ServicePage(
            admin=self,
            permission=TRAIN,
            form=ConfirmForm(_posted(request)),
            call=call,
            title=_("Cancel this training?"),
            lead=_("It stops between two trials or folds. What is finished is kept for a retry."),
            button=_("Cancel the training"),
            done="",
        ).answer(request)

    def retry(self, request: HttpRequest, run_id: UUID) -> HttpResponse:
        def call(cleaned: dict[str, Any]) -> HttpResponse:
            return redirect(_page_of(training_retry(**place_of(request), run_id=run_id)))

        return ServicePage(
            admin=self,
            permission=TRAIN,
            form=ConfirmForm(_posted(request)),
            call=call,
            title=_("Try again?"),
            lead=_("A new run takes over every finished step and goes on at the one that failed."),
            button=_("Try again"),
            done="",
        ).answer(request)

    def _rendered(
        self, request: HttpRequest, name: str, shown: Shown, **context: Any
    ) -> TemplateResponse:
        given = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Training of %(product)s") % {"product": shown.run.product.slug},
            "shown": shown,
            "run": shown.run,
            "may_train": allowed(request, TRAIN),
            **context,
        }
        return TemplateResponse(request, f"{FOLDER}/{name}.html", given)

    @admin.display(description=gettext_lazy("Product"), ordering="product__slug")
    def name(self, run: TrainingRun) -> str:
        return str(run.product.slug)

    @admin.display(description=gettext_lazy("State"), ordering="status")
    def state(self, run: TrainingRun) -> SafeString:
        shown = Shown(run)
        words = run.get_status_display()
        more = f" {shown.percent} %" if shown.active else ""
        return format_html('<span class="tag {}">{}{}</span>', shown.tag, words, more)

    @admin.display(description=gettext_lazy("Families"))
    def asked_for(self, run: TrainingRun) -> str:
        families = [family_words(each) for each in run.settings.get("families", [])]
        return ", ".join([*families[:LISTED], *(["…"] if len(families) > LISTED else [])])

    @admin.display(description=gettext_lazy("Recommended"))
    def recommended(self, run: TrainingRun) -> str:
        comparison = run.comparison or {}
        index = comparison.get("recommended")
        if index is None:
            return "–"
        found = comparison["evaluations"][index]
        return f"{family_words(found['family'])}, AUC {number_format(found['auc'], 3)}"

    @admin.display(description=gettext_lazy("Took"))
    def took(self, run: TrainingRun) -> str:
        return Shown(run).duration or "–"


def _found(organization_id: UUID, run_id: UUID) -> TrainingRun:
    try:
        return training_by_id(organization_id, run_id)
    except NotFound as error:
        raise Http404 from error


def _products(request: HttpRequest) -> list[tuple[str, str]]:
    """Pages that are shown read in their tenant already; those that write do not."""
    organization_id = organization_of(request)
    if request.method != "POST":
        return [(each.slug, each.slug) for each in products_all(organization_id)]
    with enter(organization_id, read_only=True):
        return [(each.slug, each.slug) for each in products_all(organization_id)]


def _posted(request: HttpRequest) -> Any:
    """What was sent, an empty confirmation included; None where nothing was."""
    return request.POST if request.method == "POST" else None


def _page_of(run: TrainingRun) -> str:
    return reverse("admin:scoring_trainingrun_change", args=[run.id])
