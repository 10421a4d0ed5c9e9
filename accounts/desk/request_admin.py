"""The log of requests on the desk: found by request id, key, address, answer and time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.desk.listing import tag
from accounts.desk.place import organization_of
from accounts.models import ApiKey, ApiRequest
from events.models import Event
from tenancy.admin import TenantAdmin
from tenancy.ids import first_id_at

Rows = QuerySet[ApiRequest]
SPANS = {
    "hour": (_("The last hour"), timedelta(hours=1)),
    "day": (_("The last day"), timedelta(days=1)),
    "week": (_("The last seven days"), timedelta(days=7)),
    "all": (_("All thirty days"), timedelta(days=31)),
}
ANSWERS = {
    "fine": (_("Answered"), (100, 399)),
    "refused": (_("Refused (4xx)"), (400, 499)),
    "failed": (_("Failed (5xx)"), (500, 599)),
}


class Span(admin.SimpleListFilter):
    """A growing table is not looked through from end to end unasked: a day, unless more is
    wanted, or something is sought by its id."""

    title = _("time")
    parameter_name = "span"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, label) for name, (label, _span) in SPANS.items()]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Without "all" by default: one of the spans is always chosen."""
        chosen = self.value() or "day"
        for name, (label, _span) in SPANS.items():
            query = changelist.get_query_string({self.parameter_name: name})
            yield {"selected": name == chosen, "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        if self.value() is None and request.GET.get("q"):
            return queryset
        _label, span = SPANS.get(self.value() or "day", SPANS["day"])
        return queryset.filter(id__gte=first_id_at(datetime.now(UTC) - span))


class Answer(admin.SimpleListFilter):
    title = _("answer")
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, label) for name, (label, _range) in ANSWERS.items()]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        found = ANSWERS.get(self.value() or "")
        return queryset.filter(status__range=found[1]) if found else queryset


class Key(admin.SimpleListFilter):
    title = _("key")
    parameter_name = "key"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        keys = ApiKey.objects.filter(organization_id=organization_of(request)).order_by("name")
        return [(str(key.id), f"{key.name}, {key}") for key in keys]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        key_id = _uuid(self.value())
        return queryset.filter(key_id=key_id) if key_id else queryset


class ApiRequestAdmin(TenantAdmin[ApiRequest]):
    list_display = ("when", "asked", "answered", "took", "about", "named")
    list_display_links = ("asked",)
    list_filter = (Span, Answer, Key)
    search_fields = ("request_id",)
    ordering = ("-id",)
    show_facets = admin.ShowFacets.NEVER
    change_list_template = "admin/desk/list.html"
    fields = (
        "when", "named", "asked", "answered", "took", "about", "key", "version", "caused",
    )  # fmt: skip
    readonly_fields = ("when", "named", "asked", "answered", "took", "about", "key", "caused")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        words = _("No request with these filters. Keys are made under API keys.")
        page: HttpResponse = super().changelist_view(
            request, {"empty_words": words, **(extra_context or {})}
        )
        return page

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """With the keys' names, asked for once a page."""
        names = key_names(organization_of(request))

        @admin.display(description=_("Key"))
        def by(row: ApiRequest) -> str:
            return names.get(row.key_id, "–")

        return [*self.list_display, by]

    @admin.display(description=_("Key"))
    def key(self, row: ApiRequest) -> SafeString | str:
        name = key_names(row.organization_id).get(row.key_id)
        if name is None:
            return "–"
        address = reverse("admin:accounts_apikey_change", args=[row.key_id])
        return format_html('<a href="{}">{}</a>', address, name)

    def get_search_results(
        self, request: HttpRequest, queryset: Rows, search_term: str
    ) -> tuple[Rows, bool]:
        """By equality, which an index answers; an address by how it begins, within the span."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if term.startswith("/"):
            day = first_id_at(datetime.now(UTC) - SPANS["week"][1])
            return queryset.filter(id__gte=day, path__startswith=term), False
        return queryset.filter(Q(request_id=term) | Q(subject=term)), False

    @admin.display(description=_("Time"), ordering="id")
    def when(self, row: ApiRequest) -> str:
        """To the second: a log line is looked for by it."""
        return date_format(timezone.localtime(row.at), "j M Y H:i:s")

    @admin.display(description=_("Asked"))
    def asked(self, row: ApiRequest) -> SafeString:
        return format_html('<span class="code">{} {}</span>', row.method, row.path)

    @admin.display(description=_("Answer"), ordering="status")
    def answered(self, row: ApiRequest) -> SafeString:
        kind = "bad" if row.status >= 500 else "warn" if row.status >= 400 else "good"
        shown = tag(kind, row.status)
        if not row.problem:
            return shown
        return format_html('{} <span class="sub code">{}</span>', shown, row.problem)

    @admin.display(description=_("Took"), ordering="duration_us")
    def took(self, row: ApiRequest) -> str:
        return f"{row.duration_us / 1000:,.1f}\u00a0ms"

    @admin.display(description=_("About"))
    def about(self, row: ApiRequest) -> SafeString | str:
        return format_html('<span class="code">{}</span>', row.subject) if row.subject else "–"

    @admin.display(description=_("Request id"))
    def named(self, row: ApiRequest) -> SafeString:
        return format_html('<span class="code">{}</span>', row.request_id)

    @admin.display(description=_("What it caused"))
    def caused(self, row: ApiRequest) -> SafeString | str:
        found = Event.objects.filter(organization_id=row.organization_id, request_id=row.request_id)
        return ", ".join(f"{event.sequence} {event.type}" for event in found[:50]) or "–"


def key_names(organization_id: UUID) -> dict[UUID, str]:
    keys = ApiKey.objects.filter(organization_id=organization_id)
    return dict(keys.values_list("id", "name"))


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
