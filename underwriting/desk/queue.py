"""The queue: what waits for a person, oldest first."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from scoring.selectors.products import products_all
from tenancy.clock import now
from tenancy.ids import public_id
from underwriting.desk.ledger import SOON_DAYS
from underwriting.desk.lists import DeskList
from underwriting.desk.people import colleagues
from underwriting.desk.place import organization_of
from underwriting.desk.words import (
    NOTHING,
    ago,
    day,
    language,
    money,
    months,
    percent,
    product_name,
)
from underwriting.enums import DutyStatus, HoldCode, ReviewCause, ReviewStatus
from underwriting.models import Decision, Duty, Review
from underwriting.models.review import CLOSED
from underwriting.selectors.explanations import in_language
from underwriting.selectors.reasons import catalogue_texts

Options = Iterable[tuple[str, Any]]


class StateFilter(admin.SimpleListFilter):
    """Open ones unless something else is asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Options:
        return [
            ("free", _("Free to claim")),
            ("mine", _("Mine")),
            ("second", _("Waiting for a second person")),
            ("up", _("Referred up")),
            ("settled", _("Settled")),
        ]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """The first choice is the queue itself, not everything there ever was."""
        for index, choice in enumerate(super().choices(changelist)):
            yield choice if index else {**choice, "display": _("Open")}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> QuerySet[Review]:
        if self.value() == "settled":
            return queryset.filter(status__in=CLOSED)
        if self.value() == "free":
            return queryset.filter(status=ReviewStatus.OPEN)
        if self.value() == "mine":
            open_ones = queryset.exclude(status__in=CLOSED)
            return open_ones.filter(claimed_by=str(request.user.pk))
        if self.value() == "second":
            return queryset.filter(status=ReviewStatus.SECOND_PERSON)
        if self.value() == "up":
            return queryset.exclude(status__in=CLOSED).filter(level__gt=0)
        return queryset.exclude(status__in=CLOSED)


class CauseFilter(admin.SimpleListFilter):
    title = _("cause")
    parameter_name = "cause"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Options:
        return ReviewCause.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> QuerySet[Review]:
        return queryset.filter(cause=self.value()) if self.value() else queryset


class ProductFilter(admin.SimpleListFilter):
    title = _("product")
    parameter_name = "product"
    path = "application__product__slug"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Options:
        products = products_all(organization_of(request))
        return [(p.slug, product_name(p)) for p in products]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{self.path: self.value()}) if self.value() else queryset


