"""The switch that lets people decide everything: the lender's, each product's, its history."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk.changes import place_of
from accounts.desk.pages import ServicePage
from accounts.desk.place import allowed, organization_of
from scoring.desk.model_words import ModelForm, moment, posted
from scoring.models import Pause, Product
from scoring.selectors.pauses import pause_open, pauses_open
from scoring.selectors.people import names
from scoring.services.pauses import refer_all_set
from tenancy.admin import TenantAdmin
from tenancy.errors import DomainError

VIEW, BEGIN, END = "scoring.view_pause", "scoring.refer_all", "scoring.refuse_all"
WHOLE = "all"
SHOWN = 50


class SwitchForm(ModelForm):
    """Who switched it off does not switch it on again while somebody else may."""

    def refuse(self, error: DomainError) -> None:
        if error.code == "same_person":
            self.add_error(None, _("You switched it on yourself: another approver ends it."))
        else:
            super().refuse(error)


class ReferAllForm(SwitchForm):
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("It is kept for good."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )


@admin.register(Pause)
class PauseAdmin(TenantAdmin[Pause]):
    """The list is the switches, the lender's first; below it what was."""

    def get_urls(self) -> list[URLPattern]:
        view, called = self.admin_site.admin_view, "scoring_pause"
        return [
            path("<slug:product_slug>/on/", view(self.begin), name=f"{called}_begin"),
            path("<slug:product_slug>/off/", view(self.end), name=f"{called}_end"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not allowed(request, VIEW):
            raise PermissionDenied
        organization_id = organization_of(request)
        products = list(Product.objects.filter(organization_id=organization_id).order_by("slug"))
        people, open_now = names(organization_id), pauses_open(organization_id)
        line = _line(request, people)
        past = (
            Pause.objects.filter(organization_id=organization_id)
            .select_related("product")
            .order_by("-begun_at")[:SHOWN]
        )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Refer all"),
            "switches": [
                line(_("The whole lender"), WHOLE, pause_open(organization_id, None)),
                *(line(each.slug, each.slug, open_now.get(each.id)) for each in products),
            ],
            "past": [_past(each, people) for each in past],
        }
        return TemplateResponse(request, "admin/desk/refer_all.html", context)

    def begin(self, request: HttpRequest, product_slug: str) -> HttpResponse:
        def call(data: dict[str, Any]) -> HttpResponse:
            refer_all_set(
                **place_of(request),
                product_slug=_slug(product_slug),
                on=True,
                reason=data["reason"],
            )
            return _listed()

        return ServicePage(
            admin=self,
            permission=BEGIN,
            form=ReferAllForm(posted(request)),
            call=call,
            title=_("Refer all from now on?"),
            lead=_("People decide every application from the next decision on."),
            button=_("Refer all"),
            done="",
            extra={"button_class": "bad", "named": _named(product_slug)},
        ).answer(request)

    def end(self, request: HttpRequest, product_slug: str) -> HttpResponse:
        def call(_data: dict[str, Any]) -> HttpResponse:
            refer_all_set(**place_of(request), product_slug=_slug(product_slug), on=False)
            return _listed()

        return ServicePage(
            admin=self,
            permission=END,
            form=SwitchForm(posted(request)),
            call=call,
            title=_("Decide by machine again?"),
            lead=_("From the next decision on. Another than who began it answers this."),
            button=_("Decide by machine again"),
            done="",
            extra={"named": _named(product_slug)},
        ).answer(request)


def _slug(given: str) -> str | None:
    """A product's slug; of the whole lender none."""
    return None if given == WHOLE else given


def _named(given: str) -> str:
    return _("The whole lender") if given == WHOLE else given


def _listed() -> HttpResponse:
    return redirect(reverse("admin:scoring_pause_changelist"))


def _line(request: HttpRequest, people: Any) -> Callable[..., dict[str, Any]]:
    def line(name: str, slug: str, pause: Pause | None) -> dict[str, Any]:
        needed, place = (END, "end") if pause else (BEGIN, "begin")
        shown = allowed(request, needed)
        return {
            "name": name,
            "pause": pause,
            "since": moment(pause.begun_at) if pause else "",
            "by": _who(people, pause.begun_by_kind, pause.begun_by_id) if pause else "",
            "url": reverse(f"admin:scoring_pause_{place}", args=[slug]) if shown else "",
        }

    return line


def _past(pause: Pause, people: Any) -> dict[str, str]:
    return {
        "name": pause.product.slug if pause.product else _("The whole lender"),
        "reason": pause.reason,
        "begun": moment(pause.begun_at),
        "by": _who(people, pause.begun_by_kind, pause.begun_by_id),
        "ended": moment(pause.ended_at),
        "ended_by": _who(people, "user", pause.ended_by) if pause.ended_by else "",
    }


def _who(people: Any, kind: str, person: str) -> str:
    return str(people.get(person, _("Assay") if kind == "system" else _("former colleague")))
