"""Requests about models on the desk: what waits for an answer, and the pages that answer."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk.changes import place_of
from accounts.desk.pages import ServicePage
from scoring.desk.model_page import request_line
from scoring.desk.model_words import ANSWERS, ModelForm, model_name, posted, tag
from scoring.desk.models import done, enter_where_needed, here
from scoring.enums import AnswerStatus, Move
from scoring.models import ModelRequest
from scoring.selectors.people import names
from scoring.services.requests import move_agree, move_refuse
from tenancy.admin import TenantAdmin
from tenancy.context import current_organization_id

SHOWN = 8
Answer = Callable[..., ModelRequest]


@admin.register(ModelRequest)
class ModelRequestAdmin(TenantAdmin[ModelRequest]):
    list_display = ("what", "product", "state", "requested_at", "answered_at")
    list_filter = ("status", "move")
    list_select_related = ("product", "model_version")
    ordering = ("-requested_at",)
    change_list_template = "admin/desk/list.html"
    list_display_links = None

    def get_urls(self) -> list[URLPattern]:
        def at(place: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
            return path(
                place, self.admin_site.admin_view(view), name=f"scoring_modelrequest_{name}"
            )

        return [
            at("<uuid:request_id>/agree/", self.agree, "agree"),
            at("<uuid:request_id>/refuse/", self.refuse, "refuse"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "title": _("Requests about models"),
            "empty_words": _(
                "Nobody has asked for anything yet. A model’s page offers what may be"
            ),
        }
        page: HttpResponse = super().changelist_view(request, {**context, **(extra_context or {})})
        return page

    def agree(self, request: HttpRequest, request_id: UUID) -> HttpResponse:
        return self._answer(
            request,
            request_id,
            move_agree,
            title=_("Agree to this request?"),
            lead=_("Your name is kept with the answer, and the answer does not change."),
            button=_("Agree"),
        )

    def refuse(self, request: HttpRequest, request_id: UUID) -> HttpResponse:
        return self._answer(
            request,
            request_id,
            move_refuse,
            title=_("Refuse this request?"),
            lead=_("One no is enough: the request is over, and may be made again."),
            button=_("Refuse"),
        )

    @admin.display(description=gettext_lazy("Request"))
    def what(self, asked: ModelRequest) -> SafeString:
        url = reverse("admin:scoring_modelversion_change", args=[asked.model_version_id])
        move = Move(asked.move).label
        return format_html('<a href="{}">{}: {}</a>', url, model_name(asked.model_version), move)

    @admin.display(description=gettext_lazy("State"), ordering="status")
    def state(self, asked: ModelRequest) -> SafeString:
        return tag(asked.status, AnswerStatus(asked.status).label)

    def _answer(
        self, request: HttpRequest, request_id: UUID, service: Answer, **words: str
    ) -> HttpResponse:
        asked = _found(request, request_id)

        def call(_data: dict[str, Any]) -> HttpResponse:
            service(**place_of(request), request_id=request_id)
            return done(request, asked.model_version_id, _("Answered."))

        back = reverse("admin:scoring_modelversion_change", args=[asked.model_version_id])
        return ServicePage(
            admin=self,
            permission=ANSWERS,
            form=ModelForm(posted(request)),
            call=call,
            done="",
            extra={"named": _named(asked), "list_url": back},
            **words,
        ).answer(request)


def _found(request: HttpRequest, request_id: UUID) -> ModelRequest:
    with enter_where_needed(request):
        found = (
            ModelRequest.objects.filter(organization_id=here(request), id=request_id)
            .select_related("model_version__product")
            .first()
        )
    if found is None:
        raise Http404
    return found


def _named(asked: ModelRequest) -> str:
    product, move = asked.model_version.product.slug, Move(asked.move).label
    return f"{product}, {model_name(asked.model_version)}: {move}. {asked.reason}"


def waiting(request: HttpRequest) -> Mapping[str, Any]:
    """For Today: the open requests that this person's answer would move on. Inside `enter`."""
    organization_id = current_organization_id()
    if organization_id is None or not request.user.has_perm(ANSWERS):
        return {}
    me, people = str(request.user.pk), names(organization_id)
    rows = (
        ModelRequest.objects.filter(organization_id=organization_id, status=AnswerStatus.OPEN)
        .exclude(requested_by_id=me)
        .exclude(first_yes_by=me)
        .select_related("model_version__product")
        .order_by("requested_at")
    )
    lines = [request_line(each, people, me, answers=True) for each in rows[:SHOWN]]
    return {"model_requests": lines, "answers_models": True}
