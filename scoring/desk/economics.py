"""What each product earns, loses and costs, on the desk: read by analysts, stated by a form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk.changes import place_of
from accounts.desk.forms import ServiceForm
from accounts.desk.pages import ServicePage
from scoring.charts import figure_text
from scoring.models import Product, ProductEconomics
from scoring.selectors.economics import economics_latest, fields_that_fit
from scoring.services.economics import economics_publish
from tenancy.admin import TenantAdmin
from tenancy.enter import enter

CHANGES = "scoring.change_economics"
PPM_A_PERCENT = 10_000
MOST_MONEY = {"max_digits": 15, "min_value": Decimal(0)}


def _percent(label: Any, words: Any = "", **more: Any) -> forms.DecimalField:
    settings = {"min_value": Decimal(0), "max_value": Decimal(100), "decimal_places": 4, **more}
    return forms.DecimalField(label=label, help_text=words, **settings)


def _money(label: Any, words: Any = "", **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, help_text=words, **{**MOST_MONEY, **more})


class EconomicsForm(ServiceForm):
    """Amounts in the product's currency, shares in percent; the service takes whole numbers."""

    amount = _money(
        gettext_lazy("Typical amount"),
        gettext_lazy("Used for loans whose own amount is not known."),
        min_value=Decimal("0.01"),
    )
    amount_field = forms.ChoiceField(
        label=gettext_lazy("Field that holds the amount"), required=False
    )
    term_months = forms.IntegerField(
        label=gettext_lazy("Typical term in months"), min_value=1, max_value=600, initial=12
    )
    term_field = forms.ChoiceField(label=gettext_lazy("Field that holds the term"), required=False)
    interest_ppm = _percent(gettext_lazy("Interest a year, in percent"), max_value=Decimal(1000))
    funding_ppm = _percent(
        gettext_lazy("Cost of funding a year, in percent"), max_value=Decimal(1000), initial=0
    )
    fee_ppm = _percent(gettext_lazy("Fee, in percent of the amount"), initial=0)
    fee = _money(gettext_lazy("Fee, a fixed sum"), initial=0)
    loss_given_default_ppm = _percent(
        gettext_lazy("Lost of a bad loan, in percent of the amount"),
        gettext_lazy("What is recovered is already taken off."),
        initial=45,
    )
    earned_before_default_ppm = _percent(
        gettext_lazy("Interest a bad loan has paid by then, in percent of a whole term’s"),
        initial=0,
    )
    cost_per_case = _money(gettext_lazy("Cost of deciding an application"), initial=0)
    cost_per_loan = _money(gettext_lazy("Cost of running a loan"), initial=0)
    bad_accepted = forms.IntegerField(
        label=gettext_lazy("A bad loan accepted weighs as many good ones refused"),
        min_value=1, max_value=1_000, initial=5,
    )  # fmt: skip
    accuracy_ppm = _percent(
        gettext_lazy("Accuracy a model must keep while it finds bads, in percent"), required=False
    )
    approval_floor_ppm = _percent(
        gettext_lazy("Approve at least, in percent of the applications"), required=False
    )
    loss_cap_ppm = _percent(
        gettext_lazy("Lose at most, in percent of what is lent"), required=False
    )
    fairness_floor_ppm = _percent(
        gettext_lazy("Adverse impact ratio at least, in percent"),
        gettext_lazy("80 is the four-fifths rule. Law and policy differ by place: it is a choice."),
        required=False,
    )

    SUMS = ("amount", "fee", "cost_per_case", "cost_per_loan")
    NAMES = ("amount_field", "term_field")

    def __init__(self, *args: Any, named: Mapping[str, Sequence[str]], **kwargs: Any) -> None:
        """`named`: for each member that names a field, those of the dictionary that fit."""
        super().__init__(*args, **kwargs)
        for name in self.NAMES:
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                nothing = ("", _("None: the typical one counts"))
                field.choices = [nothing, *((each, each) for each in named.get(name, ()))]

    def document(self, minor_units: int) -> dict[str, Any]:
        """The economics document of what was typed."""
        found = {name: self._whole(name, minor_units) for name in self.cleaned_data}
        found["costs"] = {"bad_accepted": found.pop("bad_accepted")}
        return found

    def _whole(self, name: str, minor_units: int) -> Any:
        given = self.cleaned_data[name]
        if name in self.SUMS:
            return int(given.scaleb(minor_units))
        if name in self.NAMES:
            return given or None
        return None if given is None else int(given * PPM_A_PERCENT) if "ppm" in name else given