class DueFilter(admin.SimpleListFilter):
    """By the legal clocks that run on the application."""

    title = _("due")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Options:
        return [("late", _("Overdue")), ("soon", _("Within two days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> QuerySet[Review]:
        if self.value() not in ("late", "soon"):
            return queryset
        at = now(organization_of(request))
        until = at if self.value() == "late" else at + timedelta(days=SOON_DAYS)
        return queryset.filter(
            Exists(
                Duty.objects.filter(
                    organization_id=OuterRef("organization_id"),
                    application_id=OuterRef("application_id"),
                    status=DutyStatus.OPEN,
                    due_at__lte=until,
                )
            )
        )


class QueueList(ChangeList):
    """A row leads to the application: that is where it is decided."""

    def url_for_result(self, result: Any) -> str:
        return reverse("admin:underwriting_application_change", args=[result.application_id])


class ReviewAdmin(DeskList[Review]):
    list_title = _("Queue")
    empty_words = _("Nothing waits here. Choose another filter, or come back later.")
    list_display = ("application_words", "asked", "risk", "reasons")
    list_filter = (StateFilter, CauseFilter, DueFilter, ProductFilter)
    list_select_related = ("application", "application__product", "decision")
    ordering = ("opened_at", "id")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return QueueList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        """With all that a page of the list needs; who and when are asked once a page."""
        rows = super().get_queryset(request)
        return rows.prefetch_related("decision__reasons", "application__duties")

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The columns that need the hour or a colleague's name are bound to this request."""
        organization_id = organization_of(request)
        at, names = now(organization_id), colleagues(organization_id)

        @admin.display(description=_("Waiting"), ordering="opened_at")
        def waiting(review: Review) -> str:
            return ago(review.opened_at, at)

        @admin.display(description=_("Due"))
        def due(review: Review) -> SafeString | str:
            return due_words(list(review.application.duties.all()), at)

        @admin.display(description=_("With"))
        def held_by(review: Review) -> SafeString | str:
            return _held(review, names)

        return [*self.list_display, waiting, due, held_by]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A review has no page of its own."""
        review = self.get_object(request, object_id)
        if review is None or not self.has_view_permission(request, review):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return redirect("admin:underwriting_application_change", review.application_id)

    @admin.display(description=_("Application"))
    def application_words(self, review: Review) -> SafeString:
        application = review.application
        return format_html(
            '<span class="id">{}</span><span class="sub">{}</span>',
            short_public_id(application.id),
            product_name(application.product),
        )

    @admin.display(description=_("Asked for"), ordering="application__amount")
    def asked(self, review: Review) -> SafeString:
        application = review.application
        return format_html(
            '<span class="figure">{}</span><span class="sub">{}</span>',
            money(application.amount, application.currency, application.product.minor_units),
            months(application.term_months) if application.term_months else "",
        )

    @admin.display(description=_("Risk"), ordering="decision__pd_ppm")
    def risk(self, review: Review) -> SafeString | str:
        return risk_words(review.decision)

    @admin.display(description=_("Why it is here"))
    def reasons(self, review: Review) -> SafeString:
        texts = short_reasons(review.decision)
        if review.cause == ReviewCause.REQUEST:
            texts.insert(0, str(ReviewCause.REQUEST.label))
        return format_html_join("", '<span class="reason">{}</span>', ((text,) for text in texts))


def short_public_id(value: UUID) -> str:
    """The end of an id: enough to tell two rows apart; the beginning is the hour it was made."""
    return f"app_…{public_id('app', value)[-8:]}"


def risk_words(decision: Decision | None) -> SafeString | str:
    if decision is None or decision.pd_ppm is None:
        return NOTHING
    band = decision.document_data.get("band") or NOTHING
    return format_html(
        '<span class="band">{}</span> <span class="figure">{}</span><span class="sub">{}</span>',
        band,
        percent(decision.pd_ppm, 1),
        _("%(points)s points") % {"points": decision.points},
    )


def short_reasons(decision: Decision) -> list[str]:
    """The decision's reasons from what was prefetched, in the reader's words."""
    texts = catalogue_texts(decision)
    ordered = sorted(decision.reasons.all(), key=lambda reason: reason.position)
    return [
        str(HoldCode(reason.code).label)
        if reason.code in HoldCode.values
        else in_language(texts.get(reason.code, {}), language()) or reason.code
        for reason in ordered
    ]


def due_words(duties: Sequence[Duty], at: datetime) -> SafeString | str:
    """The first open clock: overdue and near ones stand out by word as well as by colour."""
    waits = [duty.due_at for duty in duties if duty.status == DutyStatus.OPEN]
    if not waits:
        return NOTHING
    first = min(waits)
    if first < at:
        return format_html('<span class="tag bad">{}</span>', _("overdue"))
    kind = "tag warn" if first - at < timedelta(days=SOON_DAYS) else "plain"
    return format_html('<span class="{}">{}</span>', kind, day(first))


def _held(review: Review, names: Any) -> SafeString | str:
    if review.status == ReviewStatus.OPEN:
        if review.level:
            return format_html('<span class="tag warn">{}</span>', _("senior needed"))
        return format_html('<span class="tag good">{}</span>', _("free"))
    if review.status == ReviewStatus.SECOND_PERSON:
        return format_html('<span class="tag warn">{}</span>', _("second person"))
    if review.status in CLOSED:
        return str(ReviewStatus(review.status).label)
    return str(names.get(review.claimed_by or "", NOTHING))
