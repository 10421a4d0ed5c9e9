"""Charts of whether the lender would have made or lost money, in the product's currency."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from scoring.charts import GAP, Chart, Mark, Series, figure_text
from scoring.documents.evidence_charts import PERCENT
from scoring.models import Product

Document = Mapping[str, Any]
WHOLE_FROM = 1_000


class Money:
    """Minor units as the product's people write them."""

    def __init__(self, product: Product) -> None:
        self.currency = product.currency
        self._places = product.minor_units
        self._units = float(10**product.minor_units)

    def __call__(self, minor: float) -> float:
        return minor / self._units

    def text(self, minor: float | None) -> str:
        """Whole units where there are thousands, cents below."""
        if minor is None:
            return GAP
        value = self(minor)
        places = self._places if abs(value) < WHOLE_FROM else 0
        return f"{number_format(value, places, force_grouping=True)}\u00a0{self.currency}"


def strategy_names() -> dict[str, str]:
    return {
        "model": _("This model"),
        "in_charge": _("Model in charge"),
        "approve_all": _("Approve all"),
        "refuse_all": _("Refuse all"),
    }


def profit_charts(found: Document, product: Product) -> tuple[Chart, ...]:
    money = Money(product)
    charts = [_frontier(found, money), _curve(found, money), _simulated(found, money)]
    if len(found["months"]) > 1:
        charts.append(_months(found["months"], money))
    return tuple(charts)


def _frontier(found: Document, money: Money) -> Chart:
    cuts = found["frontier"]
    best = [cut for cut in cuts if cut["efficient"]]
    here = found["held_out"]
    summary = (
        _("At %(points)s points %(share)s %% are approved and %(profit)s earned per application.")
        % {
            "points": here["points"],
            "share": figure_text(here["approval_rate"] * PERCENT),
            "profit": money.text(here["profit"]),
        }
        if here
        else _("No cut-off approves anybody.")
    )
    return Chart(
        "scatter",
        _("Efficient frontier"),
        summary,
        (),
        (
            _cuts(_("Efficient"), best, money, "profit", joined=True),
            _cuts(_("Expected by PD"), cuts, money, "expected", joined=True),
            *([_cuts(_("Chosen"), [here], money, "profit")] if here else []),
        ),
        _("Approved"),
        _("Profit per application"),
        mark=_chosen_mark(here),
        x_unit="%",
        y_unit=money.currency,
    )


def _chosen_mark(here: Document | None) -> Mark | None:
    if here is None:
        return None
    words = _("cut-off %(points)s") % {"points": here["points"]}
    return Mark("x", here["approval_rate"] * PERCENT, words)


def _cuts(
    name: str, cuts: Sequence[Document], money: Money, key: str, *, joined: bool = False
) -> Series:
    shares = tuple(cut["approval_rate"] * PERCENT for cut in cuts)
    return Series(name, tuple(money(cut[key]) for cut in cuts), x=shares, joined=joined)


def _curve(found: Document, money: Money) -> Chart:
    shares, totals = zip(*found["curve"], strict=True)
    top = max(range(len(totals)), key=lambda at: totals[at])
    return Chart(
        "line",
        _("Profit as ever riskier applications are approved"),
        _("The held-out loans would have earned most, %(most)s, with %(share)s %% approved.")
        % {"most": money.text(totals[top]), "share": figure_text(shares[top] * PERCENT)},
        (),
        (Series(_("Profit"), tuple(map(money, totals)), x=tuple(s * PERCENT for s in shares)),),
        _("Approved, safest first"),
        _("Profit in total"),
        mark=_chosen_mark(found["held_out"]),
        x_unit="%",
        y_unit=money.currency,
    )


def _simulated(found: Document, money: Money) -> Chart:
    ways, names = found["simulation"], strategy_names()
    own = next(way for way in ways if way["name"] == "model")
    made = _("made") if own["profit"] >= 0 else _("lost")
    return Chart(
        "interval",
        _("The portfolio, decided again"),
        _("On %(n)s held-out applications the lender would have %(made)s %(sum)s.")
        % {
            "n": figure_text(own["applications"]),
            "made": made,
            "sum": money.text(abs(own["profit"])),
        },
        tuple(names[way["name"]] for way in ways),
        (
            Series(
                _("Profit per application"),
                tuple(money(way["per_application"]) for way in ways),
                low=tuple(money(way["low"]) for way in ways),
                high=tuple(money(way["high"]) for way in ways),
            ),
        ),
        _("Way to decide"),
        _("Profit per application"),
        mark=Mark("y", 0, _("nothing earned")),
        y_unit=money.currency,
        horizontal=True,
    )


def _months(months: Sequence[Document], money: Money) -> Chart:
    names = strategy_names()
    return Chart(
        "bar",
        _("Month by month"),
        _("What each month’s held-out applications would have brought."),
        tuple(month["month"] for month in months),
        tuple(
            Series(names[key], tuple(money(month[key]) for month in months))
            for key in ("model", "approve_all")
        ),
        _("Month"),
        _("Profit"),
        y_unit=money.currency,
    )
