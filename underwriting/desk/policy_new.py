"""A new draft: from nothing, from another version, or from a JSON document."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk.changes import place_of
from accounts.desk.forms import ServiceForm
from accounts.desk.pages import ServicePage
from accounts.desk.place import organization_of
from scoring.models import Product
from tenancy.errors import DomainError, Invalid
from underwriting.desk.policy_editor import DRAFT, edit_url, inside
from underwriting.desk.words import product_name
from underwriting.enums import PolicyStatus
from underwriting.models import PolicyVersion
from underwriting.policy.first import WHOLE
from underwriting.policy.json_reading import MAX_BYTES
from underwriting.services.policies import policy_copy, policy_draft

USUAL_RATE_PPM = 100_000
MOST_ERRORS = 50


class NewPolicyForm(ServiceForm):
    """Which product, and what the draft begins with."""

    product = forms.ChoiceField(label=gettext_lazy("Product"))
    begin = forms.ChoiceField(
        label=gettext_lazy("Begin with"),
        help_text=gettext_lazy("A version is copied as it stands; the file is a JSON document."),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Of a policy that begins with nothing."),
    )
    file = forms.FileField(
        label=gettext_lazy("JSON document"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
    )

    def __init__(
        self, *args: Any, products: list[Product], versions: list[PolicyVersion], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        product, begin = self.fields["product"], self.fields["begin"]
        if isinstance(product, forms.ChoiceField) and isinstance(begin, forms.ChoiceField):
            product.choices = [(str(each.id), product_name(each)) for each in products]
            begin.choices = [
                ("nothing", _("nothing")),
                ("file", _("a JSON document")),
                *((str(each.id), _version_words(each)) for each in versions),
            ]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        given = found.get("file")
        if found.get("begin") == "file" and not given:
            self.add_error("file", _("Choose a file."))
        elif given and given.size > MAX_BYTES:
            self.add_error("file", _("At most %(limit)s MiB.") % {"limit": MAX_BYTES >> 20})
        if found.get("begin") == "nothing" and not str(found.get("name") or "").strip():
            self.add_error("name", _("Give it a name."))
        return found

    def refuse(self, error: DomainError) -> None:
        """A document's mistakes stand at the file, each with its place."""
        if not isinstance(error, Invalid):
            super().refuse(error)
            return
        for wrong in error.errors[:MOST_ERRORS]:
            at = f"{wrong.pointer}: " if wrong.pointer else ""
            self.add_error("file", f"{at}{wrong.message}")


def new_page(admin: ModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    """The form; then the new draft's grid."""
    with inside(request):
        organization_id = organization_of(request)
        products = list(Product.objects.filter(organization_id=organization_id).order_by("slug"))
        versions = list(
            PolicyVersion.objects.filter(organization_id=organization_id)
            .select_related("product")
            .order_by("product", "-number")
        )
    sent = (request.POST, request.FILES) if request.method == "POST" else ()

    def call(data: dict[str, Any]) -> HttpResponse:
        return redirect(edit_url(_drafted(request, data)))

    return ServicePage(
        admin=admin,
        permission=DRAFT,
        form=NewPolicyForm(*sent, products=products, versions=versions),
        call=call,
        title=_("A new policy"),
        lead=_("It is a draft until somebody else publishes it."),
        button=_("Begin"),
        done="",
    ).answer(request)


def _drafted(request: HttpRequest, data: dict[str, Any]) -> UUID:
    if data["begin"] not in ("nothing", "file"):
        copy = policy_copy(**place_of(request), policy_version_id=UUID(data["begin"]))
        return copy.id
    document: Any = _nothing(data["name"])
    if data["begin"] == "file":
        document = data["file"].read(MAX_BYTES + 1)
    version = policy_draft(**place_of(request), product_id=UUID(data["product"]), document=document)
    return version.id


def _nothing(name: str) -> dict[str, Any]:
    """The least document there is: one price for everybody, and no rule."""
    band = {"name": "A", "max_pd_ppm": WHOLE, "rate_ppm": USUAL_RATE_PPM}
    return {"schema": "assay.policy/1", "name": name.strip(), "bands": [band]}


def _version_words(version: PolicyVersion) -> str:
    return _("%(product)s, version %(number)s (%(status)s)") % {
        "product": product_name(version.product),
        "number": version.number,
        "status": PolicyStatus(version.status).label,
    }
