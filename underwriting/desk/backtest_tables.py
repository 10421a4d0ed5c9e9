"""A backtest's report as tables, in the reader's language: for the page and for the committee."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ml.dictionary import Dictionary
from underwriting.decisioning.catalogue import BUILT_IN, reason_catalogue
from underwriting.desk.rules import PolicyWords
from underwriting.desk.words import NOTHING, label, language, money, number, percent
from underwriting.policy.document import Policy
from underwriting.selectors.explanations import in_language

Row = Sequence[str]

ASSUMED: Mapping[str, str | Promise] = {
    "offers_taken": gettext_lazy("Every offer is taken as accepted."),
    "pd_as_asked": gettext_lazy(
        "A counter-offer counts with the probability of default of what was asked for."
    ),
    "imported_owes_nothing": gettext_lazy(
        "Imported applications owe nothing beside, and their applicants were of age: the import"
        " does not say."
    ),
    "economics_assumed": gettext_lazy(
        "Nobody has published the product’s economics: funding, fees and costs are taken as none."
    ),
    "today_as_decided": gettext_lazy(
        "No policy is in force: today’s side is what was decided then, at one usual rate."
    ),
    "minutes_assumed": gettext_lazy(
        "Too few referrals were looked at to time them: a usual time is taken."
    ),
}
OUTCOMES: Mapping[str, str | Promise] = {
    "approve": gettext_lazy("Approve"),
    "counter_offer": gettext_lazy("Counter-offer"),
    "refer": gettext_lazy("Refer"),
    "decline": gettext_lazy("Decline"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """`rows`' first cell heads them; every further one is a figure."""

    key: str
    title: str
    lead: str
    columns: Row
    rows: Sequence[Row]


@dataclass(frozen=True)
class Words:
    """What the report's codes mean: by the candidate's policy, today's, and the dictionary."""

    candidate: Policy
    today: Policy | None
    dictionary: Dictionary
    currency: str
    digits: int

    @cached_property
    def catalogue(self) -> Mapping[str, Mapping[str, str]]:
        texts: dict[str, Mapping[str, str]] = {**BUILT_IN}
        if self.today is not None:
            texts |= reason_catalogue(self.dictionary, self.today)
        return texts | reason_catalogue(self.dictionary, self.candidate)

    def reason(self, code: str) -> str:
        return in_language(self.catalogue.get(code, {}), language()) or code or NOTHING

    def rule(self, cause: Mapping[str, Any], policy: Policy | None) -> str:
        """The rule's condition in words; a built-in rule's name."""
        said = PolicyWords(policy, self.dictionary, self.currency)
        return said.words_of(cause["rule_set"], cause["row"])

    def money(self, minor: int | None) -> str:
        return money(minor, self.currency, self.digits)


def tables(report: Mapping[str, Any], words: Words) -> list[Table]:
    """Every table of a report that has rows."""
    if not report.get("applications"):
        return []
    return [
        _matrix(report),
        *_swaps(report, words),
        _money(report, words),
        _bounds(report, words),
        _load(report),
        _prices(report, words),
        _frontier(report, words),
    ]


def _matrix(report: Mapping[str, Any]) -> Table:
    names = [str(OUTCOMES[name]) for name in report["outcomes"]]
    rows = [
        (name, *(number(count) for count in counts), number(sum(counts)))
        for name, counts in zip(names, report["matrix"], strict=True)
    ]
    totals = [sum(column) for column in zip(*report["matrix"], strict=True)]
    every = (_("All"), *(number(count) for count in totals), number(sum(totals)))
    return Table(
        "matrix",
        _("Outcomes: today’s policy and the candidate"),
        _("A row each outcome of today, a column each of the candidate."),
        (_("Today"), *names, _("All")),
        [*rows, every],
    )


def _swaps(report: Mapping[str, Any], words: Words) -> Iterator[Table]:
    said = {
        "in": (_("Newly made an offer"), _("by the reason for which today’s policy makes none")),
        "out": (_("No longer made an offer"), _("by the candidate’s reason")),
    }
    for name, (title, lead) in said.items():
        swap = report["swaps"][name]
        total = swap["applications"]
        rows = [
            (words.reason(each["reason"]), number(each["count"]), share(each["count"], total))
            for each in swap["reasons"]
        ]
        columns = (_("Reason"), _("Applications"), _("Share"))
        heading = f"{title}: {number(total)}"
        yield Table(f"swap_{name}", heading, lead, columns, rows)


def _money(report: Mapping[str, Any], words: Words) -> Table:
    sides = [report["money"][side] for side in ("today", "candidate")]

    def row(title: str, *path: str, rate: bool = False, count: bool = False) -> Row:
        today, candidate = (_found(side, path) for side in sides)
        show = percent if rate else number if count else words.money
        cells = [NOTHING if each is None else show(each) for each in (today, candidate)]
        return (title, *cells, _change(today, candidate, show))

    rows = [
        row(_("Loans"), "loans", count=True),
        row(_("Lent"), "lent"),
        row(_("Expected loss"), "loss"),
        row(_("Loss rate"), "loss_rate_ppm", rate=True),
        row(_("Profit"), "profit"),
        row(_("… of it by known ends: loans"), "parts", "known", "loans", count=True),
        row(_("… of it by known ends: loss"), "parts", "known", "loss"),
        row(_("… of it by known ends: profit"), "parts", "known", "profit"),
        row(_("… of it by probabilities: loans"), "parts", "predicted", "loans", count=True),
        row(_("… of it by probabilities: loss"), "parts", "predicted", "loss"),
        row(_("… of it by probabilities: profit"), "parts", "predicted", "profit"),
    ]
    return Table(
        "money",
        _("Expected loss and profit"),
        _("Loans whose end is known count as they ended, others by their probability of default."),
        ("", _("Today"), _("Candidate"), _("Change")),
        rows,
    )


