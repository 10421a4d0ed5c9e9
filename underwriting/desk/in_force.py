"""What decided at a moment, as it is known now or was known then: a page with two times."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk.place import allowed, organization_of
from scoring.desk.championships import moment_field
from scoring.models import Product
from tenancy.clock import now
from underwriting.desk.words import moment, percent, product_name, short_hash
from underwriting.selectors.in_force import InForceAt, in_force_at

VIEW = "underwriting.view_policyversion"


class MomentForm(forms.Form):
    at = moment_field(gettext_lazy("At"), required=False)
    known_at = moment_field(
        gettext_lazy("As known at"),
        required=False,
        help_text=gettext_lazy("Empty: with everything that is known now."),
    )


def in_force_page(admin: ModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    """Every product of the lender at that moment; now, unless another one is asked for."""
    if not allowed(request, VIEW):
        raise PermissionDenied
    organization_id = organization_of(request)
    form = MomentForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    at: datetime = asked.get("at") or now(organization_id)
    products = Product.objects.filter(organization_id=organization_id).order_by("slug")
    found = [
        (product, in_force_at(organization_id, product.id, at, asked.get("known_at")))
        for product in products
    ]
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": _("What was in force"),
        "form": form if request.GET else MomentForm(initial={"at": at}),
        "at": moment(at),
        "known_at": moment(asked["known_at"]) if asked.get("known_at") else "",
        "products": [{"name": product_name(each), "lines": _lines(row)} for each, row in found],
    }
    return TemplateResponse(request, "admin/desk/in_force.html", context)


def _lines(row: InForceAt) -> list[dict[str, str]]:
    """One line a part of what decides: which, since when, by which hash."""
    lines = [
        _line(_("Policy"), row.policy_number, row.policy_from, row.policy_hash,
              _url("underwriting_policyversion", row.policy_version_id)),
        _line(_("Model in charge"), row.model_number, row.model_from, row.model_hash,
              _url("scoring_modelversion", row.model_version_id)),
        _line(_("Product"), row.product_number, None, row.product_hash),
        _line(_("Dictionary"), row.dictionary_number, None, row.dictionary_hash),
        {
            "what": _("Law"), "which": row.pack_id, "since": "", "url": "",
            "hash": short_hash(row.pack_hash),
        },
    ]  # fmt: skip
    if row.challenger_id is not None:
        share = percent(row.challenger_ppm)
        which = _("version %(n)s, for %(share)s") % {"n": row.challenger_number, "share": share}
        url = _url("scoring_modelversion", row.challenger_id)
        lines.insert(
            2,
            {"what": _("Split test"), "which": which, "since": "", "hash": "", "url": url},
        )
    if row.paused:
        lines.insert(
            0,
            {"what": _("Refer all"), "which": _("people decided everything"), "since": "",
             "hash": "", "url": ""},
        )  # fmt: skip
    return lines


def _line(
    what: str, number: int | None, since: datetime | None, content_hash: str | None, url: str = ""
) -> dict[str, str]:
    which = _("none") if number is None else _("version %(n)s") % {"n": number}
    return {
        "what": what,
        "which": which,
        "since": moment(since) if since else "",
        "hash": short_hash(content_hash),
        "url": url,
    }


def _url(name: str, row_id: Any) -> str:
    return "" if row_id is None else reverse(f"admin:{name}_change", args=[row_id])
