"""Data sets on the desk: the list, one of them with its leaks, and the forms that call services."""

from collections.abc import Callable, Mapping
from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk.changes import place_of
from accounts.desk.forms import ConfirmForm
from accounts.desk.pages import ServicePage
from accounts.models import Membership
from ml.dictionary import Dictionary
from scoring.desk.dataset_forms import AcceptanceForm, RegisterForm
from scoring.desk.dataset_sources import SOURCES
from scoring.desk.dataset_words import condition_words, leak_words, source_words
from scoring.desk.exploration import ExplorationPages
from scoring.enums import AnswerStatus
from scoring.models import Dataset, LeakageAcceptance, OutcomeDefinition
from scoring.selectors.datasets import (
    dataset_by_id,
    leakage_acceptance,
    leakage_accepted,
    leakage_of,
    study_latest,
)
from scoring.selectors.products import products_all
from scoring.services.leakage import (
    fields_to_leave_out,
    leakage_acceptance_answer,
    leakage_acceptance_request,
    leakage_check,
)
from scoring.services.training import training_request
from tenancy.admin import TenantAdmin
from tenancy.context import current_organization_id
from tenancy.enter import enter
from tenancy.errors import NotFound

REGISTER, TRAIN = "scoring.register_dataset", "scoring.train_model"
ASK, ANSWER, PROTECTED = (
    "scoring.request_leakage_acceptance",
    "scoring.answer_leakage",
    "scoring.view_protected",
)
SHOWN = 8
View = Callable[..., HttpResponse]


