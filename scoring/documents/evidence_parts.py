"""A model's evidence in parts, each with its figures and charts: for the page and for the pack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ml.alternatives import Alternative
from scoring.charts import Chart, figure_text
from scoring.documents.evidence_charts import (
    PERCENT,
    calibration_charts,
    conformal_charts,
    reasons_charts,
    reject_charts,
    stability_charts,
)
from scoring.documents.fairness_charts import alternatives_chart, fairness_charts
from scoring.documents.field_words import names_in_words
from scoring.documents.profit_charts import Money, profit_charts, strategy_names
from scoring.models import ModelVersion
from scoring.selectors.evidence import fairness_in_tournament

Document = Mapping[str, Any]
Figures = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One section of the page. `empty` says what to do where there is nothing to show."""

    name: str
    title: str
    figures: Figures = ()
    charts: tuple[Chart, ...] = ()
    empty: str = ""


def evidence_parts(
    version: ModelVersion, found: Mapping[str, Document], *, may_see_protected: bool
) -> tuple[Part, ...]:
    """What is known, in the order in which one asks for it. Inside `enter`."""
    parts = (
        _calibration(found.get("calibration")),
        _profit(found.get("profit"), version),
        _uncertainty(found.get("conformal"), found.get("domain")),
        _reasons(found.get("reasons"), names_in_words(version)),
        _stability(found.get("stability")),
        _rejected(found.get("reject_inference")),
    )
    if not may_see_protected:
        return parts
    return (*parts, _fairness(found.get("fairness"), version))


def _with_interval(found: Document, scale: float = 1, unit: str = "") -> str:
    """A figure with its interval and what it was counted from."""
    if found["value"] is None:
        return _("insufficient data (n = %(n)s)") % {"n": found["n"]}
    value, low, high = (figure_text(found[key] * scale) for key in ("value", "low", "high"))
    shown = f"{value}\u00a0{unit}" if unit else value
    return _("%(value)s (%(low)s to %(high)s, n = %(n)s)") % {
        "value": shown, "low": low, "high": high, "n": figure_text(found["n"]),
    }  # fmt: skip


def _calibration(found: Document | None) -> Part:
    title = _("Ranking and calibration")
    if found is None:
        return Part("calibration", title, empty=_train_first())
    return Part(
        "calibration",
        title,
        (
            (_("Held-out loans"), figure_text(found["n"])),
            (_("Bad among them"), figure_text(found["bads"])),
            ("AUC", _with_interval(found["auc"])),
            (_("KS"), figure_text(found["ks"])),
            (_("Mean PD"), figure_text(found["mean_pd"] * PERCENT, "%")),
            (_("Observed"), figure_text(found["observed"] * PERCENT, "%")),
            (_("Calibration error (ECE)"), figure_text(found["ece"])),
            (_("Slope of recalibration (1 is right)"), figure_text(found["slope"])),
            (_("Brier score"), figure_text(found["brier"])),
        ),
        calibration_charts(found),
    )  # fmt: skip


def _train_first() -> str:
    return _("This model brought no evidence. Train a model on the desk, and it is made by itself.")


def _profit(found: Document | None, version: ModelVersion) -> Part:
    title = _("Profit")
    if found is None:
        words = _("Say what a loan earns and costs, under Economics, then train again: the most"
                  " profitable cut-off and the simulated portfolio follow.")  # fmt: skip
        return Part("profit", title, empty=words)
    money, names = Money(version.product), strategy_names()
    limits = {
        "approval_floor": _("approval floor"), "loss_cap": _("loss cap"),
        "fairness_floor": _("fairness floor"),
    }  # fmt: skip
    broken = ", ".join(limits[name] for name in found["limits_broken"])
    simulated = tuple((names[way["name"]], _strategy(way, money)) for way in found["simulation"])
    chosen = found["chosen"]
    cut = (
        _("%(points)s points, chosen on training folds") % {"points": chosen["points"]}
        if chosen
        else _("none keeps all limits and earns anything; the cheapest is shown")
    )
    kept = broken or _("none")
    return Part(
        "profit",
        title,
        ((_("Most profitable cut-off"), cut), (_("Limits broken on held-out loans"), kept),
         *simulated),
        profit_charts(found, version.product),
    )  # fmt: skip


def _strategy(way: Document, money: Money) -> str:
    return _("%(profit)s in all, %(each)s per application; %(approved)s of %(n)s approved,"
             " %(bad)s of them bad") % {
        "profit": money.text(way["profit"]),
        "each": money.text(way["per_application"]),
        "approved": figure_text(way["approved"]),
        "n": figure_text(way["applications"]),
        "bad": figure_text(way["bad_approved"]),
    }  # fmt: skip


