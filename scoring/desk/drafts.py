"""Drafts on the desk: from a file nobody prepared to the first application, on one page."""

import gzip
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk.changes import place_of
from accounts.desk.forms import ServiceForm
from scoring.desk.draft_page import DraftPage, page_of, refused_rows, row_page
from scoring.desk.uploads import TargetForm, UploadForm, file_received
from scoring.enums import DraftStatus, UploadStatus
from scoring.models import DictionaryDraft
from scoring.selectors.intake import draft_by_id, rejected_rows
from scoring.services.drafts import draft_discard, draft_publish, draft_rows_save, draft_terms_save
from scoring.services.uploads import BUSY, upload_cancel, upload_import, upload_retry
from tenancy.admin import TenantAdmin
from tenancy.context import current_organization_id
from tenancy.enter import enter
from tenancy.errors import Conflict, DomainError, FieldError, Invalid, NotFound

DRAFTS, IMPORTS = "scoring.draft_dictionary", "scoring.import_loans"
TONES = {DraftStatus.PUBLISHED: "good", DraftStatus.DISCARDED: ""}


class TermsForm(ServiceForm):
    """What is lent: the amount's field and limits, the terms."""

    renamed = {"amount": "amount_field", "term": "term_field"}

    amount_field = forms.CharField(max_length=63)
    amount_min = forms.DecimalField(min_value=0, max_digits=15, decimal_places=2)
    amount_max = forms.DecimalField(min_value=0, max_digits=15, decimal_places=2)
    term_field = forms.CharField(max_length=63, required=False)
    terms = forms.CharField(max_length=500, required=False)
    revision = forms.IntegerField()


class RevisionForm(ServiceForm):
    revision = forms.IntegerField()


