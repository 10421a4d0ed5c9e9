"""Charts of how well a model ranks and how honest it is, from its evidence documents."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from scoring.charts import Chart, Mark, Series, figure_text

Document = Mapping[str, Any]
PERCENT = 100
MOST_BARS = 12


def percent(share: float | None) -> float | None:
    return None if share is None else share * PERCENT


def percents(rows: Sequence[Document], name: str) -> tuple[float | None, ...]:
    return tuple(percent(row[name]) for row in rows)


def whiskered(name: str, found: Sequence[Document], *, scale: float = 1) -> Series:
    """A series of figures that come with their interval; too few rows are a gap."""

    def each(key: str) -> tuple[float | None, ...]:
        known = [row.get(key) for row in found]
        return tuple(None if value is None else value * scale for value in known)

    return Series(name, each("value"), low=each("low"), high=each("high"))


def told(names: Sequence[str], found: Sequence[Document]) -> tuple[str, ...]:
    """Labels of figures; one without says that it is not because all is well."""
    return tuple(
        name if row["value"] is not None else _("%(name)s: insufficient data") % {"name": name}
        for name, row in zip(names, found, strict=True)
    )


def calibration_charts(found: Document) -> tuple[Chart, ...]:
    return (_reliability(found), _roc(found), _distribution(found), _gain(found))


def _reliability(found: Document) -> Chart:
    rows = found["reliability"]
    return Chart(
        "interval",
        _("Reliability"),
        _(
            "Predicted and observed share of bads in ten groups by PD; mean distance (ECE)"
            " %(ece)s. Whiskers: 95 %% interval."
        )
        % {"ece": figure_text(found["ece"])},
        tuple(str(at) for at in range(1, len(rows) + 1)),
        (
            whiskered(_("Observed"), rows, scale=PERCENT),
            Series(_("Predicted"), percents(rows, "predicted")),
        ),
        _("Tenth of the loans, safest first"),
        _("Bad"),
        y_unit="%",
    )


def _roc(found: Document) -> Chart:
    goods, bads = zip(*found["roc"], strict=True)
    auc = found["auc"]
    return Chart(
        "line",
        _("ROC curve"),
        _("AUC %(auc)s (%(low)s to %(high)s) on %(n)s held-out loans.")
        % {name: figure_text(auc[key]) for name, key in AUC_WORDS.items()},
        (),
        (
            Series(_("This model"), bads, x=goods),
            Series(_("No model"), (0.0, 1.0), x=(0.0, 1.0)),
        ),
        _("Share of goods below"),
        _("Share of bads below"),
    )


AUC_WORDS = {"auc": "value", "low": "low", "high": "high", "n": "n"}


def _distribution(found: Document) -> Chart:
    shown = found["distribution"]
    goods, bads = max(sum(shown["goods"]), 1), max(sum(shown["bads"]), 1)
    return Chart(
        "histogram",
        _("Points by outcome"),
        _("The less the two overlap, the better the model tells good from bad (KS %(ks)s).")
        % {"ks": figure_text(found["ks"])},
        tuple(str(start) for start in shown["from"]),
        (
            Series(_("Good"), tuple(PERCENT * n / goods for n in shown["goods"])),
            Series(_("Bad"), tuple(PERCENT * n / bads for n in shown["bads"])),
        ),
        _("Points, from"),
        _("Share of its class"),
        y_unit="%",
    )


def _gain(found: Document) -> Chart:
    rows = found["gain"]
    riskiest = rows[min(1, len(rows) - 1)]
    return Chart(
        "line",
        _("Gain"),
        _(
            "The riskiest %(share)s %% of the loans hold %(found)s %% of the bads, %(lift)s times"
            " as many as chance."
        )
        % {
            "share": figure_text(round(riskiest["share"] * PERCENT)),
            "found": figure_text(round(riskiest["found"] * PERCENT)),
            "lift": figure_text(riskiest["lift"]),
        },
        (),
        (
            Series(_("This model"), percents(rows, "found"), x=_shares(rows)),
            Series(_("No model"), (0, PERCENT), x=(0, PERCENT)),
        ),
        _("Loans, riskiest first"),
        _("Bads found"),
        x_unit="%",
        y_unit="%",
    )


def _shares(rows: Sequence[Document]) -> tuple[float, ...]:
    return tuple(row["share"] * PERCENT for row in rows)


def conformal_charts(found: Document) -> tuple[Chart, ...]:
    if "parts" not in found:
        return ()
    by_segment = (
        _coverage_by(name, found, rows[:MOST_BARS]) for name, rows in found["by_segment"].items()
    )
    return (_coverage(found), _sets(found), *by_segment)


def _coverage(found: Document) -> Chart:
    asked = PERCENT * (1 - found["alpha"])
    rows = [
        (f"{part['segment'] or _('all loans')}: {words}", part["covered"][key])
        for part in found["parts"]
        for key, words in (("good", _("good")), ("bad", _("bad")))
    ]
    return Chart(
        "interval",
        _("Coverage of the prediction sets"),
        _("Promised: at least %(asked)s %% of either class have their own class in their set.")
        % {"asked": figure_text(round(asked))},
        tuple(words for words, _covered in rows),
        (whiskered(_("Covered"), [covered for _words, covered in rows], scale=PERCENT),),
        _("Segment and class"),
        _("Covered"),
        mark=Mark("y", asked, _("promised")),
        y_unit="%",
        horizontal=True,
    )


def _coverage_by(name: str, found: Document, rows: Sequence[Document]) -> Chart:
    """Bads alone: to miss them is what costs."""
    return Chart(
        "interval",
        _("Bads covered by %(name)s") % {"name": name},
        _("Where the interval lies below the promise, the segment needs thresholds of its own."),
        told([row["value"] for row in rows], [row["bad"] for row in rows]),
        (whiskered(_("Covered"), [row["bad"] for row in rows], scale=PERCENT),),
        name,
        _("Covered"),
        mark=Mark("y", PERCENT * (1 - found["alpha"]), _("promised")),
        y_unit="%",
        horizontal=True,
    )


def _sets(found: Document) -> Chart:
    parts = found["parts"]
    named = {
        "good": _("Surely good"), "bad": _("Surely bad"), "both": _("Cannot tell"),
        "none": _("Unlike either"),
    }  # fmt: skip
    uncertain = found["uncertain"]["value"]
    return Chart(
        "stacked_bar",
        _("What the sets say"),
        _("%(share)s %% of the held-out loans are uncertain; policy can refer them.")
        % {"share": figure_text(percent(uncertain))},
        tuple(part["segment"] or _("all loans") for part in parts),
        tuple(
            Series(words, tuple(PERCENT * part["sets"][key] / max(part["n"], 1) for part in parts))
            for key, words in named.items()
        ),
        _("Segment"),
        _("Share of the loans"),
        y_unit="%",
        horizontal=True,
    )


def stability_charts(found: Document) -> tuple[Chart, ...]:
    charts = [_points_shift(found)]
    if len(found["periods"]) > 1:
        charts.append(_auc_by_part(_("AUC over time"), _("Period"), found, found["periods"]))
    charts += [
        _auc_by_part(_("AUC by %(name)s") % {"name": name}, name, found, parts)
        for name, parts in found["segments"].items()
    ]
    return tuple(charts)


def _points_shift(found: Document) -> Chart:
    bins, psi = found["bins"], found["psi"]
    return Chart(
        "bar",
        _("Points: training folds and held-out loans"),
        _("PSI %(psi)s; with so many loans chance alone stays below %(warn)s.")
        % {"psi": figure_text(psi["value"]), "warn": figure_text(psi["warn"])},
        tuple(bins["labels"]),
        (
            _as_shares(_("Training folds"), bins["folds"]),
            _as_shares(_("Held out"), bins["held_out"]),
        ),
        _("Points"),
        _("Share of the loans"),
        y_unit="%",
    )


def _as_shares(name: str, counts: Sequence[int]) -> Series:
    total = max(sum(counts), 1)
    return Series(name, tuple(PERCENT * count / total for count in counts))


def _auc_by_part(title: str, axis: str, found: Document, parts: Sequence[Document]) -> Chart:
    overall = found["held_auc"]["value"]
    return Chart(
        "interval",
        title,
        _("Where the interval misses %(auc)s, the model ranks better or worse than overall.")
        % {"auc": figure_text(overall)},
        told([part["name"] for part in parts], [part["auc"] for part in parts]),
        (whiskered("AUC", [part["auc"] for part in parts]),),
        axis,
        "AUC",
        mark=Mark("y", overall, _("overall")) if overall is not None else None,
        horizontal=True,
    )


def reasons_charts(found: Document, names: Mapping[str, str]) -> tuple[Chart, ...]:
    """`names` say reason codes and inputs in the reader's words."""
    stated = (_stated(found, names),) if found["reasons"] else ()
    return (*stated, _weights(found["inputs"][:MOST_BARS], names))


