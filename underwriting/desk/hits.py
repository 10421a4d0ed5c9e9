"""Hits on the desk: the list of what stands, and the page to clear or confirm one. Restricted."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.desk.forms import ServiceForm
from tenancy.enter import enter
from tenancy.errors import DomainError, Forbidden, NotFound
from tenancy.vault import open_sealed
from underwriting.desk.checks import KINDS
from underwriting.desk.lists import DeskList
from underwriting.desk.people import actor_name, colleagues
from underwriting.desk.place import actor_of, allowed, id_from, organization_of
from underwriting.desk.queue import short_public_id
from underwriting.desk.words import moment
from underwriting.enums import ApplicationStatus, HitCause, HitReason, HitStatus, HitStepKind
from underwriting.models import CheckHit, HitStep
from underwriting.selectors.hits import note_aad
from underwriting.services.hits import (
    PROPOSED,
    SEES_FRAUD,
    SETTLES,
    hit_clear,
    hit_confirm,
    hit_second,
)
from underwriting.transitions import FINAL

LONGEST_NOTE = 2_000
OVER = [*FINAL, ApplicationStatus.DECLINED]
CLEARING = [HitReason.OTHER_PERSON, HitReason.DOCUMENTS_SEEN, HitReason.CHECKED_BY_HAND,
            HitReason.DATA_CORRECTED]  # fmt: skip
CONFIRMING = [HitReason.SAME_PERSON, HitReason.FRAUD_ESTABLISHED, HitReason.NOT_EXPLAINED]

Settle = Callable[..., CheckHit]


class NoteForm(ServiceForm):
    note = forms.CharField(
        label=_("Note for those who may see this"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept sealed with the person’s data."),
    )


class ReasonForm(NoteForm):
    reason = forms.ChoiceField(label=_("Why"))
    field_order = ("reason", "note")

    def __init__(self, *args: Any, reasons: list[HitReason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(reason.value, reason.label) for reason in reasons]


def forms_of(data: Any = None) -> dict[str, ServiceForm]:
    return {
        "clear": ReasonForm(data, reasons=CLEARING, prefix="clear"),
        "confirm": ReasonForm(data, reasons=CONFIRMING, prefix="confirm"),
        "agree": NoteForm(data, prefix="agree"),
        "disagree": NoteForm(data, prefix="disagree"),
    }


def _agree(**given: Any) -> CheckHit:
    return hit_second(**given, agree=True)


def _disagree(**given: Any) -> CheckHit:
    return hit_second(**given, agree=False)


ACTIONS: Mapping[str, Settle] = {
    "clear": hit_clear,
    "confirm": hit_confirm,
    "agree": _agree,
    "disagree": _disagree,
}


class StandingFilter(admin.SimpleListFilter):
    """By default what holds something up; the rest on demand."""

    title = _("which")
    parameter_name = "which"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("All, settled ones too"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CheckHit]) -> QuerySet[CheckHit]:
        if self.value() == "all":
            return queryset
        open_ones = queryset.exclude(status__in=[HitStatus.CLEARED, HitStatus.CONFIRMED])
        return open_ones.exclude(application__status__in=OVER)


class CheckHitAdmin(DeskList[CheckHit]):
    change_list_template = "admin/desk/list.html"
    list_title = _("Checks that do not stand clear")
    empty_words = _("Nothing stands. Checks that find something, or are not answered, come here.")
    list_display = ("words", "what", "state", "opened")
    list_filter = (StandingFilter,)
    list_select_related = ("application",)
    ordering = ("-id",)

    def has_view_permission(self, request: HttpRequest, obj: CheckHit | None = None) -> bool:
        return super().has_view_permission(request, obj) and allowed(request, SEES_FRAUD)

    def get_urls(self) -> list[URLPattern]:
        settle = self.admin_site.admin_view(self.settle)
        name = "underwriting_checkhit_settle"
        return [path("<uuid:hit_id>/settle/<str:action>/", settle, name=name), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request) or request.method == "POST":
            raise PermissionDenied
        hit_id = id_from("hit", object_id)
        return self.page(request, hit_id, forms_of()) if hit_id else _missing()

    def settle(self, request: HttpRequest, hit_id: UUID, action: str) -> HttpResponse:
        """One act on a hit; what the service refuses comes back on the page."""
        if not (self.has_view_permission(request) and allowed(request, SETTLES)):
            raise PermissionDenied
        if action not in ACTIONS or request.method != "POST":
            return _missing()
        given = forms_of()
        given[action] = forms_of(request.POST)[action]
        if given[action].is_valid() and _done(request, hit_id, action, given[action]):
            return redirect("admin:underwriting_checkhit_change", hit_id)
        with enter(organization_of(request), read_only=True):
            shown = self.page(request, hit_id, given)
            shown.status_code = 422
            return shown.render()

    def page(
        self, request: HttpRequest, hit_id: UUID, given: Mapping[str, ServiceForm]
    ) -> TemplateResponse:
        """Inside `enter`."""
        hit = (
            CheckHit.objects.filter(organization_id=organization_of(request), id=hit_id)
            .select_related("application", "customer", "party")
            .first()
        )
        if hit is None:
            raise Http404
        names = colleagues(hit.organization_id)
        may = allowed(request, SETTLES)
        proposed = HitStatus(hit.status) in PROPOSED
        own = hit.proposed_by == actor_of(request).id
        context = {
            **self.admin_site.each_context(request),
            "title": KINDS.get(hit.kind, hit.kind),
            "hit": hit,
            "application": short_public_id(hit.application_id),
            "cause": HitCause(hit.cause).label,
            "status": HitStatus(hit.status).label,
            "opened": moment(hit.opened_at),
            "steps": [_step(step, hit, names) for step in _steps(hit)],
            "forms": given,
            "may_settle": may and hit.status == HitStatus.OPEN,
            "may_second": may and proposed and not own,
            "own": proposed and own,
        }
        return TemplateResponse(request, "admin/desk/hit.html", context)

    @admin.display(description=_("Application"))
    def words(self, hit: CheckHit) -> SafeString:
        return format_html('<span class="id">{}</span>', short_public_id(hit.application_id))

    @admin.display(description=_("Check"))
    def what(self, hit: CheckHit) -> SafeString:
        cause = HitCause(hit.cause).label
        kind = KINDS.get(hit.kind, hit.kind)
        return format_html('{}<span class="sub">{}</span>', kind, cause)

    @admin.display(description=_("Status"))
    def state(self, hit: CheckHit) -> SafeString:
        status = HitStatus(hit.status)
        tone = {"open": "bad", "cleared": "good"}.get(hit.status, "warn")
        return format_html('<span class="tag {}">{}</span>', tone, status.label)

    @admin.display(description=_("Since"), ordering="opened_at")
    def opened(self, hit: CheckHit) -> str:
        return moment(hit.opened_at)


def _done(request: HttpRequest, hit_id: UUID, action: str, form: ServiceForm) -> bool:
    """Whether the service took it; its refusals go onto the form."""
    try:
        ACTIONS[action](
            organization_id=organization_of(request),
            actor=actor_of(request),
            hit_id=hit_id,
            **form.cleaned_data,
        )
    except NotFound as error:
        raise Http404 from error
    except Forbidden:
        form.add_error(None, gettext("Somebody else has to say this."))
        return False
    except DomainError as error:
        form.refuse(error)
        return False
    messages.success(request, gettext("It is in the file."))
    return True


def _steps(hit: CheckHit) -> QuerySet[HitStep]:
    return HitStep.objects.filter(organization_id=hit.organization_id, hit=hit).order_by("number")


def _step(step: HitStep, hit: CheckHit, names: Mapping[str, str]) -> dict[str, str]:
    key, note = hit.customer.wrapped_key, ""
    if step.note is not None and key is not None:
        sealed = bytes(step.note)
        aad = note_aad(step.id)
        note = open_sealed(hit.organization_id, bytes(key), sealed, aad).decode()
    return {
        "words": str(HitStepKind(step.kind).label),
        "reason": str(HitReason(step.reason).label),
        "by": actor_name("user", step.actor_id, names),
        "at": moment(step.taken_at),
        "note": note,
    }


def _missing() -> HttpResponse:
    raise Http404
