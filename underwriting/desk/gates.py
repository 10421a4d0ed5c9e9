"""Gates of publication on the desk: each product's, a change of them, and its answer."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scoring.models import Product
from underwriting.decisioning.gates import GateSettings
from underwriting.desk.gate_words import gate_name
from underwriting.desk.policy_steps import PolicyForm
from underwriting.desk.proposals import ProposalsAdmin, posted
from underwriting.desk.words import money, number, percent
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


class PolicyGatesAdmin(ProposalsAdmin[PolicyGates]):
    view_needs, proposing_needs, answering_needs = VIEW, PROPOSE, ANSWER
    list_title = gettext_lazy("Gates of publication")
    list_template = "admin/desk/gates.html"
    proposing_title = gettext_lazy("Change the gates of %(product)s")
    proposing_lead = gettext_lazy("Somebody else answers. An empty limit is no limit.")
    answering_title = gettext_lazy("Answer the proposed gates")

    def shown(self, product: Product) -> dict[str, Any]:
        of = (product.organization_id, product.id)
        present, asked, words = gates_in_force(*of), gates_asked_for(*of), _limits(product)
        return {
            "number": present.number,
            "limits": words(present.settings),
            "asked": asked,
            "asked_limits": words(GateSettings.parse(asked.settings)) if asked else [],
            "rows": gates_history(*of),
        }

    def proposal(self, request: HttpRequest, product: Product) -> GatesForm:
        present = gates_in_force(product.organization_id, product.id).settings
        return GatesForm(posted(request), initial=_initial(present, product.minor_units))

    def proposed(self, product: Product, data: dict[str, Any], **place: Any) -> None:
        settings = _settings(data, product.minor_units)
        gates_propose(**place, product_id=product.id, settings=settings, reason=data["reason"])

    def answered(self, row_id: UUID, *, agree: bool, **place: Any) -> None:
        gates_answer(**place, gates_id=row_id, agree=agree)


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
