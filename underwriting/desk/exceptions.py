"""Exceptions from policy on the desk: who makes how many, and each with its reason and end."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.desk.place import allowed, organization_of
from scoring.charts import Chart, Mark, Series
from scoring.models import Product
from tenancy.admin import TenantAdmin
from tenancy.clock import now
from underwriting.desk.people import actor_name, colleagues
from underwriting.desk.queue import short_public_id
from underwriting.desk.words import day, moment, percent, product_name
from underwriting.enums import Mitigant, Outcome, PolicyExceptionReason
from underwriting.models import PolicyException
from underwriting.selectors.authority import matrix_in_force
from underwriting.selectors.policy_exceptions import (
    Thresholds,
    Use,
    exceptions_lately,
    thresholds_of,
    together,
    uses_since,
)

VIEW = "underwriting.view_policyexception"
SHOWN = timedelta(days=366)
PERCENT = 10_000


class PolicyExceptionAdmin(TenantAdmin[PolicyException]):
    """One page: rates of use, a warning where they are high, and the exceptions themselves."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not allowed(request, VIEW):
            raise PermissionDenied
        organization_id = organization_of(request)
        names = colleagues(organization_id)
        uses = uses_since(organization_id, now(organization_id) - SHOWN)
        limits = _thresholds(organization_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Exceptions from policy"),
            "warnings": _warnings(uses, limits, names),
            "chart": _chart(together(uses), limits) if uses else None,
            "uses": [_use(use, limits, names) for use in uses],
            "rows": [_row(each, names) for each in exceptions_lately(organization_id)],
        }
        return TemplateResponse(request, "admin/desk/exceptions.html", context)


def _thresholds(organization_id: UUID) -> Thresholds:
    products = Product.objects.filter(organization_id=organization_id)
    found = [matrix_in_force(organization_id, product.id) for product in products]
    return thresholds_of([(each.person_ppm, each.lender_ppm) for each in found if each])


def _warnings(uses: list[Use], limits: Thresholds, names: Mapping[str, str]) -> list[str]:
    said = [
        _("%(month)s: %(rate)s of all verdicts were exceptions; the setting is %(most)s.")
        % {"month": _month(use), "rate": percent(use.rate_ppm), "most": percent(limits.lender_ppm)}
        for use in together(uses)
        if use.above(limits.lender_ppm)
    ]
    return said + [
        _("%(month)s: %(rate)s of %(who)s's verdicts were exceptions; the setting is %(most)s.")
        % {
            "month": _month(use),
            "rate": percent(use.rate_ppm),
            "who": actor_name("user", use.person, names),
            "most": percent(limits.person_ppm),
        }
        for use in uses
        if use.above(limits.person_ppm)
    ]


def _chart(months: list[Use], limits: Thresholds) -> Chart:
    newest = months[-1]
    return Chart(
        kind="bar",
        title=_("Exceptions of all verdicts, by month"),
        summary=_("In %(month)s %(n)s of %(all)s verdicts were exceptions.")
        % {"month": _month(newest), "n": newest.exceptions, "all": newest.verdicts},
        labels=tuple(_month(use) for use in months),
        series=(
            Series(_("Exceptions"), tuple(round(use.rate_ppm / PERCENT, 2) for use in months)),
        ),
        x_title=_("Month"),
        y_title=_("Of all verdicts"),
        mark=Mark("y", limits.lender_ppm / PERCENT, _("Setting")),
        y_unit="%",
    )


def _use(use: Use, limits: Thresholds, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "month": _month(use),
        "person": actor_name("user", use.person, names),
        "verdicts": use.verdicts,
        "exceptions": use.exceptions,
        "rate": percent(use.rate_ppm),
        "above": use.above(limits.person_ppm),
    }


def _row(each: PolicyException, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": short_public_id(each.application_id),
        "url": reverse("admin:underwriting_application_change", args=[each.application_id]),
        "product": product_name(each.application.product),
        "change": f"{Outcome(each.policy_outcome).label} → {Outcome(each.outcome).label}",
        "reason": PolicyExceptionReason(each.reason).label,
        "mitigants": ", ".join(str(Mitigant(code).label) for code in each.mitigants),
        "words": each.step.note,
        "asked_by": actor_name("user", each.asked_by, names),
        "granted_by": actor_name("user", each.granted_by, names),
        "when": moment(each.made_at),
        "until": day(each.expires_at),
    }


def _month(use: Use) -> str:
    return str(date_format(use.month, "F Y"))
