"""A policy as a file: JSON and Excel out; Excel in, with every difference before it is taken."""

import base64
import binascii
import zlib
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk.changes import place_of
from accounts.desk.place import organization_of
from tenancy.errors import DomainError, Invalid
from underwriting.desk.policy_compare import change_context
from underwriting.desk.policy_drafts import OPEN, Draft, draft_of
from underwriting.desk.policy_editor import draft_for, edit_url, inside, revision_of
from underwriting.policy.json_reading import MAX_BYTES
from underwriting.policy.sheets.whole import policy_of
from underwriting.policy.workbook.package import MEBIBYTE, MOST_BYTES
from underwriting.policy.workbook.reading import tables_in
from underwriting.policy.workbook.refused import Fault, WorkbookRefused
from underwriting.policy.workbook.writing import workbook_of
from underwriting.services.policies import policy_draft_save

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEMPLATE = "admin/underwriting/policyversion/excel.html"
MOST_FAULTS = 50


class WorkbookForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=gettext_lazy("Workbook (.xlsx)"),
        help_text=gettext_lazy("One that was downloaded here and changed. Nothing is taken yet."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if not str(given.name).lower().endswith(".xlsx"):
            raise forms.ValidationError(_("Only .xlsx workbooks are read, without macros."))
        if given.size > MOST_BYTES:
            limit = MOST_BYTES // MEBIBYTE
            raise forms.ValidationError(_("At most %(limit)s MiB.") % {"limit": limit})
        return given


def json_file(
    admin: ModelAdmin[Any], request: HttpRequest, policy_version_id: UUID
) -> HttpResponse:
    """The canonical document."""
    draft = _seen(admin, request, policy_version_id)
    answer = HttpResponse(draft.version.document, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{_name(draft)}.json"'
    return answer


def excel_file(
    admin: ModelAdmin[Any], request: HttpRequest, policy_version_id: UUID
) -> HttpResponse:
    """The policy as a workbook."""
    draft = _seen(admin, request, policy_version_id)
    try:
        data = workbook_of(draft.tables)
    except WorkbookRefused as refused:
        messages.error(request, _("No workbook can hold this policy: %(why)s") % {"why": refused})
        return redirect("admin:underwriting_policyversion_change", policy_version_id)
    answer = HttpResponse(data, content_type=EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="{_name(draft)}.xlsx"'
    return answer


def excel_page(
    admin: ModelAdmin[Any], request: HttpRequest, policy_version_id: UUID
) -> HttpResponse:
    """Send a workbook, and see what it would change; nothing is taken by that."""
    draft = _draft(request, policy_version_id)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = WorkbookForm(*sent)
    found: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        found = _read(draft, form.cleaned_data["file"].file)
    status = 422 if found.get("faults") or form.errors else 200
    return _page(admin, request, draft, status, form=form, **found)


def excel_take(
    admin: ModelAdmin[Any], request: HttpRequest, policy_version_id: UUID
) -> HttpResponse:
    """Put what the workbook said in the draft's place, all of it, if nobody saved since."""
    if request.method != "POST":
        raise Http404
    draft = _draft(request, policy_version_id)
    try:
        policy_draft_save(
            **place_of(request),
            policy_version_id=policy_version_id,
            document=unpacked(str(request.POST.get("document", ""))),
            revision=revision_of(request),
        )
    except Invalid as error:
        faults = [Fault(each.message) for each in error.errors]
        return _page(admin, request, draft, 422, form=WorkbookForm(), faults=faults)
    except DomainError:
        words = _("Somebody else saved this policy meanwhile: send the workbook once more.")
        return _page(admin, request, draft, 409, form=WorkbookForm(), faults=[Fault(words)])
    messages.success(request, _("Taken from the workbook."))
    return redirect(edit_url(policy_version_id))


def packed(document: bytes) -> str:
    """A document as a form's hidden field carries it."""
    return base64.b64encode(zlib.compress(document)).decode()


def unpacked(text: str) -> bytes:
    """The document of that field; what unpacks to more than any policy is nothing."""
    try:
        unpacker = zlib.decompressobj()
        found = unpacker.decompress(base64.b64decode(text, validate=True), MAX_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error):
        return b""
    return found if unpacker.eof else b""


def _read(draft: Draft, file: Any) -> dict[str, Any]:
    """The workbook's policy and what it changes, or everything that is wrong with it."""
    try:
        found = tables_in(file)
    except WorkbookRefused as refused:
        return {"faults": refused.faults[:MOST_FAULTS]}
    whole = policy_of(found.tables, draft.inputs)
    if whole.policy is None:
        faults = [found.fault(each.place, each.message) for each in whole.problems]
        return {"faults": faults[:MOST_FAULTS]}
    currency = draft.version.product.currency
    return {
        **change_context(draft.policy, whole.policy, draft.ground, currency),
        "document": packed(whole.policy.canonical()),
        "findings": [
            each for each in draft.ground.findings(whole.policy) if each.severity == "error"
        ],
        "compared": True,
    }


def _page(
    admin: ModelAdmin[Any], request: HttpRequest, draft: Draft, status: int, **found: Any
) -> HttpResponse:
    with inside(request):
        context = {
            **admin.admin_site.each_context(request),
            "opts": admin.opts,
            "list_url": reverse("admin:underwriting_policyversion_changelist"),
            "title": _("Bring a workbook back"),
            "version": draft.version,
            **found,
        }
        return TemplateResponse(request, TEMPLATE, context, status=status).render()


def _seen(admin: ModelAdmin[Any], request: HttpRequest, policy_version_id: UUID) -> Draft:
    """A version of any state, for whoever may see policies."""
    if request.method != "GET":
        raise Http404
    if not admin.has_view_permission(request):
        raise PermissionDenied
    return draft_of(organization_of(request), policy_version_id)


def _draft(request: HttpRequest, policy_version_id: UUID) -> Draft:
    draft = draft_for(request, policy_version_id)
    if draft.version.status not in OPEN:
        raise Http404
    return draft


def _name(draft: Draft) -> str:
    return f"{slugify(draft.policy.name) or 'policy'}-v{draft.version.number}"