def _uncertainty(sets: Document | None, domain: Document | None) -> Part:
    title = _("Where not to trust it alone")
    if not sets or not domain or "parts" not in sets or "outside" not in domain:
        words = _("The model travels without prediction sets. Models trained here have them.")
        return Part("uncertainty", title, empty=words)
    return Part(
        "uncertainty",
        title,
        (
            (_("Uncertain"), _with_interval(sets["uncertain"], PERCENT, "%")),
            (_("Bad among the uncertain"), _with_interval(sets["bad_if_uncertain"], PERCENT, "%")),
            (_("Outside the training domain"), _with_interval(domain["outside"], PERCENT, "%")),
            (_("Outside by combination alone"), figure_text(domain["by_combination"])),
            (_("AUC inside the domain"), _with_interval(domain["auc_inside"])),
            (_("Fields most often outside"), _odd(domain["by_field"])),
        ),
        conformal_charts(sets),
    )


def _odd(rows: Sequence[Document]) -> str:
    return ", ".join(f"{row['field']} ({row['n']})" for row in rows[:5]) or _("none")


def _reasons(found: Document | None, names: Mapping[str, str]) -> Part:
    title = _("Reasons")
    if found is None:
        return Part("reasons", title, empty=_train_first())
    return Part(
        "reasons",
        title,
        (
            (_("Declined with at least one reason"),
             _with_interval(found["with_reasons"], PERCENT, "%")),
            (_("Largest rounding of the sum, in points"), figure_text(found["largest_rounding"])),
        ),
        reasons_charts(found, names),
    )  # fmt: skip


def _stability(found: Document | None) -> Part:
    title = _("Stability")
    if found is None:
        return Part("stability", title, empty=_train_first())
    return Part(
        "stability",
        title,
        (
            (_("AUC on training folds"), _with_interval(found["folds_auc"])),
            (_("AUC held out"), _with_interval(found["held_auc"])),
            (_("PSI of the points"), figure_text(found["psi"]["value"])),
        ),
        stability_charts(found),
    )


def _rejected(found: Document | None) -> Part:
    title = _("Reject inference")
    if not found or "methods" not in found:
        words = _("Too few declined applications are known. Import past declines with the loans:"
                  " without them only the accepted are seen.")  # fmt: skip
        return Part("reject_inference", title, empty=words)
    now = found["approved_of_declined"] * PERCENT
    return Part(
        "reject_inference",
        title,
        (
            (_("Declined applications"), figure_text(found["declined"])),
            (_("Bad among the accepted"),
             _with_interval({**found["accepted_bad_rate"], "n": found["accepted"]}, PERCENT, "%")),
            (_("Of the declined, approved at the cut-off"), figure_text(now, "%")),
        ),
        reject_charts(found),
    )  # fmt: skip


def _fairness(found: Document | None, version: ModelVersion) -> Part:
    title = _("Fairness")
    if not found or not found["attributes"]:
        words = _("No protected field was imported with these loans. Import one, held apart, to"
                  " measure how groups are treated.")  # fmt: skip
        return Part("fairness", title, empty=words)
    tournament = fairness_in_tournament(version)
    charts: list[Chart] = []
    figures: list[tuple[str, str]] = []
    for name, attribute in found["attributes"].items():
        lowest = attribute["lowest_ratio"]
        words = _with_interval(lowest) if lowest else _("insufficient data")
        figures.append((_("Lowest ratio, %(name)s") % {"name": name}, words))
        charts += fairness_charts(name, attribute)
        models = _models(name, tournament)
        charts.append(alternatives_chart(name, models, attribute["alternatives"]))
    return Part("fairness", title, tuple(figures), tuple(charts))


def _models(name: str, tournament: Sequence[tuple[ModelVersion, Document]]) -> list[Alternative]:
    """The tournament's models on one attribute's two scales."""
    found = []
    for version, document in tournament:
        attribute = document["attributes"].get(name)
        auc = version.metrics.get("holdout", {}).get("auc")
        if attribute is None or auc is None:
            continue
        lowest = attribute["lowest_ratio"]
        named = _("model %(number)s (%(family)s)") % {
            "number": version.number, "family": version.family,
        }  # fmt: skip
        found.append(Alternative(named, auc, lowest["value"] if lowest else None))
    return found