def _bounds(report: Mapping[str, Any], words: Words) -> Table:
    rows = []
    for title, side in ((_("Today"), "today"), (_("Candidate"), "candidate")):
        found = report["money"][side]
        best, worst = found["bounds"]["best"], found["bounds"]["worst"]
        for name, key, show in (
            (_("loss rate"), "loss_rate_ppm", percent),
            (_("profit"), "profit", words.money),
        ):
            cells = [show(each[key]) for each in (best, found, worst)]
            rows.append((f"{title}: {name}", *cells))
    never = report["money"]["candidate"]["never_lent_before"]
    lead = _(
        "%(n)s loans that the candidate makes were never made before, so nobody knows how they"
        " would have gone: these are the bounds if every unknown loan is repaid, and if none is."
    ) % {"n": number(never["loans"])}
    columns = ("", _("If all repay"), _("By probabilities"), _("If none repays"))
    return Table("bounds", _("What cannot be known"), lead, columns, rows)


def _load(report: Mapping[str, Any]) -> Table:
    load = report["load"]
    rows = []
    for title, side in ((_("Today"), "today"), (_("Candidate"), "candidate")):
        count, minutes = load["referrals"][side], load["minutes"][side]
        hours = NOTHING if minutes is None else number(round(minutes / 60))
        rows.append((title, NOTHING if count is None else number(count), hours))
    lead = (
        _("A referral takes %(n)s minutes, the median of what people took.")
        if load["minutes_of"] == "reviews"
        else _("A referral is taken to take %(n)s minutes.")
    ) % {"n": load["minutes_each"]}
    columns = ("", _("Referrals"), _("Hours of an underwriter"))
    return Table("load", _("Referral load"), lead, columns, rows)


def _prices(report: Mapping[str, Any], words: Words) -> Table:
    today = {each["band"]: each for each in report["prices"]["today"] or ()}
    rows = []
    for each in report["prices"]["candidate"]:
        before = today.get(each["band"])
        cells = [*_offers(before, words), *_offers(each, words)]
        rows.append((each["band"] or _("beyond the last band"), *cells))
    columns = (
        _("Band"), _("Offers today"), _("Amount today"), _("Mean rate today"),
        _("Offers"), _("Amount"), _("Mean rate"),
    )  # fmt: skip
    return Table(
        "prices",
        _("Price mix"),
        _(
            "Offers by the band of risk of what was asked; beyond the last band they are"
            " counter-offers."
        ),
        columns,
        rows,
    )


def _offers(side: Mapping[str, Any] | None, words: Words) -> Row:
    if side is None:
        return (NOTHING,) * 3
    return number(side["offers"]), words.money(side["amount"]), percent(side["rate_ppm"])


def _frontier(report: Mapping[str, Any], words: Words) -> Table:
    rows = [
        (
            number(cut["points"]),
            number(cut["approved"]),
            percent(cut["approval_rate_ppm"]),
            percent(cut["bad_rate_ppm"]),
            percent(cut["loss_rate_ppm"]),
            words.money(cut["profit"]),
        )
        for cut in report["frontier"]["cuts"]
    ]
    columns = (
        _("Points from"), _("Approved"), _("Approval rate"), _("Bad rate"), _("Loss rate"),
        _("Profit"),
    )  # fmt: skip
    lead = _("Whoever no other rule objects to, approved from ever more points upwards.")
    return Table("frontier", _("Cut-offs"), lead, columns, rows)


def impact_table(protected: Mapping[str, Any]) -> Table:
    """Adverse impact by group; for whoever may see it."""
    today = protected.get("adverse_impact_today", {})
    rows = []
    for name, found in protected.get("adverse_impact", {}).items():
        before = today.get(name, {})
        rows.append(
            (
                name,
                number(found["n"]),
                percent(found["approval_rate_ppm"]),
                _ratio(found["ratio_ppm"]),
                f"{_ratio(found['low_ppm'])} – {_ratio(found['high_ppm'])}",
                _ratio(before.get("ratio_ppm")),
                _verdict(found),
            )
        )
    columns = (
        _("Group"), _("n"), _("Approved"), _("Ratio"), _("95 % interval"), _("Ratio today"),
        _("Four fifths"),
    )  # fmt: skip
    lead = _("Each group’s share approved against that of the group approved most.")
    return Table("impact", _("Adverse impact"), lead, columns, rows)


def not_recorded(report: Mapping[str, Any], words: Words) -> list[str]:
    """Inputs the candidate's rules read and no past application records."""
    return [label(words.dictionary, name) for name in report.get("not_recorded", ())]


def assumptions(report: Mapping[str, Any]) -> list[str]:
    return [str(ASSUMED[code]) for code in report.get("assumptions", ())]


def _verdict(found: Mapping[str, Any]) -> str:
    if not found["sufficient"]:
        return _("insufficient data")
    return _("below four fifths") if found["ratio_ppm"] < 800_000 else _("kept")


def _ratio(ppm: int | None) -> str:
    return NOTHING if ppm is None else number(Decimal(ppm) / 1_000_000, 2)


def share(count: int, total: int) -> str:
    """A share in whole percent, rounded."""
    return percent(round(count * 100 / total) * 10_000, 0) if total else NOTHING


def _found(side: Mapping[str, Any], path: Sequence[str]) -> Any:
    value: Any = side
    for name in path:
        value = value[name]
    return value


def _change(today: int | None, candidate: int | None, show: Any) -> str:
    if today is None or candidate is None:
        return NOTHING
    gap = candidate - today
    return f"{'+' if gap > 0 else ''}{show(gap)}"
