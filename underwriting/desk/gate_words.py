"""Gates and obstacles in words, with their figures."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from underwriting.decisioning.gates import GateCode, GateResult, Verdict
from underwriting.desk.words import moment, money, number, percent
from underwriting.enums import Obstacle
from underwriting.selectors.obstacles import Obstruction

GATES: Mapping[str, str | Promise] = {
    GateCode.LOSS: gettext_lazy("Expected loss rate"),
    GateCode.PROFIT: gettext_lazy("Expected profit"),
    GateCode.REASONS: gettext_lazy("Declines without a reason"),
    GateCode.REFERRAL_LOAD: gettext_lazy("Hours of underwriters"),
    GateCode.ADVERSE_IMPACT: gettext_lazy("Lowest approval ratio of a group"),
}
VERDICTS: Mapping[str, tuple[str | Promise, str]] = {
    Verdict.PASSED: (gettext_lazy("passed"), "good"),
    Verdict.FAILED: (gettext_lazy("failed"), "bad"),
    Verdict.INSUFFICIENT: (gettext_lazy("insufficient data"), "warn"),
    Verdict.OFF: (gettext_lazy("off"), ""),
}
MINUTES = 60


def gate_name(gate: str) -> str:
    return str(GATES.get(gate, gate))


def gate_figure(gate: str, value: int | None, currency: str, digits: int) -> str:
    """A gate's figure as people read it; nothing where it is not known."""
    if value is None:
        return "–"
    if gate == GateCode.PROFIT:
        return money(value, currency, digits)
    if gate == GateCode.REASONS:
        return number(value)
    if gate == GateCode.REFERRAL_LOAD:
        return number(Decimal(value) / MINUTES, 1)
    return percent(value, 1 if gate == GateCode.ADVERSE_IMPACT else 2)


def gate_limit(said: GateResult, currency: str, digits: int) -> str:
    if said.limit is None:
        return "–"
    figure = gate_figure(said.gate, said.limit, currency, digits)
    if said.comparison == "at_most":
        return _("at most %(figure)s") % {"figure": figure}
    return _("at least %(figure)s") % {"figure": figure}


def obstacle_words(found: Obstruction, currency: str, digits: int) -> dict[str, Any]:
    """One reason, and what it is about."""
    return {
        "code": found.code.value,
        "words": found.code.label,
        "about": list(_about(found, currency, digits)),
    }


def _about(found: Obstruction, currency: str, digits: int) -> list[str]:
    detail = found.detail
    if found.code == Obstacle.GATE:
        return [_gate(detail["gate"], currency, digits)]
    if found.code == Obstacle.CHECKS_FAIL:
        return [finding["message"] for finding in detail["findings"]]
    if found.code == Obstacle.LATER_SCHEDULED:
        begins: datetime | None = detail["effective_from"]
        words = {"n": detail["number"], "from": moment(begins)}
        return [_("Version %(n)s begins on %(from)s.") % words]
    if found.code == Obstacle.BACKTEST_OLD:
        return [_("It may be %(n)s days old.") % {"n": detail["days"]}]
    return [str(each) for each in detail.get("texts", [])]


def _gate(said: GateResult, currency: str, digits: int) -> str:
    """The ratio of a group is for the compliance role: here it is only named."""
    shown = None if said.gate == GateCode.ADVERSE_IMPACT else said.value
    return _("%(gate)s: %(value)s, %(limit)s") % {
        "gate": gate_name(said.gate),
        "value": gate_figure(said.gate, shown, currency, digits),
        "limit": gate_limit(said, currency, digits),
    }
