"""Batches on the desk: a file sent for the lender, watched, stopped, taken up again, fetched."""

import csv
import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from accounts.desk.changes import place_of
from accounts.desk.forms import ConfirmForm
from accounts.desk.pages import ServicePage
from accounts.desk.place import allowed, organization_of, permission_needed
from scoring.selectors.products import products_all
from tenancy.enter import enter
from tenancy.errors import NotFound
from tenancy.selectors import organization_current
from underwriting.api.batch_documents import CSV, PARQUET, error_lines, result_lines
from underwriting.api.batch_downloads import download
from underwriting.desk.batch_forms import BatchForm
from underwriting.desk.batch_words import TAGS, Shown
from underwriting.desk.lists import DeskList
from underwriting.desk.people import actor_name, colleagues, key_names
from underwriting.desk.place import known_or_404
from underwriting.desk.words import moment, number, product_name
from underwriting.enums import BatchStatus
from underwriting.imports.batch_columns import contract_of
from underwriting.imports.batch_template import template_columns, template_row
from underwriting.models import Batch
from underwriting.selectors.batches import batch_by_id
from underwriting.selectors.consents import consent_texts
from underwriting.selectors.terms import product_terms
from underwriting.services.batch_downloads import refusals_read, results_read
from underwriting.services.batches import Asked, batch_cancel, batch_resume, batch_send

VIEW, SEND = "underwriting.view_batch", "underwriting.send_batch"
FOLDER = "admin/underwriting/batch"
STOP_POLLING = 286
"""htmx ends its polling when it is answered so."""
DOWNLOADS = {
    "results.csv": gettext_lazy("Decisions as CSV"),
    "results.parquet": gettext_lazy("Decisions as Parquet"),
    "errors.csv": gettext_lazy("Refused rows as CSV"),
}


