"""Who was in charge when, as known when; and the page that asks for a correction."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk.changes import place_of
from accounts.desk.pages import ServicePage
from scoring.desk.model_words import ASKS, ReasonForm, model_name, moment, posted
from scoring.desk.models import done, enter_where_needed, here
from scoring.models import Championship
from scoring.services.championships import championship_correct
from tenancy.admin import TenantAdmin


def moment_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"
        ),
    )


class CorrectionForm(ReasonForm):
    appointed_at = moment_field(gettext_lazy("Really in charge from"))
    ended_at = moment_field(gettext_lazy("until"), required=False)


class Belief(admin.SimpleListFilter):
    """What is known now, or everything that ever was."""

    title = gettext_lazy("shown")
    parameter_name = "known"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", gettext_lazy("with what was known before"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset if self.value() == "all" else queryset.filter(superseded_at__isnull=True)


@admin.register(Championship)
class ChampionshipAdmin(TenantAdmin[Championship]):
    list_display = ("named", "product", "begins", "ends", "known", "until", "reason", "correct")
    list_filter = (Belief,)
    list_select_related = ("product", "model_version")
    ordering = ("product", "-appointed_at", "-recorded_at")
    change_list_template = "admin/desk/list.html"
    list_display_links = None

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.correction)
        return [
            path("<uuid:row_id>/correct/", view, name="scoring_championship_correct"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "title": _("Models in charge"),
            "empty_words": _(
                "No model has ever been in charge. Open a validated model and ask for it."
            ),
        }
        page: HttpResponse = super().changelist_view(request, {**context, **(extra_context or {})})
        return page

    def correction(self, request: HttpRequest, row_id: UUID) -> HttpResponse:
        with enter_where_needed(request):
            wrong = (
                Championship.objects.filter(organization_id=here(request), id=row_id)
                .select_related("model_version__product")
                .first()
            )
        if wrong is None:
            raise Http404
        model_id = wrong.model_version_id

        def call(data: dict[str, Any]) -> HttpResponse:
            championship_correct(**place_of(request), championship_id=row_id, **data)
            return done(request, model_id, _("Asked: somebody else answers."))

        known = {"appointed_at": wrong.appointed_at, "ended_at": wrong.ended_at}
        return ServicePage(
            admin=self,
            permission=ASKS,
            form=CorrectionForm(posted(request), initial=known),
            call=call,
            title=_("Correct the record"),
            lead=_(
                "What was believed stays readable. Decisions name the model they used, so none of"
                " them changes. Somebody else answers."
            ),
            button=_("Ask for it"),
            done="",
            extra={"named": model_name(wrong.model_version)},
        ).answer(request)

    @admin.display(description=gettext_lazy("Model"))
    def named(self, row: Championship) -> SafeString:
        url = reverse("admin:scoring_modelversion_change", args=[row.model_version_id])
        return format_html('<a href="{}">{}</a>', url, model_name(row.model_version))

    @admin.display(description=gettext_lazy("From"), ordering="appointed_at")
    def begins(self, row: Championship) -> str:
        return moment(row.appointed_at)

    @admin.display(description=gettext_lazy("Until"), ordering="ended_at")
    def ends(self, row: Championship) -> str:
        return moment(row.ended_at)

    @admin.display(description=gettext_lazy("Known since"), ordering="recorded_at")
    def known(self, row: Championship) -> str:
        return moment(row.recorded_at)

    @admin.display(description=gettext_lazy("Held true until"), ordering="superseded_at")
    def until(self, row: Championship) -> str:
        return moment(row.superseded_at)

    @admin.display(description="")
    def correct(self, row: Championship) -> SafeString | str:
        if row.superseded_at is not None:
            return ""
        url = reverse("admin:scoring_championship_correct", args=[row.id])
        return format_html('<a href="{}">{}</a>', url, _("Correct"))
