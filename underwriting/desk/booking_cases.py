"""Bookings that did not match: the list of what waits, and the page to settle one."""

from collections.abc import Iterator, Mapping
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
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.desk.forms import ServiceForm
from accounts.selectors.memberships import authority
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import DomainError, Forbidden, NotFound
from underwriting.desk.lists import DeskList
from underwriting.desk.people import actor_name, colleagues
from underwriting.desk.place import actor_of, allowed, id_from, organization_of
from underwriting.desk.queue import short_public_id
from underwriting.desk.words import NOTHING, ago, day, moment, money, percent
from underwriting.enums import (
    REASONS_FOR,
    BookingCaseStatus,
    BookingCause,
    BookingReason,
    BookingResolution,
)
from underwriting.models import BookingCase
from underwriting.selectors.bookings import case_by_id
from underwriting.services.booking_cases import (
    SETTLES,
    booking_case_second,
    booking_case_settle,
    obstacles,
)
from underwriting.services.bookings import accepted_offer

HEADINGS = {
    BookingResolution.BOOK: _("Book it as it was reported"),
    BookingResolution.CORRECTED: _("The loan system corrects it"),
    BookingResolution.REVERSED: _("The loan is taken back"),
}
HELP = {
    BookingResolution.BOOK: _("The loan counts from now on as it stands above."),
    BookingResolution.CORRECTED: _("Nothing is booked. A report that matches books it."),
    BookingResolution.REVERSED: _("Nothing is booked: the money comes back."),
}
SECONDS = ("agree", "disagree")


class SettleForm(ServiceForm):
    reason = forms.ChoiceField(label=_("Why"))

    def __init__(self, *args: Any, resolution: BookingResolution, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "prefix": resolution.value})
        field = self.fields["reason"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(each.value, each.label) for each in REASONS_FOR[resolution]]


class SecondForm(ServiceForm):
    """A yes or a no; it has no fields."""


Forms = Mapping[str, ServiceForm]


def forms_of(data: Any = None) -> dict[str, ServiceForm]:
    settling = {each.value: SettleForm(data, resolution=each) for each in BookingResolution}
    return {**settling, **{name: SecondForm(data, prefix=name) for name in SECONDS}}


class WaitingFilter(admin.SimpleListFilter):
    """By default what waits for somebody; the rest on demand."""

    title = _("which")
    parameter_name = "which"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("All, settled ones too"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """The first choice is what waits, not everything there ever was."""
        for index, choice in enumerate(super().choices(changelist)):
            yield choice if index else {**choice, "display": _("Waiting")}

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[BookingCase]
    ) -> QuerySet[BookingCase]:
        if self.value() == "all":
            return queryset
        return queryset.exclude(status=BookingCaseStatus.SETTLED)


class BookingCaseAdmin(DeskList[BookingCase]):
    change_list_template = "admin/desk/list.html"
    list_title = _("Bookings that do not match")
    empty_words = _("Nothing waits. A loan that was funded otherwise than agreed comes here.")
    list_display = ("words", "loan", "why", "state")
    list_filter = (WaitingFilter,)
    list_select_related = ("application", "application__product")
    ordering = ("opened_at", "id")

    def get_urls(self) -> list[URLPattern]:
        settle = self.admin_site.admin_view(self.settle)
        name = "underwriting_bookingcase_settle"
        return [path("<uuid:case_id>/settle/<str:act>/", settle, name=name), *super().get_urls()]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        at = now(organization_of(request))

        @admin.display(description=_("Waiting"), ordering="opened_at")
        def waiting(case: BookingCase) -> str:
            return ago(case.opened_at, case.settled_at or at)

        return [*self.list_display, waiting]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request) or request.method == "POST":
            raise PermissionDenied
        case_id = id_from("bkc", object_id)
        if case_id is None:
            raise Http404
        return self.page(request, case_id, forms_of())

    def settle(self, request: HttpRequest, case_id: UUID, act: str) -> HttpResponse:
        """One act on a case; what the service refuses comes back on the page."""
        if not (self.has_view_permission(request) and allowed(request, SETTLES)):
            raise PermissionDenied
        given = forms_of()
        if act not in given or request.method != "POST":
            raise Http404
        given[act] = forms_of(request.POST)[act]
        if given[act].is_valid() and _done(request, case_id, act, given[act]):
            return redirect("admin:underwriting_bookingcase_change", case_id)
        with enter(organization_of(request), read_only=True):
            shown = self.page(request, case_id, given)
            shown.status_code = 422
            return shown.render()

    def page(self, request: HttpRequest, case_id: UUID, given: Forms) -> TemplateResponse:
        """Inside `enter`."""
        case = case_by_id(organization_id=organization_of(request), case_id=case_id)
        if case is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": case.reference,
            "case": case,
            "application": short_public_id(case.application_id),
            "causes": [BookingCause(cause).label for cause in case.causes],
            "status": BookingCaseStatus(case.status).label,
            "rows": _compared(case),
            **_acts(request, case, given),
            **_so_far(case),
        }
        return TemplateResponse(request, "admin/desk/booking_case.html", context)

    @admin.display(description=_("Application"))
    def words(self, case: BookingCase) -> SafeString:
        return format_html('<span class="id">{}</span>', short_public_id(case.application_id))

    @admin.display(description=_("Loan"))
    def loan(self, case: BookingCase) -> SafeString:
        return format_html(
            '<span class="figure">{}</span><span class="sub">{}</span>',
            _amount(case.amount, case.currency, case),
            case.reference,
        )

    @admin.display(description=_("Why it is here"))
    def why(self, case: BookingCase) -> SafeString:
        labels = ((BookingCause(cause).label,) for cause in case.causes)
        return format_html_join("", '<span class="reason">{}</span>', labels)

    @admin.display(description=_("Status"))
    def state(self, case: BookingCase) -> SafeString:
        tone = {"open": "bad", "waiting": "warn"}.get(case.status, "good")
        label = BookingCaseStatus(case.status).label
        return format_html('<span class="tag {}">{}</span>', tone, label)


