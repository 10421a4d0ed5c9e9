"""Applications on the desk: the list, the page of one, the search, and its buttons' addresses."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tenancy.enter import enter
from underwriting.desk.actions import hold, judge
from underwriting.desk.documents import document_file
from underwriting.desk.lists import DeskList
from underwriting.desk.page import SEES_IDENTITY, application_page
from underwriting.desk.place import allowed, id_from, organization_of, permission_needed
from underwriting.desk.queue import ProductFilter, risk_words, short_public_id
from underwriting.desk.stipulations import settle
from underwriting.desk.whatif import whatif
from underwriting.desk.words import day, money, months, product_name
from underwriting.enums import ApplicationStatus, Door
from underwriting.models import Application
from underwriting.selectors.customers import SEARCHABLE, customers_by

SEES = "underwriting.view_application"
TONES = {
    ApplicationStatus.REFERRED: "warn",
    ApplicationStatus.DECLINED: "bad",
    ApplicationStatus.APPROVED: "good",
    ApplicationStatus.APPROVED_WITH_CONDITIONS: "good",
    ApplicationStatus.ACCEPTED: "good",
    ApplicationStatus.FUNDED: "good",
    ApplicationStatus.OFFERED: "info",
}


class StatusFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return ApplicationStatus.choices

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Application]
    ) -> QuerySet[Application]:
        return queryset.filter(status=self.value()) if self.value() else queryset


class OwnProductFilter(ProductFilter):
    path = "product__slug"


class CustomerFilter(admin.SimpleListFilter):
    """One customer's applications: where the search leads. The address holds an id, no name."""

    title = _("customer")
    parameter_name = "customer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        chosen = request.GET.get("customer", "")
        return [(chosen, _("the one searched for"))] if chosen else []

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Application]
    ) -> QuerySet[Application]:
        value = self.value()
        if not value:
            return queryset
        ids = [found for text in value.split(",") if (found := id_from("cus", text))]
        return queryset.filter(parties__customer__in=ids).distinct()


class ApplicationAdmin(DeskList[Application]):
    list_title = _("Applications")
    empty_words = _("No applications here yet. They come in by the portal, the API and files.")
    list_display = ("words", "asked", "risk", "state", "came_by", "received")
    list_filter = (StatusFilter, OwnProductFilter, CustomerFilter)
    list_select_related = ("product", "partner")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        return super().get_queryset(request).prefetch_related("decisions")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("find/", wrap(find), name="underwriting_application_find"),
            path("document/<uuid:document_id>/", wrap(document_file),
                 name="underwriting_application_document"),
            path("what-if/<uuid:product_id>/", wrap(whatif), name="underwriting_whatif"),
            path("<uuid:application_id>/hold/<str:action>/", wrap(checked_hold),
                 name="underwriting_application_hold"),
            path("<uuid:application_id>/verdict/<str:action>/", wrap(checked_judge),
                 name="underwriting_application_verdict"),
            path("<uuid:application_id>/condition/<uuid:condition_id>/<str:action>/", wrap(settle),
                 name="underwriting_application_condition"),
        ]  # fmt: skip
        return own + super().get_urls()

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The case file instead of a form: nothing about an application is edited."""
        if not self.has_view_permission(request) or request.method == "POST":
            raise PermissionDenied
        application_id = id_from("app", object_id)
        if application_id is None:
            raise Http404
        return application_page(request, application_id)

    @admin.display(description=_("Application"))
    def words(self, application: Application) -> SafeString:
        return format_html(
            '<span class="id">{}</span><span class="sub">{}</span>',
            short_public_id(application.id),
            product_name(application.product),
        )

    @admin.display(description=_("Asked for"), ordering="amount")
    def asked(self, application: Application) -> SafeString:
        return format_html(
            '<span class="figure">{}</span><span class="sub">{}</span>',
            money(application.amount, application.currency, application.product.minor_units),
            months(application.term_months) if application.term_months else "",
        )

    @admin.display(description=_("Risk"))
    def risk(self, application: Application) -> SafeString | str:
        in_force = [each for each in application.decisions.all() if each.in_force]
        return risk_words(in_force[0] if in_force else None)

    @admin.display(description=_("Status"), ordering="status")
    def state(self, application: Application) -> SafeString:
        status = ApplicationStatus(application.status)
        return format_html('<span class="tag {}">{}</span>', TONES.get(status, ""), status.label)

    @admin.display(description=_("Came by"))
    def came_by(self, application: Application) -> SafeString:
        partner = application.partner.name if application.partner else ""
        door = str(Door(application.door).label)
        return format_html('{}<span class="sub">{}</span>', door, partner)

    @admin.display(description=_("Received"), ordering="received_at")
    def received(self, application: Application) -> str:
        return day(application.received_at)


@require_POST
@permission_needed(SEES)
def find(request: HttpRequest) -> HttpResponse:
    """By an application's id, or by what a customer said of themselves, compared blind.

    Posted, so that no name or number stands in an address or a log.
    """
    organization_id, term = organization_of(request), request.POST.get("q", "").strip()
    with enter(organization_id, read_only=True):
        found = _application(organization_id, term)
        customers = _customers(organization_id, term) if allowed(request, SEES_IDENTITY) else []
    if found is not None:
        return redirect("admin:underwriting_application_change", found)
    if customers:
        wanted = ",".join(customer.hex for customer in customers)
        address = reverse("admin:underwriting_application_changelist")
        return redirect(f"{address}?customer={wanted}")
    messages.warning(request, gettext("Nothing was found. Give the whole id, e-mail or number."))
    return redirect("admin:underwriting_application_changelist")


def _application(organization_id: UUID, term: str) -> UUID | None:
    wanted = id_from("app", term)
    if wanted is None:
        rows = Application.objects.filter(organization_id=organization_id, external_id=term)
    else:
        rows = Application.objects.filter(organization_id=organization_id, id=wanted)
    return rows.values_list("id", flat=True).first()


def _customers(organization_id: UUID, term: str) -> list[UUID]:
    if not term:
        return []
    return list(
        dict.fromkeys(
            customer.id
            for kind in SEARCHABLE
            for customer in customers_by(organization_id=organization_id, kind=kind, value=term)
        )
    )


def checked_hold(request: HttpRequest, application_id: UUID, action: str) -> HttpResponseBase:
    if action not in ("claim", "release"):
        raise Http404
    return hold(request, application_id, action)


def checked_judge(request: HttpRequest, application_id: UUID, action: str) -> HttpResponseBase:
    if action not in ("approve", "counter_offer", "decline", "refer_up", "agree", "disagree"):
        raise Http404
    return judge(request, application_id, action)
