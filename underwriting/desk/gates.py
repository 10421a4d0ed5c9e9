"""Gates of publication on the desk: each product's, a change of them, and its answer."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk.changes import place_of
from accounts.desk.pages import ServicePage
from accounts.desk.place import allowed, organization_of
from scoring.desk.models import enter_where_needed
from scoring.enums import AnswerStatus
from scoring.models import Product
from tenancy.admin import TenantAdmin
from underwriting.decisioning.gates import GateSettings
from underwriting.desk.gate_words import gate_name
from underwriting.desk.people import actor_name, colleagues
from underwriting.desk.policy_steps import AnswerForm, PolicyForm
from underwriting.desk.words import moment, money, number, percent, product_name
from underwriting.models import PolicyGates
from underwriting.selectors.gates import gates_asked_for, gates_history, gates_in_force
from underwriting.services.gates import ANSWER, PROPOSE, gates_answer, gates_propose

VIEW = "underwriting.view_policygates"
PERCENT = 10_000


def _percent(label: Any, *, help_text: Any = "", most: int = 100) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, help_text=help_text, required=False, min_value=0, max_value=most,
        decimal_places=2,
    )  # fmt: skip


INSUFFICIENT = [("warn", gettext_lazy("Warn")), ("block", gettext_lazy("Block"))]


class GatesForm(PolicyForm):
    """An empty limit is no limit; both of a gate's empty switch it off."""

    loss_rise = _percent(
        gettext_lazy("Loss rate: at most so many points more than now, in percent")
    )
    loss_most = _percent(gettext_lazy("Loss rate: never above, in percent"))
    profit_fall = _percent(
        gettext_lazy("Profit: at most so much less than now, in percent"), most=10_000
    )
    profit_least = forms.DecimalField(
        label=gettext_lazy("Profit: never below"), required=False, decimal_places=2, max_digits=15
    )
    reasons_most = forms.IntegerField(
        label=gettext_lazy("Declines without a reason: at most"), required=False, min_value=0
    )
    load_rise = _percent(
        gettext_lazy("Hours of underwriters: at most so much more than now, in percent"),
        most=10_000,
    )
    load_hours = forms.IntegerField(
        label=gettext_lazy("Hours of underwriters: never above"), required=False, min_value=0
    )
    impact_least = _percent(
        gettext_lazy("Approval ratio of every group: at least, in percent"),
        help_text=gettext_lazy("Four fifths is 80."),
    )
    insufficient = forms.ChoiceField(
        label=gettext_lazy("Where data is insufficient"),
        choices=INSUFFICIENT,
        help_text=gettext_lazy("Insufficient is never passed: it is shown, or it blocks."),
    )
    backtest_days = forms.IntegerField(
        label=gettext_lazy("A backtest counts for so many days"), min_value=1, max_value=366
    )
    exception_days = forms.IntegerField(
        label=gettext_lazy("An exception lasts at most so many days"), min_value=1, max_value=366
    )
    proxies = forms.CharField(
        label=gettext_lazy("Fields that stand for a prohibited basis"),
        help_text=gettext_lazy(
            "Their names, one a line. The checks name every rule that reads one."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("Whoever answers reads this; it is kept for good."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )


class PolicyGatesAdmin(TenantAdmin[PolicyGates]):
    """The list is every product with its gates; rows are read there."""

    def get_urls(self) -> list[URLPattern]:
        view, called = self.admin_site.admin_view, "underwriting_policygates"
        return [
            path("<uuid:product_id>/propose/", view(self.propose), name=f"{called}_propose"),
            path("<uuid:row_id>/answer/", view(self.answer), name=f"{called}_answer"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not allowed(request, VIEW):
            raise PermissionDenied
        organization_id = organization_of(request)
        names = colleagues(organization_id)
        products = Product.objects.filter(organization_id=organization_id).order_by("slug")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Gates of publication"),
            "products": [_shown(request, product, names) for product in products],
        }
        return TemplateResponse(request, "admin/desk/gates.html", context)

    def propose(self, request: HttpRequest, product_id: UUID) -> HttpResponse:
        with enter_where_needed(request):
            product = Product.objects.filter(
                organization_id=organization_of(request), id=product_id
            ).first()
            if product is None:
                raise Http404
            present = gates_in_force(product.organization_id, product_id).settings

        def call(data: dict[str, Any]) -> HttpResponse:
            settings = _settings(data, product.minor_units)
            gates_propose(
                **place_of(request), product_id=product_id, settings=settings, reason=data["reason"]
            )
            return _listed()

        return ServicePage(
            admin=self,
            permission=PROPOSE,
            form=GatesForm(
                request.POST if request.method == "POST" else None,
                initial=_initial(present, product.minor_units),
            ),
            call=call,
            title=_("Change the gates of %(product)s") % {"product": product_name(product)},
            lead=_("Somebody else answers. An empty limit is no limit."),
            button=_("Propose it"),
            done="",
        ).answer(request)

    def answer(self, request: HttpRequest, row_id: UUID) -> HttpResponse:
        def call(data: dict[str, Any]) -> HttpResponse:
            gates_answer(**place_of(request), gates_id=row_id, agree=data["agree"])
            return _listed()

        return ServicePage(
            admin=self,
            permission=ANSWER,
            form=AnswerForm(request.POST if request.method == "POST" else None),
            call=call,
            title=_("Answer the proposed gates"),
            lead=_("Your name is kept with the answer, and the answer does not change."),
            button=_("Answer"),
            done="",
        ).answer(request)


def _listed() -> HttpResponse:
    return redirect(reverse("admin:underwriting_policygates_changelist"))


def _shown(request: HttpRequest, product: Product, names: Any) -> dict[str, Any]:
    organization_id = product.organization_id
    present = gates_in_force(organization_id, product.id)
    asked = gates_asked_for(organization_id, product.id)
    mine = asked is not None and asked.asked_by_id == str(request.user.pk)
    words = _limits(product)
    return {
        "name": product_name(product),
        "number": present.number,
        "limits": words(present.settings),
        "asked": asked,
        "asked_limits": words(GateSettings.parse(asked.settings)) if asked else [],
        "asked_by": actor_name("user", asked.asked_by_id, names) if asked else "",
        "answer": reverse("admin:underwriting_policygates_answer", args=[asked.id])
        if asked and not mine and allowed(request, ANSWER)
        else "",
        "propose": reverse("admin:underwriting_policygates_propose", args=[product.id])
        if not asked and allowed(request, PROPOSE)
        else "",
        "history": [
            {
                "number": row.number,
                "state": AnswerStatus(row.status).label,
                "asked_by": actor_name("user", row.asked_by_id, names),
                "answered_by": actor_name("user", row.answered_by_id, names)
                if row.answered_by_id
                else "",
                "when": moment(row.answered_at or row.asked_at),
                "reason": row.reason,
            }
            for row in gates_history(organization_id, product.id)
        ],
    }


def _limits(product: Product) -> Callable[[GateSettings], list[tuple[str, str]]]:
    """Each gate and its limits in words."""

    def said(settings: GateSettings) -> list[tuple[str, str]]:
        data = settings.document()
        lines = [
            (gate_name(gate), _gate_words(gate, data[gate], product))
            for gate in ("loss", "profit", "reasons", "referral_load", "adverse_impact")
        ]
        days = _("%(n)s days") % {"n": settings.backtest_days}
        proxies = ", ".join(settings.proxies) or _("none listed")
        return [
            *lines,
            (_("A backtest counts for"), days),
            (_("Fields that stand for a prohibited basis"), proxies),
        ]

    return said


def _gate_words(gate: str, given: Any, product: Product) -> str:
    if given is None:
        return _("off")
    parts = [
        form % {"figure": figure(given[name])}
        for name, form, figure in _forms(gate, product)
        if given.get(name) is not None
    ]
    if given.get("insufficient") == "block":
        parts.append(_("insufficient data blocks"))
    return "; ".join(parts) or _("no limit")


def _forms(gate: str, product: Product) -> list[tuple[str, str, Callable[[Any], str]]]:
    def amount(minor: int) -> str:
        return money(minor, product.currency, product.minor_units)

    of: dict[str, list[tuple[str, str, Callable[[Any], str]]]] = {
        "loss": [
            ("rise_ppm", _("at most %(figure)s above today's"), percent),
            ("at_most_ppm", _("never above %(figure)s"), percent),
        ],
        "profit": [
            ("fall_ppm", _("at most %(figure)s below today's"), percent),
            ("at_least_minor", _("never below %(figure)s"), amount),
        ],
        "reasons": [("at_most", _("at most %(figure)s"), number)],
        "referral_load": [
            ("rise_ppm", _("at most %(figure)s above today's"), percent),
            ("at_most_hours", _("never above %(figure)s hours"), number),
        ],
        "adverse_impact": [("at_least_ppm", _("at least %(figure)s"), percent)],
    }
    return of[gate]


def _initial(settings: GateSettings, digits: int) -> dict[str, Any]:
    loss, profit = settings.loss, settings.profit
    load, impact = settings.referral_load, settings.adverse_impact
    least = profit.at_least_minor if profit else None
    return {
        "loss_rise": _shared(loss.rise_ppm if loss else None),
        "loss_most": _shared(loss.at_most_ppm if loss else None),
        "profit_fall": _shared(profit.fall_ppm if profit else None),
        "profit_least": None if least is None else least / 10**digits,
        "reasons_most": settings.reasons.at_most if settings.reasons else None,
        "load_rise": _shared(load.rise_ppm if load else None),
        "load_hours": load.at_most_hours if load else None,
        "impact_least": _shared(impact.at_least_ppm if impact else None),
        "insufficient": impact.insufficient if impact else "warn",
        "backtest_days": settings.backtest_days,
        "exception_days": settings.exception_days,
        "proxies": "\n".join(settings.proxies),
    }


def _shared(ppm: int | None) -> float | None:
    return None if ppm is None else ppm / PERCENT


def _settings(data: dict[str, Any], digits: int) -> dict[str, Any]:
    """The form's answers as a settings document."""

    def ppm(name: str) -> int | None:
        return None if data[name] is None else int(data[name] * PERCENT)

    def gate(**limits: Any) -> dict[str, Any] | None:
        if all(limit is None for limit in limits.values()):
            return None
        return {**limits, "insufficient": data["insufficient"]}

    least = data["profit_least"]
    impact = ppm("impact_least")
    most = data["reasons_most"]
    return {
        "loss": gate(rise_ppm=ppm("loss_rise"), at_most_ppm=ppm("loss_most")),
        "profit": gate(
            fall_ppm=ppm("profit_fall"),
            at_least_minor=None if least is None else int(least * 10**digits),
        ),
        "reasons": None if most is None else {"at_most": most},
        "referral_load": gate(rise_ppm=ppm("load_rise"), at_most_hours=data["load_hours"]),
        "adverse_impact": gate(at_least_ppm=impact) if impact is not None else None,
        "backtest_days": data["backtest_days"],
        "exception_days": data["exception_days"],
        "proxies": data["proxies"].split(),
    }