@admin.register(Dataset)
class DatasetAdmin(ExplorationPages, TenantAdmin[Dataset]):
    """The list; one data set's page is put together in `change_view`."""

    list_display = (
        "product", "registered", "origin", "rows", "goods", "bads", "excluded", "alarm",
    )  # fmt: skip
    list_filter = ("product",)
    list_select_related = ("product",)
    ordering = ("-registered_at",)
    change_list_template = "admin/scoring/dataset/list.html"

    def get_urls(self) -> list[URLPattern]:
        own = [
            self.at("register/", self.register, "register"),
            self.at("<uuid:dataset_id>/train/", self.train, "train"),
            self.at("<uuid:dataset_id>/train/without/", self.train_without, "train_without"),
            self.at("<uuid:dataset_id>/acceptance/", self.ask, "ask"),
            self.at("acceptance/<uuid:acceptance_id>/accept/", self.accept, "accept"),
            self.at("acceptance/<uuid:acceptance_id>/refuse/", self.refuse, "refuse"),
            *self.exploration_urls(),
        ]
        return [*own, *super().get_urls()]

    def at(self, place: str, view: View, name: str) -> URLPattern:
        return path(place, self.admin_site.admin_view(view), name=f"scoring_dataset_{name}")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        words = _("No data set yet. Import past loans, or register one from what was decided here.")
        context = {
            "title": _("Data sets"),
            "empty_words": words,
            "may_register": request.user.has_perm(REGISTER),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    @admin.display(description=gettext_lazy("Registered"), ordering="registered_at")
    def registered(self, dataset: Dataset) -> Any:
        return dataset.registered_at

    @admin.display(description=gettext_lazy("Rows from"))
    def origin(self, dataset: Dataset) -> str:
        return source_words(dataset.source)

    @admin.display(description=gettext_lazy("Leaks"))
    def alarm(self, dataset: Dataset) -> SafeString:
        count = len(leakage_of(dataset)["findings"])
        if not count:
            return format_html('<span class="tag good">{}</span>', _("none found"))
        return format_html('<span class="tag bad">{}</span>', count)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        dataset = self.wanted(request, object_id)
        dictionary = Dictionary.parse(dataset.dictionary_version.document)
        leaks = leakage_of(dataset)
        features = dictionary.model_inputs()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Data set of %(product)s") % {"product": dataset.product.slug},
            "dataset": dataset,
            "origin": source_words(dataset.source),
            "exclusions": [
                (condition_words(each, dictionary), each["reason"], each["rows"])
                for each in dataset.exclusions
            ],
            "leaks": leaks,
            "findings": [
                (each["fields"], each["code"], leak_words(each, dictionary))
                for each in leaks["findings"]
            ],
            "leave_out": fields_to_leave_out(dataset, features),
            "learnable": not fields_to_leave_out(dataset, features)
            or bool(leakage_accepted(dataset)),
            "acceptance": _acceptance(dataset),
            "study": study_latest(dataset),
            "may_ask": request.user.has_perm(ASK),
            "may_answer": request.user.has_perm(ANSWER),
            "may_train": request.user.has_perm(TRAIN),
            "sees_protected": request.user.has_perm(PROTECTED),
            "me": str(request.user.pk),
        }
        return TemplateResponse(request, "admin/scoring/dataset/dataset.html", context)

    def wanted(self, request: HttpRequest, dataset_id: str | UUID) -> Dataset:
        """The data set of this page; nobody learns whether another lender's is there."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            identifier = dataset_id if isinstance(dataset_id, UUID) else UUID(dataset_id)
            return dataset_by_id(_organization(), identifier)
        except (ValueError, NotFound) as error:
            raise Http404 from error

    def register(self, request: HttpRequest) -> HttpResponse:
        """The form; what it registers is done in the request and shown at once."""
        if not request.user.has_perm(REGISTER):
            raise PermissionDenied
        form = RegisterForm(request.POST or None, **self._offered(request))

        def call(data: dict[str, Any]) -> HttpResponse:
            dataset = SOURCES[data["source"]].register(
                **place_of(request),
                product_slug=data["product"],
                period=form.period,
                exclusions=data["exclusions"],
                as_of=data["as_of"],
                definition=data["definition"] and data["definition"][1],
            )
            return redirect("admin:scoring_dataset_change", dataset.id)

        return ServicePage(
            admin=self,
            permission=REGISTER,
            form=form,
            call=call,
            title=_("Register a data set"),
            lead=_(
                "Its rows are copied as they are now, and searched for fields that know the"
                " outcome. Nothing changes them afterwards."
            ),
            button=_("Register"),
            done="",
        ).answer(request)

    def _offered(self, request: HttpRequest) -> dict[str, Any]:
        """The form's choices. Pages that are shown read in their tenant already."""
        if request.method != "POST":
            return _choices()
        with enter(_organization(), read_only=True):
            return _choices()

    def train(self, request: HttpRequest, dataset_id: UUID) -> HttpResponse:
        """With every field: refused where one leaks and nobody has accepted it."""
        return self._trained(
            request,
            dataset_id,
            leave_out=False,
            title=_("Train on this data set?"),
            lead=_("Its families are compared as usual. Nobody is put in charge by this."),
        )

    def train_without(self, request: HttpRequest, dataset_id: UUID) -> HttpResponse:
        return self._trained(
            request,
            dataset_id,
            leave_out=True,
            title=_("Train without the leaking fields?"),
            lead=_("They stay in the data set; no model of this training reads them."),
        )

    def _trained(
        self, request: HttpRequest, dataset_id: UUID, *, leave_out: bool, title: str, lead: str
    ) -> HttpResponse:
        def call(_data: dict[str, Any]) -> HttpResponse:
            with enter(_organization(), read_only=True):
                dataset = dataset_by_id(_organization(), dataset_id)
                features = Dictionary.parse(dataset.dictionary_version.document).model_inputs()
                left = fields_to_leave_out(dataset, features) if leave_out else []
                if not leave_out:
                    leakage_check(dataset, features)
            run = training_request(
                **place_of(request),
                product_slug=dataset.product.slug,
                settings={"dataset": str(dataset_id), "leave_out": left},
            )
            return redirect("admin:scoring_trainingrun_change", run.id)

        return ServicePage(
            admin=self,
            permission=TRAIN,
            form=ConfirmForm(request.POST if request.method == "POST" else None),
            call=call,
            title=title,
            lead=lead,
            button=_("Train"),
            done="",
        ).answer(request)

    def ask(self, request: HttpRequest, dataset_id: UUID) -> HttpResponse:
        def call(data: dict[str, Any]) -> HttpResponse:
            leakage_acceptance_request(**place_of(request), dataset_id=dataset_id, **data)
            return redirect("admin:scoring_dataset_change", dataset_id)

        return ServicePage(
            admin=self,
            permission=ASK,
            form=AcceptanceForm(request.POST or None),
            call=call,
            title=_("Learn in spite of the leaks?"),
            lead=_("A second person answers. Until then no training may read these fields."),
            button=_("Ask"),
            done="",
        ).answer(request)

    def accept(self, request: HttpRequest, acceptance_id: UUID) -> HttpResponse:
        return self._answered(
            request,
            acceptance_id,
            accept=True,
            title=_("Accept that these fields are learnt from?"),
            lead=_(
                "Trainings of this data set may read them from then on. Your name stands by it."
            ),
            button=_("Accept"),
        )

    def refuse(self, request: HttpRequest, acceptance_id: UUID) -> HttpResponse:
        return self._answered(
            request,
            acceptance_id,
            accept=False,
            title=_("Refuse?"),
            lead=_("The fields stay out of every training of this data set."),
            button=_("Refuse"),
        )

    def _answered(
        self, request: HttpRequest, acceptance_id: UUID, *, accept: bool, **words: str
    ) -> HttpResponse:
        def call(_data: dict[str, Any]) -> HttpResponse:
            answered = leakage_acceptance_answer(
                **place_of(request), acceptance_id=acceptance_id, accept=accept
            )
            return redirect("admin:scoring_dataset_change", answered.dataset_id)

        return ServicePage(
            admin=self,
            permission=ANSWER,
            form=ConfirmForm(request.POST if request.method == "POST" else None),
            call=call,
            done="",
            extra={"button_class": "" if accept else "bad"},
            **words,
        ).answer(request)


