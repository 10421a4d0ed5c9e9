"""Training schedules on the desk: how often a product's models are trained anew."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk.changes import place_of
from accounts.desk.pages import ServicePage
from scoring.desk.model_words import ModelForm, day, posted
from scoring.desk.models import enter_where_needed, here
from scoring.models import Product, TrainingSchedule
from scoring.services.schedules import training_schedule_set
from tenancy.admin import TenantAdmin

CHANGES = "scoring.change_trainingschedule"
MOST_DAYS = 3660


class ScheduleForm(ModelForm):
    renamed = {"product_slug": "product"}

    product = forms.ChoiceField(label=gettext_lazy("Product"))
    every_days = forms.IntegerField(
        label=gettext_lazy("Every so many days"), min_value=1, max_value=MOST_DAYS, initial=91
    )
    enabled = forms.BooleanField(label=gettext_lazy("On"), required=False, initial=True)

    def __init__(self, *args: Any, products: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["product"]
        if isinstance(field, forms.ChoiceField):
            field.choices = products


@admin.register(TrainingSchedule)
class TrainingScheduleAdmin(TenantAdmin[TrainingSchedule]):
    list_display = ("product", "every_days", "next", "enabled", "change")
    list_select_related = ("product",)
    ordering = ("product",)
    change_list_template = "admin/desk/list.html"
    list_display_links = None

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return request.user.has_perm(CHANGES)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.changed)
        return [
            path("<uuid:row_id>/set/", view, name="scoring_trainingschedule_set"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "title": _("Training schedules"),
            "empty_words": _(
                "No product is trained by schedule. Add one: what comes of it is proposed for"
                " validation and for the shadow, never put in charge."
            ),
        }
        page: HttpResponse = super().changelist_view(request, {**context, **(extra_context or {})})
        return page

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._page(request, None)

    def changed(self, request: HttpRequest, row_id: UUID) -> HttpResponse:
        with enter_where_needed(request):
            found = (
                TrainingSchedule.objects.filter(organization_id=here(request), id=row_id)
                .select_related("product")
                .first()
            )
        if found is None:
            raise Http404
        return self._page(request, found)

    @admin.display(description=gettext_lazy("Next"), ordering="next_due_at")
    def next(self, schedule: TrainingSchedule) -> str:
        return day(schedule.next_due_at) if schedule.enabled else "–"

    @admin.display(description="")
    def change(self, schedule: TrainingSchedule) -> SafeString:
        url = reverse("admin:scoring_trainingschedule_set", args=[schedule.id])
        return format_html('<a href="{}">{}</a>', url, _("Change"))

    def _page(self, request: HttpRequest, known: TrainingSchedule | None) -> HttpResponse:
        """Adding and changing are one service; a schedule keeps its product."""
        products = [(known.product.slug, known.product.slug)] if known else _products(request)

        def call(data: dict[str, Any]) -> HttpResponse:
            training_schedule_set(**place_of(request), product_slug=data.pop("product"), **data)
            return redirect("admin:scoring_trainingschedule_changelist")

        begun = {"every_days": known.every_days, "enabled": known.enabled} if known else {}
        return ServicePage(
            admin=self,
            permission=CHANGES,
            form=ScheduleForm(posted(request), products=products, initial=begun),
            call=call,
            title=_("Train by schedule"),
            lead=_("The next training is so many days from today."),
            button=_("Save"),
            done="",
        ).answer(request)


def _products(request: HttpRequest) -> list[tuple[str, str]]:
    with enter_where_needed(request):
        rows = Product.objects.filter(organization_id=here(request)).order_by("slug")
        return [(product.slug, product.slug) for product in rows]
