"""Models on the desk: the list, a model's page, and everything that may be asked of it there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
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
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk.changes import place_of
from accounts.desk.pages import ServicePage
from scoring.desk.inventory import InventoryForm
from scoring.desk.model_page import SEES_PROTECTED, model_context
from scoring.desk.model_words import ASKS, ModelForm, ReasonForm, day, model_name, posted, tag
from scoring.documents.page import page_of
from scoring.enums import DocumentKind, Edition, ModelStatus, Move
from scoring.models import ModelDocument, ModelVersion, Product
from scoring.selectors.models import model_version_by_id
from scoring.services.bundles import model_export, model_import
from scoring.services.championships import champion_demote
from scoring.services.inventory import Entry, entry_suggested, inventory_record
from scoring.services.moves import VALID_FOR
from scoring.services.packs import document_make
from scoring.services.requests import move_request
from tenancy.admin import TenantAdmin
from tenancy.context import current_organization_id
from tenancy.enter import enter
from tenancy.errors import NotFound

PAGE = "admin:scoring_modelversion_change"
ASKED_FOR = (Move.VALIDATE, Move.CHALLENGE, Move.PROMOTE, Move.RETIRE)
LEADS = {
    Move.VALIDATE: gettext_lazy(
        "Somebody other than you, and other than whoever trained it, looks at the evidence and"
        " answers. A validation holds until a day; after it the model decides nothing."
    ),
    Move.CHALLENGE: gettext_lazy(
        "It scores every application beside the model in charge, after the decision, and decides"
        " nothing. Somebody else answers."
    ),
    Move.PROMOTE: gettext_lazy("Two people other than you answer; then it decides at once."),
    Move.RETIRE: gettext_lazy("It never comes back. Somebody else answers."),
}


class ValidationForm(ReasonForm):
    valid_until = forms.DateField(
        label=gettext_lazy("Valid until"),
        help_text=gettext_lazy("Two years from now at most."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_valid_until(self) -> datetime:
        return datetime.combine(self.cleaned_data["valid_until"], time.max, UTC)


class DocumentForm(ModelForm):
    edition = forms.ChoiceField(label=gettext_lazy("Edition"))

    def __init__(self, *args: Any, protected: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["edition"]
        if isinstance(field, forms.ChoiceField):
            field.choices = Edition.choices if protected else Edition.choices[:1]


class ImportForm(ModelForm):
    renamed = {"product_slug": "product"}

    product = forms.ChoiceField(label=gettext_lazy("Product"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A signed file that another installation of Assay has written."),
    )

    def __init__(self, *args: Any, products: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["product"]
        if isinstance(field, forms.ChoiceField):
            field.choices = products


@admin.register(ModelVersion)
class ModelVersionAdmin(TenantAdmin[ModelVersion]):
    list_display = ("name", "product", "state", "valid", "auc", "registered_at")
    list_filter = ("status", "family")
    list_select_related = ("product",)
    ordering = ("product", "-number")
    change_list_template = "admin/scoring/modelversion/list.html"

    def get_urls(self) -> list[URLPattern]:
        def at(place: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
            return path(
                place, self.admin_site.admin_view(view), name=f"scoring_modelversion_{name}"
            )

        return [
            at("import/", self.bring_in, "import"),
            at("<uuid:model_id>/ask/<slug:move>/", self.ask, "ask"),
            at("<uuid:model_id>/demote/", self.demote, "demote"),
            at("<uuid:model_id>/inventory/", self.inventory, "inventory"),
            at("<uuid:model_id>/write/<slug:kind>/", self.write, "write"),
            at("<uuid:model_id>/export/", self.export, "export"),
            at("documents/<uuid:document_id>/<slug:form>/", self.document, "document"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "title": _("Models"),
            "empty_words": _(
                "No model yet. Train some on past loans, or begin with points set by hand."
            ),
            "may_import": request.user.has_perm(ASKS),
        }
        page: HttpResponse = super().changelist_view(request, {**context, **(extra_context or {})})
        return page

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A page to read; its buttons lead to pages that ask."""
        version = self.get_object(request, object_id)
        if version is None or not self.has_view_permission(request, version):
            raise Http404
        context = {**self.admin_site.each_context(request), **model_context(request, version)}
        return TemplateResponse(request, "admin/scoring/modelversion/model.html", context)

    def ask(self, request: HttpRequest, model_id: UUID, move: str) -> HttpResponse:
        if move not in ASKED_FOR:
            raise Http404
        wanted = Move(move)
        until = {"valid_until": (datetime.now(UTC) + VALID_FOR).date()}
        form = (
            ValidationForm(posted(request), initial=until)
            if wanted == Move.VALIDATE
            else ReasonForm(posted(request))
        )

        def call(data: dict[str, Any]) -> HttpResponse:
            move_request(**place_of(request), model_version_id=model_id, move=wanted, **data)
            return done(request, model_id, _("Asked: somebody else answers."))

        return self._page(
            request,
            model_id,
            form,
            call,
            title=str(wanted.label),
            lead=str(LEADS[wanted]),
            button=_("Ask for it"),
        )

    def demote(self, request: HttpRequest, model_id: UUID) -> HttpResponse:
        """The safe direction: whoever asks or answers may do it, alone and at once."""

        def call(data: dict[str, Any]) -> HttpResponse:
            champion_demote(**place_of(request), model_version_id=model_id, **data)
            return done(request, model_id, _("Done. Nothing is decided or scored by it any more."))

        asks = request.user.has_perm(ASKS)
        return self._page(
            request,
            model_id,
            ReasonForm(posted(request)),
            call,
            permission=ASKS if asks else "scoring.answer_model_move",
            title=_("Take out of charge or out of the shadow"),
            lead=_(
                "It takes effect with the next application. If the model is in charge, every"
                " application of the product goes to a person until another takes over."
            ),
            button=_("Take it out"),
        )

    def inventory(self, request: HttpRequest, model_id: UUID) -> HttpResponse:
        with seen(request, model_id) as version:
            begun = entry_suggested(version, str(request.user.pk))
            latest = version.inventory.order_by("-number").first()

        def call(data: dict[str, Any]) -> HttpResponse:
            inventory_record(**place_of(request), model_version_id=model_id, entry=Entry(**data))
            return done(request, model_id, _("The entry was recorded."))

        return self._page(
            request,
            model_id,
            InventoryForm.about(latest or begun, version.organization_id, posted(request)),
            call,
            title=_("Inventory entry"),
            lead=_("A change appends an entry; earlier ones stay."),
            button=_("Record"),
        )

    def write(self, request: HttpRequest, model_id: UUID, kind: str) -> HttpResponse:
        if kind not in DocumentKind.values:
            raise Http404
        protected = request.user.has_perm(SEES_PROTECTED)

        def call(data: dict[str, Any]) -> HttpResponse:
            document_make(
                **place_of(request),
                model_version_id=model_id,
                kind=DocumentKind(kind),
                edition=Edition(data["edition"]),
            )
            return done(request, model_id, _("The document was written."))

        return self._page(
            request,
            model_id,
            DocumentForm(posted(request), protected=protected),
            call,
            permission="scoring.view_modelevidence",
            title=str(DocumentKind(kind).label),
            lead=_(
                "Written from all that is kept about the model; refused while a part is missing."
            ),
            button=_("Write it"),
        )

    def document(self, request: HttpRequest, document_id: UUID, form: str) -> HttpResponse:
        """The file, as it was made."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = ModelDocument.objects.filter(organization_id=here(request), id=document_id).first()
        if found is None or form not in ("pdf", "html"):
            raise Http404
        if found.edition == Edition.COMPLIANCE and not request.user.has_perm(SEES_PROTECTED):
            raise PermissionDenied
        name = f"{slugify(found.content['title'])}.{form}"
        if form == "pdf":
            return download(bytes(found.pdf), "application/pdf", name)
        page = page_of(found.content, found.content_hash)
        return download(page.encode(), "text/html; charset=utf-8", name)

    def export(self, request: HttpRequest, model_id: UUID) -> HttpResponse:
        def call(_data: dict[str, Any]) -> HttpResponse:
            data = model_export(**place_of(request), model_version_id=model_id)
            return download(data, "application/octet-stream", f"model-{model_id}.assay")

        return self._page(
            request,
            model_id,
            ModelForm(posted(request)),
            call,
            title=_("Take the model out"),
            lead=_(
                "One signed file with the model, its dictionary, figures and card, which another"
                " installation can check and bring in. Taking it out is recorded."
            ),
            button=_("Download"),
        )

    def bring_in(self, request: HttpRequest) -> HttpResponse:
        with enter_where_needed(request):
            products = [
                (product.slug, product.slug)
                for product in Product.objects.filter(organization_id=here(request)).order_by(
                    "slug"
                )
            ]
        form = ImportForm(posted(request), request.FILES or None, products=products)

        def call(data: dict[str, Any]) -> HttpResponse:
            version = model_import(
                **place_of(request), product_slug=data["product"], data=data["file"].read()
            )
            return done(request, version.id, _("The model was brought in as a draft."))

        return ServicePage(
            admin=self,
            permission=ASKS,
            form=form,
            call=call,
            title=_("Bring a model in"),
            lead=_("It becomes a draft here: nobody here has validated it."),
            button=_("Bring it in"),
            done="",
        ).answer(request)

    @admin.display(description=gettext_lazy("Model"), ordering="number")
    def name(self, version: ModelVersion) -> str:
        return model_name(version)

    @admin.display(description=gettext_lazy("State"), ordering="status")
    def state(self, version: ModelVersion) -> SafeString:
        return tag(version.status, ModelStatus(version.status).label)

    @admin.display(description=gettext_lazy("Valid until"), ordering="valid_until")
    def valid(self, version: ModelVersion) -> SafeString | str:
        if version.valid_until and version.valid_until <= datetime.now(UTC) + timedelta(days=60):
            return format_html('<span class="tag warn">{}</span>', day(version.valid_until))
        return day(version.valid_until)

    @admin.display(description="AUC")
    def auc(self, version: ModelVersion) -> str:
        found = (version.metrics.get("holdout") or {}).get("auc")
        return f"{found:.3f}" if found is not None else "–"

    def _page(
        self,
        request: HttpRequest,
        model_id: UUID,
        form: ModelForm,
        call: Callable[[dict[str, Any]], HttpResponse],
        permission: str = ASKS,
        **words: str,
    ) -> HttpResponse:
        with seen(request, model_id) as version:
            named = f"{version.product.slug}, {model_name(version)}"
        page = ServicePage(
            admin=self,
            permission=permission,
            form=form,
            call=call,
            done="",
            extra={"named": named, "list_url": reverse(PAGE, args=[model_id])},
            **words,
        )
        return page.answer(request)


@contextmanager
def enter_where_needed(request: HttpRequest) -> Iterator[None]:
    """Pages that are shown read in their tenant already; what is posted does not."""
    organization_id = current_organization_id()
    if request.method != "POST" or organization_id is None:
        yield
        return
    with enter(organization_id, read_only=True):
        yield


@contextmanager
def seen(request: HttpRequest, model_id: UUID) -> Iterator[ModelVersion]:
    """The version, or 404 for another lender's too."""
    organization_id = here(request)
    with enter_where_needed(request):
        try:
            version = model_version_by_id(organization_id, model_id)
        except NotFound as error:
            raise Http404 from error
        yield version


def here(request: HttpRequest) -> UUID:
    """The lender whose page it is."""
    organization_id = current_organization_id()
    if organization_id is None:
        raise Http404
    return organization_id


def done(request: HttpRequest, model_id: UUID, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect(PAGE, model_id)


def download(data: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