def _choices() -> dict[str, Any]:
    organization_id = _organization()
    products = [each.slug for each in products_all(organization_id)]
    definitions = (
        OutcomeDefinition.objects.filter(organization_id=organization_id)
        .select_related("product")
        .order_by("product__slug", "-number")
    )
    return {
        "products": [(slug, slug) for slug in products],
        "sources": [(each.name, each.label) for each in SOURCES.values()],
        "definitions": [(f"{d.product.slug}:{d.number}", definition_words(d)) for d in definitions],
    }


def definition_words(definition: OutcomeDefinition) -> str:
    return _(
        "%(product)s, definition %(number)s: bad from %(days)s days past due within %(months)s"
        " months"
    ) % {
        "product": definition.product.slug,
        "number": definition.number,
        "days": definition.bad_days_past_due,
        "months": definition.window_months,
    }


def _acceptance(dataset: Dataset) -> dict[str, Any] | None:
    """The newest request, with names instead of ids."""
    asked = leakage_acceptance(dataset)
    if asked is None:
        return None
    return {
        "row": asked,
        "open": asked.status == AnswerStatus.OPEN,
        "asked_by": _name(asked, asked.requested_by_id),
        "answered_by": _name(asked, asked.answered_by) if asked.answered_by else "",
    }


def _name(asked: LeakageAcceptance, person: str) -> str:
    found = (
        Membership.objects.filter(organization_id=asked.organization_id, user_id=person)
        .select_related("user")
        .first()
        if person.isdigit()
        else None
    )
    return found.user.display_name if found else asked.requested_by_kind


def _organization() -> UUID:
    return cast(UUID, current_organization_id())


def leaks_waiting(request: HttpRequest) -> Mapping[str, Any]:
    """For Today: the requests that this person may answer. Inside `enter`."""
    if current_organization_id() is None or not request.user.has_perm(ANSWER):
        return {}
    asked = (
        LeakageAcceptance.objects.filter(organization_id=_organization(), status=AnswerStatus.OPEN)
        .exclude(requested_by_id=str(request.user.pk))
        .select_related("dataset__product")
        .order_by("requested_at")
    )
    return {"leaks_waiting": list(asked[:SHOWN])}