class BatchAdmin(DeskList[Batch]):
    list_title = gettext_lazy("Batches")
    empty_words = gettext_lazy(
        "No file yet. Send one with applications, or let a partner send one by the API: each row is"
        " decided as if it had come alone."
    )
    list_display = ("words", "product_words", "state", "row_count", "partner_words", "sent")
    list_select_related = ("product", "partner")
    list_filter = ("status",)
    ordering = ("-created_at",)
    change_list_template = f"{FOLDER}/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        def at(place: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
            return path(place, self.admin_site.admin_view(view), name=f"underwriting_batch_{name}")

        looked, sends = permission_needed(VIEW), permission_needed(SEND)
        one = "<uuid:batch_id>"
        return [
            at("new/", sends(self.new), "new"),
            at("template/<slug:slug>.csv", sends(self.template), "template"),
            at(f"{one}/live/", looked(self.live), "live"),
            at(f"{one}/cancel/", self.cancel, "cancel"),
            at(f"{one}/resume/", self.resume, "resume"),
            at(f"{one}/retry/<int:number>/", self.retry, "retry"),
            at(f"{one}/download/<str:action>", self.download, "download"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"may_send": allowed(request, SEND), **(extra_context or {})}
        return super().changelist_view(request, context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One batch: how far it is, then what came of it."""
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        if not self.has_view_permission(request, found) or request.method == "POST":
            return super().change_view(request, object_id, form_url, extra_context)
        return self._rendered(request, "page", found.id)

    def live(self, request: HttpRequest, batch_id: UUID) -> HttpResponse:
        """What moves, for a page that asks every two seconds; once it is over, the page itself."""
        response = self._rendered(request, "live", batch_id)
        if response.context_data and not response.context_data["shown"].active:
            response.status_code = STOP_POLLING
            response.headers["HX-Refresh"] = "true"
        return response

    def new(self, request: HttpRequest) -> HttpResponse:
        """Send a file; what it says is refused here where its beginning shows it."""

        def call(cleaned: dict[str, Any]) -> HttpResponse:
            batch = batch_send(
                **place_of(request),
                asked=_asked(request, cleaned),
                stream=cleaned["file"].file,
                name=cleaned["file"].name,
            )
            return redirect("admin:underwriting_batch_change", batch.id)

        organization_id = organization_of(request)
        context = _choices(organization_id, writes=request.method == "POST")
        posted = (request.POST, request.FILES) if request.method == "POST" else ()
        page = ServicePage(
            admin=self,
            permission=SEND,
            form=BatchForm(
                *posted,
                request=request,
                products=context["columns_of"],
                languages=context["languages"],
            ),
            call=call,
            title=_("Send a file of applications"),
            lead=_(
                "Each row becomes an application and is decided as one that comes by the API. Rows"
                " that do not hold are listed with what is wrong with them."
            ),
            button=_("Send the file"),
            done="",
            extra=context,
        )
        answer = page.answer(request)
        if isinstance(answer, TemplateResponse):
            answer.template_name = f"{FOLDER}/new.html"
        return answer

    def template(self, request: HttpRequest, slug: str) -> HttpResponse:
        """The columns of a product's files, with one row that would be taken."""
        try:
            terms = product_terms(organization_of(request), slug).terms
        except NotFound as error:
            raise Http404 from error
        contract, out = contract_of(terms, "en"), io.StringIO()
        csv.writer(out).writerows([template_columns(contract), template_row(contract, terms)])
        response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{slug}.csv"'
        return response

    def download(self, request: HttpRequest, batch_id: UUID, action: str) -> HttpResponseBase:
        """Posted, because an answer that streams reads after its page's transaction would end."""
        if request.method != "POST" or action not in DOWNLOADS:
            raise Http404
        organization_id = organization_of(request)
        if not allowed(request, VIEW):
            raise PermissionDenied
        with enter(organization_id, read_only=True):
            batch = _found(request, batch_id)
        what, _dot, form = action.partition(".")
        own = {"organization_id": organization_id, "batch_id": batch.id}
        if what == "errors":
            lines = error_lines(refusals_read(**own), CSV)
        else:
            units = batch.product.minor_units
            lines = result_lines(results_read(**own), PARQUET if form == PARQUET else CSV, units)
        return download(lines, form, f"batch-{batch.id.hex[-8:]}-{what}")

    def cancel(self, request: HttpRequest, batch_id: UUID) -> HttpResponse:
        return self._confirmed(
            request,
            batch_id,
            batch_cancel,
            title=_("Stop this batch?"),
            lead=_("It stops before its next part. What is decided by then stays decided."),
            button=_("Stop the batch"),
        )

    def resume(self, request: HttpRequest, batch_id: UUID) -> HttpResponse:
        return self._confirmed(
            request,
            batch_id,
            batch_resume,
            title=_("Take this batch up again?"),
            lead=_("Only what was left is decided; nothing is decided twice."),
            button=_("Take it up again"),
        )

    def retry(self, request: HttpRequest, batch_id: UUID, number: int) -> HttpResponse:
        return self._confirmed(
            request,
            batch_id,
            lambda **place: batch_resume(**place, chunk_number=number),
            title=_("Try part %(number)s again?") % {"number": number},
            lead=_("Only its rows are decided; nothing is decided twice."),
            button=_("Try it again"),
        )

    def _confirmed(
        self,
        request: HttpRequest,
        batch_id: UUID,
        service: Callable[..., None],
        **words: Any,
    ) -> HttpResponse:
        def call(cleaned: dict[str, Any]) -> HttpResponse:
            service(**place_of(request), batch_id=batch_id)
            return redirect("admin:underwriting_batch_change", batch_id)

        known_or_404(request, Batch.objects.all(), batch_id)
        form = ConfirmForm(request.POST if request.method == "POST" else None)
        return ServicePage(
            admin=self, permission=SEND, form=form, call=call, done="", **words
        ).answer(request)

    def _rendered(self, request: HttpRequest, name: str, batch_id: UUID) -> TemplateResponse:
        batch = _found(request, batch_id)
        shown = Shown.of(batch, _sender(batch))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": batch.name,
            "batch": batch,
            "shown": shown,
            "may_send": allowed(request, SEND),
            "downloads": list(DOWNLOADS.items()),
            "list_url": reverse("admin:underwriting_batch_changelist"),
        }
        return TemplateResponse(request, f"{FOLDER}/{name}.html", context)

    @admin.display(description=gettext_lazy("File"), ordering="name")
    def words(self, batch: Batch) -> str:
        return batch.name

    @admin.display(description=gettext_lazy("Product"))
    def product_words(self, batch: Batch) -> str:
        return product_name(batch.product)

    @admin.display(description=gettext_lazy("State"), ordering="status")
    def state(self, batch: Batch) -> SafeString:
        tag = TAGS.get(BatchStatus(batch.status), "")
        return format_html('<span class="tag {}">{}</span>', tag, batch.get_status_display())

    @admin.display(description=gettext_lazy("Rows"), ordering="rows")
    def row_count(self, batch: Batch) -> str:
        return "" if batch.rows is None else number(batch.rows)

    @admin.display(description=gettext_lazy("Partner"))
    def partner_words(self, batch: Batch) -> str:
        return batch.partner.name if batch.partner else ""

    @admin.display(description=gettext_lazy("Sent"), ordering="created_at")
    def sent(self, batch: Batch) -> str:
        return moment(batch.created_at)


def _found(request: HttpRequest, batch_id: UUID) -> Batch:
    try:
        return batch_by_id(organization_of(request), batch_id)
    except NotFound as error:
        raise Http404 from error


def _sender(batch: Batch) -> str:
    """A colleague, or the key by its name."""
    organization_id, kind, found = batch.organization_id, batch.created_by_kind, batch.created_by_id
    if kind == "api_key":
        return key_names(organization_id, [found]).get(found, actor_name(kind, found, {}))
    return actor_name(kind, found, colleagues(organization_id))


def _asked(request: HttpRequest, cleaned: dict[str, Any]) -> Asked:
    """What the form says, with the consents that its sender attests, in the words in force."""
    organization_id, slug = organization_of(request), cleaned["product"]
    with enter(organization_id, read_only=True):
        texts = consent_texts(
            organization_id=organization_id,
            language=cleaned["language"],
            purposes=product_terms(organization_id, slug).terms.purposes,
        )
    return Asked(
        product_slug=slug,
        partner_id=None,
        language=cleaned["language"],
        consents=[{"purpose": text.purpose, "text_hash": text.content_hash} for text in texts],
        decimal_mark=cleaned["decimal_mark"],
    )


def _choices(organization_id: UUID, *, writes: bool) -> dict[str, Any]:
    """Products, languages and consents to choose from; a posting view has no transaction yet."""
    if writes:
        with enter(organization_id, read_only=True):
            return _choices(organization_id, writes=False)
    organization = organization_current()
    products = products_all(organization_id)
    texts = [
        text
        for language in organization.languages
        for text in consent_texts(organization_id=organization_id, language=language)
    ]
    return {
        "columns_of": [(product.slug, product_name(product)) for product in products],
        "languages": [
            (code, get_language_info(code)["name_local"].capitalize())
            for code in organization.languages
        ],
        "texts": texts,
    }