def typed(document: Mapping[str, Any], minor_units: int) -> dict[str, Any]:
    """A published document as the form shows it again."""
    found: dict[str, Any] = {}
    for name, value in document.items():
        if name in EconomicsForm.SUMS:
            found[name] = Decimal(value).scaleb(-minor_units)
        elif name.endswith("_ppm"):
            found[name] = None if value is None else (Decimal(value) / PPM_A_PERCENT).normalize()
        else:
            found[name] = value
    return found | {"bad_accepted": document["costs"]["bad_accepted"]}


@dataclass(frozen=True, slots=True)
class Stated:
    """One product on the list: what was last published, in words."""

    product: Product
    version: ProductEconomics | None
    figures: tuple[tuple[str, str], ...]


@admin.register(ProductEconomics)
class ProductEconomicsAdmin(TenantAdmin[ProductEconomics]):
    """The list is of products: each with what its lender last said."""

    list_display = ("product", "number", "published_at")

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.publish)
        name = "scoring_producteconomics_publish"
        return [path("publish/<slug:slug>/", page, name=name), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        products = Product.objects.filter(organization_id=place_of(request)["organization_id"])
        context = {
            **self.admin_site.each_context(request),
            "title": _("Economics"),
            "stated": [_stated(product) for product in products.order_by("slug")],
            "may_change": request.user.has_perm(CHANGES),
        }
        return TemplateResponse(request, "admin/scoring/producteconomics/list.html", context)

    def publish(self, request: HttpRequest, slug: str) -> HttpResponse:
        """The form, filled with what was last published."""
        product, newest, named = _product(request, slug)
        initial = typed(newest.document, product.minor_units) if newest else {}
        posted = request.POST if request.method == "POST" else None
        form = EconomicsForm(posted, initial=initial, named=named)

        def call(_data: dict[str, Any]) -> None:
            economics_publish(
                **place_of(request),
                product_slug=slug,
                document=form.document(product.minor_units),
            )

        return ServicePage(
            admin=self,
            permission=CHANGES,
            form=form,
            call=call,
            title=_("What a loan earns and costs"),
            lead=_("Profit of models trained from now on is computed with it."),
            button=_("Publish"),
            done=_("Published. Train again to see profit with it."),
            extra={"named": f"{product.slug}, {product.currency}"},
        ).answer(request)


Named = Mapping[str, Sequence[str]]


def _product(request: HttpRequest, slug: str) -> tuple[Product, ProductEconomics | None, Named]:
    """The product and what it says now. Pages that are shown read in their tenant already."""
    if not request.user.has_perm(CHANGES):
        raise PermissionDenied
    organization_id: UUID = place_of(request)["organization_id"]
    if request.method != "POST":
        return _found(organization_id, slug)
    with enter(organization_id, read_only=True):
        return _found(organization_id, slug)


def _found(organization_id: UUID, slug: str) -> tuple[Product, ProductEconomics | None, Named]:
    product = Product.objects.filter(organization_id=organization_id, slug=slug).first()
    if product is None:
        raise Http404
    newest = economics_latest(organization_id, product.id)
    return product, newest, fields_that_fit(organization_id, product.id)


def _stated(product: Product) -> Stated:
    version = economics_latest(product.organization_id, product.id)
    return Stated(product, version, figures(version.document, product) if version else ())


def figures(document: Mapping[str, Any], product: Product) -> tuple[tuple[str, str], ...]:
    """The document's figures as lines of label and value; what was left open is left out."""
    shown = typed(document, product.minor_units)
    found = []
    for name, field in EconomicsForm.base_fields.items():
        value = shown.get(name)
        if value in (None, ""):
            continue
        if isinstance(value, Decimal):
            unit = product.currency if name in EconomicsForm.SUMS else "%"
            value = figure_text(float(value), unit)
        found.append((str(field.label), str(value)))
    return tuple(found)
