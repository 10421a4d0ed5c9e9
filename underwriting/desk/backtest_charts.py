"""A backtest drawn: outcomes, price mix, and the frontiers with both policies marked."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from scoring.charts import Chart, Mark, Series
from underwriting.desk.backtest_tables import OUTCOMES

PPM_A_PERCENT = 10_000
PPM = 1_000_000


def charts(
    report: Mapping[str, Any], protected: Mapping[str, Any] | None, currency: str, digits: int
) -> list[Chart]:
    """Those of a report; the fairness frontier only where the protected part is given."""
    if not report.get("applications"):
        return []
    found = [_outcomes(report), _profit(report, currency, digits), _losses(report)]
    if protected is not None and (drawn := _fairness(report, protected)) is not None:
        found.append(drawn)
    return [*found, _prices(report)]


def _outcomes(report: Mapping[str, Any]) -> Chart:
    matrix: Sequence[Sequence[int]] = report["matrix"]
    names = [str(OUTCOMES[name]) for name in report["outcomes"]]
    candidate = [sum(column) for column in zip(*matrix, strict=True)]
    today = [sum(row) for row in matrix]
    series = tuple(
        Series(name, (before, after))
        for name, before, after in zip(names, today, candidate, strict=True)
    )
    return Chart(
        kind="stacked_bar",
        title=_("Outcomes"),
        summary=_("How many past applications each policy approves, refers and declines."),
        labels=(_("Today"), _("Candidate")),
        series=series,
        x_title=_("Policy"),
        y_title=_("Applications"),
    )


def _profit(report: Mapping[str, Any], currency: str, digits: int) -> Chart:
    whole = 10**digits
    return _frontier(
        report,
        title=_("Profit against approval rate"),
        summary=_("Each point is a cut-off; both policies stand where they stand today."),
        y_title=_("Profit"),
        y_unit=currency,
        value=lambda each: None if each["profit"] is None else each["profit"] / whole,
    )


def _losses(report: Mapping[str, Any]) -> Chart:
    return _frontier(
        report,
        title=_("Loss rate against approval rate"),
        summary=_("What is expected to be lost of what is lent, by cut-off."),
        y_title=_("Loss rate"),
        y_unit="%",
        value=lambda each: _percent(each["loss_rate_ppm"]),
    )


def _frontier(
    report: Mapping[str, Any], *, title: str, summary: str, y_title: str, y_unit: str, value: Any
) -> Chart:
    cuts, marks = report["frontier"]["cuts"], report["frontier"]["marks"]
    names = {"today": _("Today"), "candidate": _("Candidate")}
    points = [
        Series(
            str(names[mark["name"]]),
            (value(mark),),
            x=(_percent(mark["approval_rate_ppm"]) or 0.0,),
            names=(str(names[mark["name"]]),),
        )
        for mark in marks
    ]
    curve = Series(
        _("Cut-offs"),
        tuple(value(cut) for cut in cuts),
        x=tuple(_percent(cut["approval_rate_ppm"]) or 0.0 for cut in cuts),
        joined=True,
        names=tuple(_("%(n)s points") % {"n": cut["points"]} for cut in cuts),
    )
    return Chart(
        kind="scatter",
        title=title,
        summary=summary,
        labels=(),
        series=(curve, *points) if cuts else tuple(points),
        x_title=_("Approval rate"),
        y_title=y_title,
        x_unit="%",
        y_unit=y_unit,
    )


def _fairness(report: Mapping[str, Any], protected: Mapping[str, Any]) -> Chart | None:
    """The lowest ratio of any group, at the same cut-offs."""
    rates = {cut["points"]: cut["approval_rate_ppm"] for cut in report["frontier"]["cuts"]}
    told = [
        (rates[each["points"]], each["ratio_ppm"], each["points"])
        for each in protected.get("frontier", ())
        if each["ratio_ppm"] is not None and each["points"] in rates
    ]
    if not told:
        return None
    curve = Series(
        _("Lowest ratio of any group"),
        tuple(ratio / PPM for _rate, ratio, _points in told),
        x=tuple(rate / PPM_A_PERCENT for rate, _ratio, _points in told),
        joined=True,
        names=tuple(_("%(n)s points") % {"n": points} for _rate, _ratio, points in told),
    )
    return Chart(
        kind="scatter",
        title=_("Adverse impact against approval rate"),
        summary=_("The lowest ratio of approval of any group, by cut-off; below 0.8 is adverse."),
        labels=(),
        series=(curve,),
        x_title=_("Approval rate"),
        y_title=_("Ratio"),
        mark=Mark("y", 0.8, _("four fifths")),
        x_unit="%",
    )


def _prices(report: Mapping[str, Any]) -> Chart:
    bands = report["prices"]["candidate"]
    today = {each["band"]: each["offers"] for each in report["prices"]["today"] or ()}
    series = [Series(_("Candidate"), tuple(each["offers"] for each in bands))]
    if today:
        before = tuple(today.get(each["band"], 0) for each in bands)
        series.insert(0, Series(_("Today"), before))
    return Chart(
        kind="bar",
        title=_("Price mix"),
        summary=_("How many offers each band of risk has."),
        labels=tuple(each["band"] or _("beyond the last band") for each in bands),
        series=tuple(series),
        x_title=_("Band"),
        y_title=_("Offers"),
    )


def _percent(ppm: int | None) -> float | None:
    return None if ppm is None else ppm / PPM_A_PERCENT
