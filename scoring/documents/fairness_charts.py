"""Charts of how groups are treated: for compliance, and nobody else."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from ml.alternatives import Alternative, efficient
from scoring.charts import Chart, Mark, Series, figure_text
from scoring.documents.evidence_charts import PERCENT, told, whiskered

Document = Mapping[str, Any]
FOUR_FIFTHS = 0.8


def fairness_charts(name: str, found: Document) -> tuple[Chart, ...]:
    """One attribute: what sets groups apart from the reference, and PDs against what came."""
    groups = [row for row in found["groups"] if "adverse_impact_ratio" in row]
    calibration = _calibration(name, found["groups"])
    if not groups:
        return (calibration,)
    apart = (_ratios(name, found, groups), _opportunity(name, groups), _means(name, groups))
    return (*apart, calibration)


def _names(groups: Sequence[Document]) -> list[str]:
    return [row["name"] for row in groups]


def _ratios(name: str, found: Document, groups: Sequence[Document]) -> Chart:
    measured = [row["adverse_impact_ratio"] for row in groups]
    return Chart(
        "interval",
        _("Adverse impact ratio by %(name)s") % {"name": name},
        _("Share approved against that of “%(reference)s”. Below 0.8 is adverse impact.")
        % {"reference": found["reference"]},
        told(_names(groups), measured),
        (whiskered(_("Ratio"), measured),),
        _("Group"),
        _("Ratio"),
        mark=Mark("y", FOUR_FIFTHS, _("four fifths")),
        horizontal=True,
    )


def _opportunity(name: str, groups: Sequence[Document]) -> Chart:
    measured = [row["equal_opportunity_difference"] for row in groups]
    return Chart(
        "interval",
        _("Equal opportunity by %(name)s") % {"name": name},
        _("Of those who repaid, the share approved less the reference’s: below 0 good"
          " applicants of the group are declined more often."),
        told(_names(groups), measured),
        (whiskered(_("Difference"), measured, scale=PERCENT),),
        _("Group"),
        _("Percentage points"),
        mark=Mark("y", 0, _("equal")),
        horizontal=True,
    )  # fmt: skip


def _means(name: str, groups: Sequence[Document]) -> Chart:
    measured = [row["standardised_mean_difference"] for row in groups]
    return Chart(
        "interval",
        _("Mean points by %(name)s") % {"name": name},
        _("Distance from the reference in standard deviations; below 0 the group scores lower."),
        told(_names(groups), measured),
        (whiskered(_("Standardised difference"), measured),),
        _("Group"),
        _("Standard deviations"),
        mark=Mark("y", 0, _("equal")),
        horizontal=True,
    )


def _calibration(name: str, groups: Sequence[Document]) -> Chart:
    measured = [row["calibration"] for row in groups]
    return Chart(
        "interval",
        _("Observed less predicted bads by %(name)s") % {"name": name},
        _("Above 0 a group is riskier than its PDs say, below 0 it is judged too harshly."),
        told(_names(groups), measured),
        (whiskered(_("Difference"), measured, scale=PERCENT),),
        _("Group"),
        _("Percentage points"),
        mark=Mark("y", 0, _("as predicted")),
        horizontal=True,
    )


def alternatives_chart(name: str, models: Sequence[Alternative], own: Sequence[Document]) -> Chart:
    """AUC against the lowest adverse impact ratio: models of the tournament, and this model
    without some of its inputs. Those that no other beats on both are joined."""
    variants = [_variant(row) for row in own if row["without"]]
    known = [each for each in (*models, *variants) if each.ratio is not None]
    best = sorted(
        (each for each, kept in zip(known, efficient(known), strict=True) if kept),
        key=lambda each: each.ratio or 0,
    )
    return Chart(
        "scatter",
        _("Less discriminatory alternatives: %(name)s") % {"name": name},
        _summary(best),
        (),
        (
            _points(_("Models of this tournament"), [e for e in known if not e.without]),
            _points(_("This model without inputs"), [e for e in known if e.without]),
            _points(_("None better on both"), best, joined=True),
        ),
        _("Lowest adverse impact ratio"),
        "AUC",
        mark=Mark("x", FOUR_FIFTHS, _("four fifths")),
    )


def _variant(row: Document) -> Alternative:
    found = {name: row[name] for name in ("name", "auc", "ratio", "low", "high")}
    return Alternative(**found, without=tuple(row["without"]))


def _summary(best: Sequence[Alternative]) -> str:
    if not best:
        return _("There are too few applications to tell any ratio.")
    fairest = best[-1]
    return _("The fairest that nothing beats: %(name)s, ratio %(ratio)s at AUC %(auc)s.") % {
        "name": _without(fairest) if fairest.without else fairest.name,
        "ratio": figure_text(fairest.ratio),
        "auc": figure_text(fairest.auc),
    }


def _without(found: Alternative) -> str:
    return _("this model without %(names)s") % {"names": ", ".join(found.without)}


def _points(name: str, found: Sequence[Alternative], *, joined: bool = False) -> Series:
    return Series(
        name,
        tuple(each.auc for each in found),
        x=tuple(each.ratio for each in found if each.ratio is not None),
        joined=joined,
        names=tuple(_without(each) if each.without else each.name for each in found),
    )
