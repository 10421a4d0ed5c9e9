"""The charts of an exploration; the page draws them on canvases, the report as SVG."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from ml.dictionary import Dictionary
from scoring.charts import Chart, Series, figure_text
from scoring.desk.bin_words import field_label
from scoring.desk.dataset_words import bin_label, value_words

Json = Mapping[str, Any]
MOST_BARS = 15
STRONG = 0.3


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 3)


def information(fields: Sequence[Json], dictionary: Dictionary) -> Chart:
    """The fields that say most, alone."""
    shown = list(fields)[:MOST_BARS]
    strong = sum(each["iv"] >= STRONG for each in fields)
    return Chart(
        kind="bar",
        title=_("Information value"),
        summary=_(
            "How much each field says of the outcome on its own: %(strong)s of %(all)s fields say"
            " much (0.3 or more), below 0.02 nothing."
        )
        % {"strong": strong, "all": len(fields)},
        labels=_labels(shown, dictionary),
        series=(Series(_("Information value"), tuple(each["iv"] for each in shown)),),
        x_title=_("Field"),
        y_title=_("Information value"),
        horizontal=True,
    )


def _labels(fields: Sequence[Json], dictionary: Dictionary) -> tuple[str, ...]:
    """Labels that no two fields share: places along an axis are found by them."""
    found: list[str] = []
    for each in fields:
        label = field_label(dictionary, each["name"])
        found.append(label if label not in found else f"{label} ({each['name']})")
    return tuple(found)


def missing(fields: Sequence[Json], dictionary: Dictionary) -> Chart:
    """Where values are not known."""
    gaps = sorted((f for f in fields if f["missing"]), key=lambda f: -f["missing"])
    shown = gaps[:MOST_BARS]
    return Chart(
        kind="bar",
        title=_("Missing values"),
        summary=_("%(gaps)s of %(all)s fields are not always known.")
        % {"gaps": len(gaps), "all": len(fields)},
        labels=_labels(shown, dictionary),
        series=(Series(_("Missing"), tuple(_percent(f["missing"] / f["rows"]) for f in shown)),),
        x_title=_("Field"),
        y_title=_("Rows without a value"),
        y_unit="%",
        horizontal=True,
    )


def bad_rates(document: Json) -> Chart:
    """How the bad rate moved."""
    lines = document["bad_rates"]
    known = [line for line in lines if line["rate"] is not None]
    span = (
        _("From %(first)s in %(from)s to %(last)s in %(to)s.")
        % {
            "first": figure_text(_percent(known[0]["rate"]), "%"),
            "from": known[0]["period"],
            "last": figure_text(_percent(known[-1]["rate"]), "%"),
            "to": known[-1]["period"],
        }
        if known
        else ""
    )
    return Chart(
        kind="line",
        title=_("Bad rate over time"),
        summary=span,
        labels=tuple(line["period"] for line in lines),
        series=(
            Series(
                _("Bad rate"),
                tuple(_percent(line["rate"]) for line in lines),
                low=tuple(_percent(line["low"]) for line in lines),
                high=tuple(_percent(line["high"]) for line in lines),
            ),
        ),
        x_title=_("Applied for in"),
        y_title=_("Loans gone bad"),
        y_unit="%",
    )


def shifts(fields: Sequence[Json], dictionary: Dictionary) -> Chart:
    """The fields that moved most between one period and all before it, chance set aside."""
    moved = [(each, worst) for each in fields if (worst := worst_shift(each)) is not None]
    shown = sorted(moved, key=lambda pair: -pair[1])[:MOST_BARS]
    return Chart(
        kind="bar",
        title=_("Stability of the fields"),
        summary=_(
            "The largest shift (PSI) of a field in one period against all before, where it is more"
            " than chance explains: %(moved)s of %(all)s fields."
        )
        % {"moved": len(moved), "all": len(fields)},
        labels=_labels([each for each, _worst in shown], dictionary),
        series=(Series(_("Largest shift"), tuple(worst for _each, worst in shown)),),
        x_title=_("Field"),
        y_title="PSI",
        horizontal=True,
    )


def worst_shift(field: Json) -> float | None:
    """Its largest PSI above what chance alone reaches; None where it has none."""
    found = [
        line["psi"]
        for line in field["psi"]
        if line["psi"] is not None and line["psi"] > line["warn"]
    ]
    return max(found) if found else None


def compared(field: Json) -> bool:
    """Whether any period had rows enough to be compared."""
    return any(line["psi"] is not None for line in field["psi"])


def bin_labels(field: Json, dictionary: Dictionary) -> tuple[str, ...]:
    """Names of the bins, no two the same."""
    found: list[str] = []
    for line in field["bins"]:
        label = bin_label(line, field, dictionary)
        found.append(label if label not in found else f"{label} ({len(found) + 1})")
    return tuple(found)


def distribution(field: Json, dictionary: Dictionary) -> Chart:
    """Where goods and bads lie."""
    goods = sum(line["goods"] for line in field["bins"]) or 1
    bads = sum(line["bads"] for line in field["bins"]) or 1
    return Chart(
        kind="histogram",
        title=_("Distribution by outcome"),
        summary=_("Share of the good and of the bad loans in each group of values."),
        labels=bin_labels(field, dictionary),
        series=(
            Series(_("Good"), tuple(_percent(line["goods"] / goods) for line in field["bins"])),
            Series(_("Bad"), tuple(_percent(line["bads"] / bads) for line in field["bins"])),
        ),
        x_title=field_label(dictionary, field["name"]),
        y_title=_("Share of loans"),
        y_unit="%",
    )


def evidence(field: Json, dictionary: Dictionary) -> Chart:
    """Weight of evidence by bin."""
    return Chart(
        kind="bar",
        title=_("Weight of evidence"),
        summary=_("Above zero a group has more than its share of good loans, below of bad ones."),
        labels=bin_labels(field, dictionary),
        series=(Series("WoE", tuple(line["woe"] for line in field["bins"])),),
        x_title=field_label(dictionary, field["name"]),
        y_title="WoE",
    )


def rates(field: Json, dictionary: Dictionary) -> Chart:
    """Bad rate by bin."""
    return Chart(
        kind="bar",
        title=_("Bad rate by group of values"),
        summary=_("Of the loans whose end is known, how many went bad."),
        labels=bin_labels(field, dictionary),
        series=(Series(_("Bad rate"), tuple(_percent(line["rate"]) for line in field["bins"])),),
        x_title=field_label(dictionary, field["name"]),
        y_title=_("Loans gone bad"),
        y_unit="%",
    )


def movement(field: Json) -> Chart:
    """PSI by period, beside what chance alone reaches one time in twenty."""
    return Chart(
        kind="line",
        title=_("Stability over time"),
        summary=_("Shift of each period against all before it, and what is worth a look."),
        labels=tuple(line["period"] for line in field["psi"]),
        series=(
            Series("PSI", tuple(line["psi"] for line in field["psi"])),
            Series(_("worth a look"), tuple(line["warn"] for line in field["psi"])),
        ),
        x_title=_("Applied for in"),
        y_title="PSI",
    )


def segments(field: Json, dictionary: Dictionary) -> Chart:
    """The bad rate of each segment with its interval."""
    lines = field["segments"] or []
    entry = dictionary.entries.get(field["name"])
    return Chart(
        kind="interval",
        title=_("Segments"),
        summary=_("Bad rate of each value with its 95 % interval."),
        labels=tuple(value_words(line["value"], entry) for line in lines),
        series=(
            Series(
                _("Bad rate"),
                tuple(_percent(line["rate"]) for line in lines),
                low=tuple(_percent(line["low"]) for line in lines),
                high=tuple(_percent(line["high"]) for line in lines),
            ),
        ),
        x_title=field_label(dictionary, field["name"]),
        y_title=_("Loans gone bad"),
        y_unit="%",
        horizontal=True,
    )


def vintage_curves(cells: Sequence[Any]) -> Chart:
    """Cumulative bad rate by age, a line for each quarter of origin."""
    ages = sorted({cell.months for cell in cells})
    quarters = sorted({cell.began for cell in cells})
    rates = {(cell.began, cell.months): cell.rate for cell in cells}
    return Chart(
        kind="line",
        title=_("Vintages"),
        summary=_("Share of the loans of a quarter that had turned bad, by months on book."),
        labels=tuple(str(age) for age in ages),
        series=tuple(
            Series(
                f"{began.year} Q{(began.month + 2) // 3}",
                tuple(_percent(rates.get((began, age))) for age in ages),
            )
            for began in quarters
        ),
        x_title=_("Months on book"),
        y_title=_("Loans gone bad"),
        y_unit="%",
    )
