"""Lists on the desk: which there are, what stands on one, and who put it there."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tenancy.clock import now
from tenancy.enter import enter
from underwriting.desk import list_changes
from underwriting.desk.list_forms import SearchForm
from underwriting.desk.list_words import KIND_TONES, entry_state, value_words
from underwriting.desk.lists import DeskList
from underwriting.desk.page import SEES_IDENTITY
from underwriting.desk.people import actor_name, colleagues
from underwriting.desk.place import allowed, organization_of
from underwriting.desk.words import day, language, moment
from underwriting.enums import EntryReason, ListHolds, ListKind, RemovalReason
from underwriting.models import ListEntry, ReferenceList
from underwriting.selectors.explanations import in_language
from underwriting.selectors.lists import (
    entries_of,
    entry_words,
    lists_with_counts,
    policies_asking,
)
from underwriting.services.lists import CHANGE, CREATE, SENSITIVE

A_PAGE = 50


class ReferenceListAdmin(DeskList[ReferenceList]):
    list_title = _("Lists")
    empty_words = _(
        "There is no list yet. Make one, then let a policy ask for it: a rule can decline, refer or"
        " let pass who stands on it."
    )
    list_display = ("name", "code_words", "kind_words", "holds_words", "count")
    ordering = ("code",)
    change_list_template = "admin/desk/reference_lists.html"

    def get_urls(self) -> list[URLPattern]:
        view, called = self.admin_site.admin_view, "underwriting_referencelist"
        pages = list_changes.pages(self)
        return [
            *(path(where, view(pages[name]), name=f"{called}_{name}") for name, where in PATHS),
            path("<uuid:list_id>/find/", view(self.find_view), name=f"{called}_find"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReferenceList]:
        return lists_with_counts(super().get_queryset(request), now(organization_of(request)))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"may_create": allowed(request, CREATE), **(extra_context or {})}
        return super().changelist_view(request, context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        if not self.has_view_permission(request, found) or request.method == "POST":
            return super().change_view(request, object_id, form_url, extra_context)
        return self._page(request, found, "")

    def find_view(self, request: HttpRequest, list_id: UUID) -> HttpResponse:
        """Entries of one value. Asked by POST: a value in an address would stand in logs."""
        if request.method != "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        form = SearchForm(request.POST)
        value = form.cleaned_data["value"] if form.is_valid() else ""
        organization_id = organization_of(request)
        with enter(organization_id, read_only=True):
            found = self.get_queryset(request).filter(id=list_id).first()
            if found is None:
                raise Http404
            return self._page(request, found, value).render()

    def _page(self, request: HttpRequest, found: ReferenceList, value: str) -> TemplateResponse:
        shown = not found.sensitive or allowed(request, SENSITIVE)
        rows = Paginator(entries_of(found, value), A_PAGE).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": in_language(found.names, language()) or found.code,
            "list": found,
            "kind": ListKind(found.kind).label,
            "tone": KIND_TONES[ListKind(found.kind)],
            "holds": ListHolds(found.holds).label,
            "asking": policies_asking(found.organization_id, found.code),
            "shown": shown,
            "value": value,
            "rows": rows,
            "entries": _lines(request, list(rows), found) if shown else [],
            "may_change": shown and allowed(request, CHANGE),
        }
        return TemplateResponse(request, "admin/desk/reference_list.html", context)

    @admin.display(description=_("List"))
    def name(self, found: ReferenceList) -> str:
        return in_language(found.names, language()) or found.code

    @admin.display(description=_("Code"), ordering="code")
    def code_words(self, found: ReferenceList) -> SafeString:
        return format_html('<span class="code">{}</span>', found.code)

    @admin.display(description=_("Kind"), ordering="kind")
    def kind_words(self, found: ReferenceList) -> SafeString:
        kind = ListKind(found.kind)
        return format_html('<span class="tag {}">{}</span>', KIND_TONES[kind], kind.label)

    @admin.display(description=_("What stands on it"), ordering="holds")
    def holds_words(self, found: ReferenceList) -> SafeString:
        about = _("about fraud") if found.sensitive else ""
        return format_html('{}<span class="sub">{}</span>', ListHolds(found.holds).label, about)

    @admin.display(description=_("Entries that count"))
    def count(self, found: ReferenceList) -> str:
        return str(getattr(found, "standing", ""))


PATHS = (
    ("make", "make/"),
    ("entry_add", "<uuid:list_id>/add/"),
    ("file", "<uuid:list_id>/file/"),
    ("export", "<uuid:list_id>/export/"),
    ("entry_remove", "entries/<uuid:entry_id>/remove/"),
    ("entry_confirm", "entries/<uuid:entry_id>/confirm/"),
)


def _lines(
    request: HttpRequest, entries: list[ListEntry], found: ReferenceList
) -> list[dict[str, Any]]:
    """The entries as the page shows them; labels and words to those who may see identities."""
    names, at = colleagues(found.organization_id), now(found.organization_id)
    opened, may = allowed(request, SEES_IDENTITY), allowed(request, CHANGE)
    me = str(request.user.pk)
    lines = []
    for entry in entries:
        state, tone = entry_state(entry, at)
        standing = entry.removed_at is None and entry.purged_at is None
        others = may and standing and entry.added_by != me
        removal = RemovalReason(entry.removal).label if entry.removal else ""
        lines.append(
            {
                "id": entry.id,
                "value": value_words(entry),
                "said": entry_words(entry) if opened else {},
                "reason": EntryReason(entry.reason).label,
                "state": state,
                "tone": tone,
                "from": day(entry.starts_at.date()),
                "until": day(entry.ends_at.date() if entry.ends_at else None),
                "added": _by(entry.added_by, names),
                "added_at": moment(entry.added_at),
                "removed": _by(entry.removed_by, names) if entry.removed_by else "",
                "removal": removal,
                "may_remove": others,
                "may_confirm": others and entry.kind == ListKind.ALLOW and not entry.confirmed_at,
            }
        )
    return lines


def _by(actor_id: str, names: Any) -> str:
    kind = "system" if actor_id == "system" else "user"
    return actor_name(kind, actor_id, names)
