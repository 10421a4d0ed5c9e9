"""Connectors on the desk: whom each product asks, and the form that sets one up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.desk.changes import place_of
from accounts.desk.forms import ServiceForm
from accounts.desk.pages import ServicePage
from scoring.models import Product
from tenancy.enter import enter
from tenancy.enums import Mode
from tenancy.selectors import organization_current
from underwriting.connectors.contract import BUREAU_PURPOSES, CHECK_PURPOSES, Kind
from underwriting.connectors.settings import HTTP_JSON, STUB, ConnectorSettings
from underwriting.desk.checks import INQUIRIES, KINDS, PURPOSES
from underwriting.desk.lists import DeskList
from underwriting.desk.place import allowed, organization_of
from underwriting.desk.words import moment, product_name
from underwriting.models import ConnectorSetting
from underwriting.selectors.connectors import settings_in_use
from underwriting.services.connectors import MANAGE, connector_set

NAMES: Mapping[str, Promise] = {
    STUB: _("Stub with personas, for test mode"),
    HTTP_JSON: _("A vendor, by JSON over HTTPS"),
}


class ConnectorForm(ServiceForm):
    """One form for all kinds: what a kind has no use for is not on it."""

    connector = forms.ChoiceField(label=_("Connector"))
    enabled = forms.BooleanField(label=_("In use"), required=False, initial=True)
    inquiry = forms.ChoiceField(
        label=_("Inquiry"),
        choices=list(INQUIRIES.items()),
        help_text=_("A hard one is seen by others and may cost the applicant points."),
    )
    purpose = forms.ChoiceField(
        label=_("Permissible purpose"),
        choices=[(each.value, PURPOSES[each.value]) for each in BUREAU_PURPOSES],
    )
    prequalifies = forms.BooleanField(
        label=_("Asked for prequalifications too"),
        required=False,
        help_text=_("Softly, with the consent to a bureau inquiry. Nobody is asked without."),
    )
    agency_name = forms.CharField(label=_("Agency: name"), max_length=300)
    agency_address = forms.CharField(label=_("Agency: address"), max_length=300)
    agency_phone = forms.CharField(
        label=_("Agency: telephone"), max_length=300, help_text=_("Notices name it (R11).")
    )
    fields_filled = forms.CharField(
        label=_("Fields filled"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A line each: field of the dictionary = attribute of the report."),
    )
    timeout_ms = forms.IntegerField(
        label=_("Wait for an answer, in milliseconds"), min_value=100, max_value=20_000,
        initial=5_000,
    )  # fmt: skip
    most_attempts = forms.IntegerField(
        label=_("Attempts at most"), min_value=1, max_value=10, initial=3
    )
    backoff_seconds = forms.IntegerField(
        label=_("Seconds until the second attempt"), min_value=1, max_value=3_600, initial=30,
        help_text=_("Twice as long before each further one."),
    )  # fmt: skip
    give_up_minutes = forms.IntegerField(
        label=_("Minutes until it is given up"), min_value=1, max_value=10_080, initial=60
    )
    valid_days = forms.IntegerField(
        label=_("Days an answer stays valid"), min_value=0, max_value=365, initial=0,
        help_text=_("Within them the same customer is not asked about again."),
    )  # fmt: skip
    url = forms.CharField(
        label=_("Address"), required=False, max_length=500, help_text=_("Begins with https://")
    )
    secret_header = forms.CharField(
        label=_("Header of the secret"), required=False, initial="Authorization", max_length=61
    )
    secret = forms.CharField(
        label=_("Secret"),
        required=False,
        max_length=2_000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("The whole value of that header. Left empty, the last one stays."),
    )
    headers = forms.CharField(
        label=_("Other headers"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A line each: name = value."),
    )  # fmt: skip
    send = forms.CharField(
        label=_("Request"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A line each: place in the vendor’s request = place in ours (/subject/email)."),
    )  # fmt: skip
    take = forms.CharField(
        label=_("Answer"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A line each: place in our report = place in the vendor’s answer."),
    )  # fmt: skip

    OF_BUREAU = (
        "inquiry", "purpose", "prequalifies", "agency_name", "agency_address", "agency_phone",
        "fields_filled",
    )  # fmt: skip
    NUMBERS = (
        "timeout_ms", "most_attempts", "backoff_seconds", "give_up_minutes", "valid_days",
    )  # fmt: skip
    renamed = {"fields": "fields_filled", "http": "url", "agency": "agency_name"}

    def __init__(self, *args: Any, kind: str, test: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind != Kind.BUREAU:
            for name in self.OF_BUREAU:
                del self.fields[name]
        connector = self.fields["connector"]
        if isinstance(connector, forms.ChoiceField):
            names = (STUB, HTTP_JSON) if test else (HTTP_JSON,)
            connector.choices = [(name, NAMES[name]) for name in names]

    def document(self) -> dict[str, Any]:
        """The settings document of what was typed; the service says what is wrong with it."""
        data = self.cleaned_data
        found: dict[str, Any] = {
            "schema": "assay.connector/1",
            "kind": self.kind,
            "connector": data["connector"],
            "enabled": data["enabled"],
            **{name: data[name] for name in self.NUMBERS},
        }
        if self.kind == Kind.BUREAU:
            found |= {name: data[name] for name in ("inquiry", "purpose", "prequalifies")}
            found["agency"] = {
                name: data[f"agency_{name}"] for name in ("name", "address", "phone")
            }
            found["fields"] = _pairs(data["fields_filled"])
        else:
            found |= {"inquiry": "none", "purpose": CHECK_PURPOSES[Kind(self.kind)].value}
        if data["connector"] == HTTP_JSON:
            found["http"] = {
                "url": data["url"],
                "secret_header": data["secret_header"] or "Authorization",
                **{name: _pairs(data[name]) for name in ("headers", "send", "take")},
            }
        return found


@dataclass(frozen=True, slots=True)
class Use:
    """One kind of one product on the page."""

    kind: str
    name: str
    setting: ConnectorSetting | None
    lines: Sequence[tuple[str, str]]


class ConnectorSettingAdmin(DeskList[ConnectorSetting]):
    """The list is of products: each with whom it asks."""

    list_title = _("Connectors")

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.set_up)
        name = "underwriting_connectorsetting_set"
        return [path("set/<slug:slug>/<str:kind>/", page, name=name), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        organization_id = organization_of(request)
        products = Product.objects.filter(organization_id=organization_id).order_by("slug")
        context = {
            **self.admin_site.each_context(request),
            "title": self.list_title,
            "products": [
                {"slug": each.slug, "name": product_name(each), "uses": _uses(each)}
                for each in products
            ],
            "may_change": allowed(request, MANAGE),
        }
        return TemplateResponse(request, "admin/desk/connectors.html", context)

    def change_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """What is in force stands on the list."""
        raise Http404

    def set_up(self, request: HttpRequest, slug: str, kind: str) -> HttpResponse:
        if not allowed(request, MANAGE):
            raise PermissionDenied
        product, initial, test = _standing(request, slug, kind)
        posted = request.POST if request.method == "POST" else None
        form = ConnectorForm(posted, initial=initial, kind=kind, test=test)

        def call(data: dict[str, Any]) -> None:
            connector_set(
                **place_of(request),
                product_slug=slug,
                document=form.document(),
                secret=data["secret"] or None,
            )

        return ServicePage(
            admin=self,
            permission=MANAGE,
            form=form,
            call=call,
            title=str(KINDS[kind]),
            lead=gettext("From now on applications for this product are decided after asking."),
            button=gettext("Put in force"),
            done=gettext("In force. The test twin asks the stub in the same way."),
            extra={"named": product},
        ).answer(request)


def _standing(request: HttpRequest, slug: str, kind: str) -> tuple[str, dict[str, Any], bool]:
    """The product, what is in force there, and whether this is test mode."""
    if kind not in KINDS:
        raise Http404
    organization_id = organization_of(request)
    if request.method != "POST":
        return _found(organization_id, slug, kind)
    with enter(organization_id, read_only=True):
        return _found(organization_id, slug, kind)


def _found(organization_id: UUID, slug: str, kind: str) -> tuple[str, dict[str, Any], bool]:
    product = Product.objects.filter(organization_id=organization_id, slug=slug).first()
    if product is None:
        raise Http404
    setting = settings_in_use(organization_id, product.id).filter(kind=kind).first()
    test = organization_current().mode == Mode.TEST
    return product_name(product), _typed(setting) if setting else {}, test


def _typed(setting: ConnectorSetting) -> dict[str, Any]:
    """Settings in force as the form shows them again; the secret is shown to nobody."""
    settings = ConnectorSettings.parse(setting.document)
    found: dict[str, Any] = settings.model_dump(mode="json")
    found["fields_filled"] = _lines(settings.fields)
    if settings.agency:
        found |= {f"agency_{name}": text for name, text in settings.agency.model_dump().items()}
    if settings.http:
        http = settings.http
        found |= {"url": http.url, "secret_header": http.secret_header}
        found |= {name: _lines(getattr(http, name)) for name in ("headers", "send", "take")}
    return found


def _uses(product: Product) -> list[Use]:
    there = {each.kind: each for each in settings_in_use(product.organization_id, product.id)}
    return [
        Use(kind, str(name), there.get(kind), _figures(there[kind]) if kind in there else ())
        for kind, name in KINDS.items()
    ]


def _figures(setting: ConnectorSetting) -> list[tuple[str, str]]:
    settings = ConnectorSettings.parse(setting.document)
    found = [
        (gettext("Connector"), str(NAMES[setting.connector])),
        (gettext("Purpose"), str(PURPOSES[setting.purpose])),
        (gettext("Inquiry"), str(INQUIRIES.get(setting.inquiry, ""))),
        (gettext("Prequalifications"), gettext("Asked softly") if settings.prequalifies else ""),
        (gettext("Agency"), settings.agency.name if settings.agency else ""),
        (gettext("Address"), settings.http.url if settings.http else ""),
        (gettext("Attempts at most"), str(settings.most_attempts)),
        (gettext("Days an answer stays valid"), str(settings.valid_days)),
        (gettext("Fields filled"), ", ".join(settings.fields)),
        (gettext("Since"), moment(setting.made_at)),
    ]
    return [(name, text) for name, text in found if text]


def _pairs(text: str) -> dict[str, str]:
    """Lines of `name = value`; a line without the sign stands with nothing, and is refused."""
    split = (line.partition("=") for line in text.splitlines() if line.strip())
    return {name.strip(): value.strip() for name, _sign, value in split}


def _lines(pairs: Mapping[str, str]) -> str:
    return "\n".join(f"{name} = {value}" for name, value in pairs.items())
