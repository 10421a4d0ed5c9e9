"""What people change about lists: each page one form and one service."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.desk.changes import place_of
from accounts.desk.pages import ServicePage
from tenancy.enter import enter
from tenancy.errors import DomainError
from tenancy.selectors import organization_current
from underwriting.desk.list_forms import EntryForm, FileForm, ListForm, RemovalForm
from underwriting.desk.list_words import ListServiceForm, problem_words
from underwriting.desk.place import allowed, known_or_404
from underwriting.models import ListEntry, ReferenceList
from underwriting.services.list_entries import entry_add, entry_confirm, entry_remove
from underwriting.services.list_files import FileTaken, entries_export, entries_import
from underwriting.services.lists import CHANGE, CREATE, list_create

Admin = ModelAdmin[Any]
LINES_SHOWN = 200


def pages(admin: Admin) -> Mapping[str, Callable[..., HttpResponse]]:
    """The pages by name, for the admin that they belong to."""
    return {
        "make": lambda request: _make(admin, request),
        "entry_add": lambda request, list_id: _add(admin, request, list_id),
        "file": lambda request, list_id: _file(admin, request, list_id),
        "export": _export,
        "entry_remove": lambda request, entry_id: _remove(admin, request, entry_id),
        "entry_confirm": lambda request, entry_id: _confirm(admin, request, entry_id),
    }


def _make(admin: Admin, request: HttpRequest) -> HttpResponse:
    here = place_of(request)
    form = ListForm(request.POST or None, languages=_languages(request, here["organization_id"]))

    def call(data: dict[str, Any]) -> HttpResponse:
        return _to(request, list_create(**here, **form.given()).id, _("The list was made."))

    return ServicePage(
        admin=admin,
        permission=CREATE,
        form=form,
        call=call,
        title=_("Make a list"),
        lead=_("A policy asks for it by its code. What it is and holds never changes."),
        button=_("Make the list"),
        done="",
    ).answer(request)


def _add(admin: Admin, request: HttpRequest, list_id: UUID) -> HttpResponse:
    known_or_404(request, ReferenceList.objects.all(), list_id)
    form = EntryForm(request.POST or None)

    def call(data: dict[str, Any]) -> HttpResponse:
        entry_add(**place_of(request), list_id=list_id, entry=form.given())
        return _to(request, list_id, _("It stands on the list."))

    return ServicePage(
        admin=admin,
        permission=CHANGE,
        form=form,
        call=call,
        title=_("Put something on the list"),
        lead=_("Another person than you can take it off again."),
        button=_("Put it on the list"),
        done="",
    ).answer(request)


def _file(admin: Admin, request: HttpRequest, list_id: UUID) -> HttpResponse:
    """Rows that hold are taken at once; the answer names the others by their line."""
    known_or_404(request, ReferenceList.objects.all(), list_id)

    def call(data: dict[str, Any]) -> HttpResponse:
        taken = entries_import(
            **place_of(request), list_id=list_id, body=data["file"].read(MOST_READ)
        )
        if not taken.refused:
            return _to(request, list_id, _taken(taken))
        lines = [(row.line, problem_words(row.codes)) for row in taken.refused[:LINES_SHOWN]]
        return page.page(
            request,
            "admin/desk/list_file.html",
            taken=_taken(taken),
            refused=len(taken.refused),
            lines=lines,
            back=_address(list_id),
        )

    page = ServicePage(
        admin=admin,
        permission=CHANGE,
        form=FileForm(request.POST or None, request.FILES or None),
        call=call,
        title=_("Put a file on the list"),
        lead=_("What stands there already is left as it is; rows that are wrong are named."),
        button=_("Take the file"),
        done="",
    )
    return page.answer(request)


def _remove(admin: Admin, request: HttpRequest, entry_id: UUID) -> HttpResponse:
    def call(data: dict[str, Any]) -> HttpResponse:
        entry = entry_remove(**place_of(request), entry_id=entry_id, **data)
        return _to(request, entry.reference_list_id, _("It was taken off the list."))

    return _about(
        admin,
        request,
        entry_id,
        form=RemovalForm(request.POST or None),
        call=call,
        title=_("Take this off the list?"),
        lead=_("It no longer counts from now on; that it stood there stays on record."),
        button=_("Take it off"),
    )


def _confirm(admin: Admin, request: HttpRequest, entry_id: UUID) -> HttpResponse:
    def call(data: dict[str, Any]) -> HttpResponse:
        entry = entry_confirm(**place_of(request), entry_id=entry_id)
        return _to(request, entry.reference_list_id, _("It counts from now on."))

    return _about(
        admin,
        request,
        entry_id,
        form=ListServiceForm(request.POST if request.method == "POST" else None),
        call=call,
        title=_("Confirm this entry?"),
        lead=_("Who stands on this list may pass where others are stopped, so two people say so."),
        button=_("Confirm"),
    )


def _export(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """The list as a file. By POST: that somebody took it goes on record."""
    if request.method != "POST" or not allowed(request, CHANGE):
        raise PermissionDenied
    try:
        name, body = entries_export(**place_of(request), list_id=list_id)
    except DomainError as error:
        raise PermissionDenied from error
    answer = HttpResponse(body, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _about(admin: Admin, request: HttpRequest, entry_id: UUID, **page: Any) -> HttpResponse:
    """A page about one entry of this lender's."""
    known_or_404(request, ListEntry.objects.all(), entry_id)
    return ServicePage(admin=admin, permission=CHANGE, done="", **page).answer(request)


def _taken(taken: FileTaken) -> str:
    added = ngettext("%(n)s entry added", "%(n)s entries added", taken.added) % {"n": taken.added}
    known = ngettext("%(n)s stood there already", "%(n)s stood there already", taken.known) % {
        "n": taken.known
    }
    return f"{added}, {known}."


def _to(request: HttpRequest, list_id: UUID, done: str) -> HttpResponse:
    messages.success(request, done)
    return redirect(_address(list_id))


def _address(list_id: UUID) -> str:
    return reverse("admin:underwriting_referencelist_change", args=[list_id])


def _languages(request: HttpRequest, organization_id: UUID) -> tuple[str, ...]:
    """The lender's languages. Pages that are shown read in their tenant already."""
    if request.method != "POST":
        return tuple(organization_current().languages)
    with enter(organization_id, read_only=True):
        return tuple(organization_current().languages)


MOST_READ = 4 * 1024 * 1024
"""More than a file may have, so that one that is too large is told so and not cut off."""