@admin.register(DictionaryDraft)
class DictionaryDraftAdmin(TenantAdmin[DictionaryDraft]):
    """The list, the page that sends a file, and each draft's own page."""

    list_display = ("words", "product_slug", "state", "created_at")
    list_select_related = ("upload",)
    ordering = ("-created_at",)

    def get_urls(self) -> list[URLPattern]:
        def at(place: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
            called = f"scoring_dictionarydraft_{name}"
            return path(place, self.admin_site.admin_view(view), name=called)

        return [
            at("new/", self.new, "new"),
            at("<uuid:draft_id>/change/", self.one, "page"),
            at("<uuid:draft_id>/progress/", self.progress, "progress"),
            at("<uuid:draft_id>/rows/", self.rows, "rows"),
            at("<uuid:draft_id>/rows/<int:place>/", self.row, "row"),
            at("<uuid:draft_id>/terms/", self.terms, "terms"),
            at("<uuid:draft_id>/publish/", self.publish, "publish"),
            at("<uuid:draft_id>/import/", self.bring, "import"),
            at("<uuid:draft_id>/cancel/", self.cancel, "cancel"),
            at("<uuid:draft_id>/retry/", self.retry, "retry"),
            at("<uuid:draft_id>/discard/", self.discard, "discard"),
            at("<uuid:draft_id>/rejected/", self.rejected, "rejected"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("File"), ordering="source_name")
    def words(self, draft: DictionaryDraft) -> str:
        return draft.source_name

    @admin.display(description=gettext_lazy("State"), ordering="status")
    def state(self, draft: DictionaryDraft) -> SafeString:
        upload = draft.upload
        busy = upload is not None and upload.status != UploadStatus.READY
        shown = upload.get_status_display() if busy and upload else draft.get_status_display()
        tone = (
            "bad"
            if upload and upload.status == UploadStatus.FAILED
            else TONES.get(DraftStatus(draft.status), "info")
        )
        return format_html('<span class="tag {}">{}</span>', tone, shown)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Every draft, and the button that sends a file."""
        words = _("No file yet. Send one with past loans, and Assay proposes a dictionary.")
        context = {
            "title": _("Dictionary drafts"),
            "empty_words": words,
            "may_send": request.user.has_perm(DRAFTS),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def new(self, request: HttpRequest) -> HttpResponse:
        """Send a file."""
        _demand(request, DRAFTS)
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = UploadForm(*sent, request=request)
        if request.method == "POST" and form.is_valid():
            try:
                draft = file_received(form, place_of(request))
            except DomainError as error:
                form.refuse(error)
            else:
                return self._page_of(draft.id)
        return TemplateResponse(request, "admin/scoring/dictionarydraft/new.html", {
            **self.admin_site.each_context(request),
            "title": _("Send a file of past loans"), "form": form, "opts": self.opts,
            "list_url": reverse("admin:scoring_dictionarydraft_changelist"),
        })  # fmt: skip

    def one(self, request: HttpRequest, draft_id: UUID) -> HttpResponse:
        """The draft's page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._shown(request, _draft(draft_id))

    def progress(self, request: HttpRequest, draft_id: UUID) -> HttpResponse:
        """How far the work is; once it is over the whole page is fetched again."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        draft = _draft(draft_id)
        if draft.upload is None or draft.upload.status not in BUSY:
            answer = HttpResponse()
            answer["HX-Refresh"] = "true"
            return answer
        context = {"draft": draft, "upload": draft.upload}
        return TemplateResponse(request, "admin/scoring/dictionarydraft/progress.html", context)

    def rows(self, request: HttpRequest, draft_id: UUID) -> HttpResponse:
        """Save the whole grid, or the one row whose button was pressed."""
        _posted(request, DRAFTS)
        with self._inside():
            page = page_of(request, _draft(draft_id))
        only = request.POST.get("row", "")
        rows = page.posted(request.POST, int(only) if only.isdigit() else None)
        try:
            if rows:
                draft_rows_save(**place_of(request), draft_id=draft_id, rows=rows)
        except (Invalid, Conflict) as error:
            return self._refused(request, draft_id, rows, error)
        messages.success(request, _("Saved %(n)s rows.") % {"n": len(rows)})
        return redirect(f"{_url('page', draft_id)}#{f'row-{only}' if only else 'columns'}")

    def row(self, request: HttpRequest, draft_id: UUID, place: int) -> HttpResponse:
        """Save one row and answer with it alone."""
        _posted(request, DRAFTS)
        with self._inside():
            page = page_of(request, _draft(draft_id))
        rows = page.posted(request.POST, place)
        refusal: DomainError | None = None
        try:
            draft_rows_save(**place_of(request), draft_id=draft_id, rows=rows)
        except (Invalid, Conflict) as error:
            refusal = error
        with self._inside():
            context = row_page(request, _draft(draft_id), place, rows, refusal)
            return TemplateResponse(
                request, "admin/scoring/dictionarydraft/row.html", context
            ).render()

    def terms(self, request: HttpRequest, draft_id: UUID) -> HttpResponse:
        form = TermsForm(request.POST)
        return self._service(request, draft_id, form, _("Saved what is lent."), lambda: (
            draft_terms_save(**place_of(request), draft_id=draft_id, **form.cleaned_data)
        ))  # fmt: skip

    def publish(self, request: HttpRequest, draft_id: UUID) -> HttpResponse:
        form = RevisionForm(request.POST)
        done = _("Published. Now import the loans.")
        return self._service(request, draft_id, form, done, lambda: (
            draft_publish(**place_of(request), draft_id=draft_id, **form.cleaned_data)
        ))  # fmt: skip

    def bring(self, request: HttpRequest, draft_id: UUID) -> HttpResponse:
        """Import the loans in the background."""
        _posted(request, IMPORTS)
        upload_id = self._upload_id(draft_id)
        return self._service(request, draft_id, ServiceForm({}), "", lambda: (
            upload_import(**place_of(request), upload_id=upload_id)
        ))  # fmt: skip

    def cancel(self, request: HttpRequest, draft_id: UUID) -> HttpResponse:
        _posted(request, IMPORTS)
        upload_id = self._upload_id(draft_id)
        return self._service(request, draft_id, ServiceForm({}), _("It will stop."), lambda: (
            upload_cancel(**place_of(request), upload_id=upload_id)
        ))  # fmt: skip

    def retry(self, request: HttpRequest, draft_id: UUID) -> HttpResponse:
        _posted(request, IMPORTS)
        form = TargetForm(request.POST)
        upload_id = self._upload_id(draft_id)
        return self._service(request, draft_id, form, "", lambda: (
            upload_retry(**place_of(request), upload_id=upload_id, **form.cleaned_data)
        ))  # fmt: skip

    def discard(self, request: HttpRequest, draft_id: UUID) -> HttpResponse:
        """Leave the draft be."""
        _posted(request, DRAFTS)
        try:
            draft_discard(**place_of(request), draft_id=draft_id)
        except DomainError as error:
            messages.error(request, str(error))
            return self._page_of(draft_id)
        messages.success(request, _("Discarded; the file is deleted."))
        return redirect("admin:scoring_dictionarydraft_changelist")

    def rejected(self, request: HttpRequest, draft_id: UUID) -> HttpResponse:
        """The refused rows, each wrong field with its reason."""
        _demand(request, IMPORTS)
        draft = _draft(draft_id)
        if draft.upload_id is None:
            raise Http404
        try:
            body = rejected_rows(draft.organization_id, draft.upload_id)
        except NotFound as error:
            raise Http404 from error
        answer = HttpResponse(gzip.decompress(body), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="refused-rows.csv"'
        return answer

    def _service(
        self,
        request: HttpRequest,
        draft_id: UUID,
        form: ServiceForm,
        done: str,
        call: Callable[[], Any],
    ) -> HttpResponse:
        """One service, then the draft's page; what is refused is said there."""
        _posted(request, DRAFTS)
        try:
            if not form.is_valid():
                raise Invalid([_wrong(name, texts) for name, texts in form.errors.items()])
            call()
        except NotFound as error:
            raise Http404 from error
        except DomainError as error:
            with self._inside():
                return self._shown(request, _draft(draft_id), refusal=error).render()
        if done:
            messages.success(request, done)
        return self._page_of(draft_id)

    def _refused(
        self, request: HttpRequest, draft_id: UUID, rows: Any, error: DomainError
    ) -> HttpResponse:
        with self._inside():
            refused = refused_rows(rows, error)
            return self._shown(
                request, _draft(draft_id), refusal=error, typed=rows, refused=refused
            ).render()

    def _shown(self, request: HttpRequest, draft: DictionaryDraft, **more: Any) -> TemplateResponse:
        page: DraftPage = page_of(request, draft, **more)
        context = {
            **self.admin_site.each_context(request),
            "title": draft.source_name,
            "opts": self.opts,
            "list_url": reverse("admin:scoring_dictionarydraft_changelist"),
            "page": page,
            "draft": draft,
            "upload": draft.upload,
            "retry": TargetForm(initial={"target": draft.target}),
            "may_draft": request.user.has_perm(DRAFTS),
            "may_import": request.user.has_perm(IMPORTS),
        }
        status = 422 if more.get("refusal") else 200
        template = "admin/scoring/dictionarydraft/draft.html"
        return TemplateResponse(request, template, context, status=status)

    def _inside(self) -> Any:
        organization_id = current_organization_id()
        if organization_id is None:
            raise PermissionDenied
        return enter(organization_id, read_only=True)

    def _upload_id(self, draft_id: UUID) -> UUID:
        with self._inside():
            found = _draft(draft_id).upload_id
        if found is None:
            raise Http404
        return found

    def _page_of(self, draft_id: UUID) -> HttpResponse:
        return redirect(_url("page", draft_id))


def _draft(draft_id: UUID) -> DictionaryDraft:
    organization_id = current_organization_id()
    if organization_id is None:
        raise Http404
    try:
        return draft_by_id(organization_id, draft_id)
    except NotFound as error:
        raise Http404 from error


def _url(name: str, draft_id: UUID) -> str:
    return reverse(f"admin:scoring_dictionarydraft_{name}", args=[draft_id])


def _demand(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _posted(request: HttpRequest, permission: str) -> None:
    """What changes something is posted, by somebody who may."""
    if request.method != "POST":
        raise Http404
    _demand(request, permission)


def _wrong(name: str, texts: Any) -> FieldError:
    return FieldError(f"/{name}", "form", " ".join(str(text) for text in texts))