def _done(request: HttpRequest, case_id: UUID, act: str, form: ServiceForm) -> bool:
    """Whether the service took it; its refusals go onto the form."""
    about: dict[str, Any] = {
        "organization_id": organization_of(request),
        "actor": actor_of(request),
        "case_id": case_id,
    }
    try:
        if act in SECONDS:
            booking_case_second(**about, agree=act == "agree")
        else:
            booking_case_settle(**about, resolution=act, reason=form.cleaned_data["reason"])
    except NotFound as error:
        raise Http404 from error
    except Forbidden as error:
        same = error.code == "same_person"
        form.add_error(
            None,
            gettext("Somebody else has to say this.")
            if same
            else gettext("This is above your limit: somebody with a higher one agrees."),
        )
        return False
    except DomainError as error:
        form.refuse(error)
        return False
    messages.success(request, gettext("It is in the file."))
    return True


def _acts(request: HttpRequest, case: BookingCase, given: Forms) -> dict[str, Any]:
    """What the reader may do now, and why not."""
    may = allowed(request, SETTLES)
    found = authority(case.organization_id, actor_of(request).id)
    own = case.proposed_by == actor_of(request).id
    waits = case.status == BookingCaseStatus.WAITING
    forbids = []
    if case.status != BookingCaseStatus.SETTLED:
        offer = accepted_offer(case.application)
        forbids = list(obstacles(case, case.application, offer, now(case.organization_id)))
    return {
        "settling": [
            (each.value, HEADINGS[each], HELP[each], given[each.value])
            for each in BookingResolution
            if may
            and case.status == BookingCaseStatus.OPEN
            and not (forbids and each == BookingResolution.BOOK)
        ],
        "seconding": [(name, given[name]) for name in SECONDS] if may and waits and not own else [],
        "forbids": [cause.label for cause in forbids],
        "above": found is not None and not found.covers(case.amount),
        "own": waits and own,
    }


def _so_far(case: BookingCase) -> dict[str, Any]:
    names = colleagues(case.organization_id)
    who = actor_name("user", case.proposed_by or "", names) if case.proposed_by else ""
    by_key = case.settled_by == case.reported_by_id
    settled = actor_name("api_key" if by_key else "user", case.settled_by or "", names)
    return {
        "opened": moment(case.opened_at),
        "resolution": BookingResolution(case.resolution).label if case.resolution else "",
        "reason": BookingReason(case.reason).label if case.reason else "",
        "proposed_by": who,
        "settled_by": settled if case.settled_by else "",
        "settled_at": moment(case.settled_at),
    }


def _compared(case: BookingCase) -> list[tuple[str, str, str, bool]]:
    """What was agreed beside what was reported, and whether they differ."""
    offer = case.offer
    agreed = (NOTHING, NOTHING, NOTHING)
    if offer is not None:
        agreed = (
            _amount(offer.amount, offer.currency, case),
            percent(offer.rate_ppm),
            gettext("until %(day)s") % {"day": day(offer.expires_at)},
        )
    told = (
        _amount(case.amount, case.currency, case),
        percent(case.rate_ppm),
        day(case.booked_on),
    )
    names = (gettext("Amount"), gettext("Yearly rate"), gettext("Day"))
    wrong = (
        {BookingCause.AMOUNT_DIFFERS, BookingCause.CURRENCY_DIFFERS},
        {BookingCause.RATE_DIFFERS},
        {BookingCause.DATE_OUTSIDE, BookingCause.EXPIRED},
    )
    return [
        (name, one, other, not each.isdisjoint(case.causes))
        for name, one, other, each in zip(names, agreed, told, wrong, strict=True)
    ]


def _amount(minor: int, currency: str, case: BookingCase) -> str:
    return money(minor, currency, case.application.product.minor_units)