def _stated(found: Document, names: Mapping[str, str]) -> Chart:
    top = found["reasons"][:MOST_BARS]
    return Chart(
        "bar",
        _("Reasons the declined would be told"),
        _("Of %(n)s held-out loans below %(cut)s points; up to four reasons each.")
        % {"n": figure_text(found["declined"]), "cut": found["cut_off"]},
        tuple(names.get(row["code"], row["code"]) for row in top),
        (Series(_("Stated"), percents(top, "share")),),
        _("Reason"),
        _("Of the declined"),
        y_unit="%",
        horizontal=True,
    )


def _weights(inputs: Sequence[Document], names: Mapping[str, str]) -> Chart:
    return Chart(
        "bar",
        _("What moves the points"),
        _("Mean points an input adds or takes, on held-out loans."),
        tuple(names.get(row["field"], row["field"]) for row in inputs),
        (Series(_("Points"), tuple(row["mean_points"] for row in inputs)),),
        _("Input"),
        _("Mean points"),
        horizontal=True,
    )


def reject_charts(found: Document) -> tuple[Chart, ...]:
    """What is thought of the declined, beside what can be known."""
    if "methods" not in found:
        return ()
    names = {
        "without": _("Model alone"),
        "fuzzy": _("Fuzzy augmentation"),
        "parcelling": _("Parcelling"),
    }
    bounds = {"pd_falls": _("Bounds: PD falls"), "odds_bounded": _("Bounds: odds limited too")}
    rates = [percent(row["declined_bad_rate"]) for row in found["methods"]]
    ends = [[PERCENT * end for end in found["bounds"][key]] for key in bounds]
    accepted = found["accepted_bad_rate"]["value"] * PERCENT
    return (
        Chart(
            "interval",
            _("Bad rate of the declined"),
            _("%(n)s declined applications; nobody knows how they would have ended.")
            % {"n": figure_text(found["declined"])},
            (*(names[row["name"]] for row in found["methods"]), *bounds.values()),
            (
                Series(
                    _("Share bad"),
                    (*rates, *(sum(pair) / 2 for pair in ends)),
                    low=(*[None] * len(rates), *(pair[0] for pair in ends)),
                    high=(*[None] * len(rates), *(pair[1] for pair in ends)),
                ),
            ),
            _("Method"),
            _("Bad"),
            mark=Mark("y", accepted, _("the accepted")),
            y_unit="%",
            horizontal=True,
        ),
    )
