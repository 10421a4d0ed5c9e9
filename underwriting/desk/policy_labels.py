"""The words of the grid: its parts, columns and choices in the reader's language."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation.trans_real import get_languages
from django_stubs_ext import StrOrPromise

from ml.dictionary import Dictionary
from underwriting.desk.words import label
from underwriting.policy.document import Policy
from underwriting.policy.inputs import Input
from underwriting.policy.sheets.flat import Segment
from underwriting.policy.sheets.slots import choices_at
from underwriting.policy.sheets.table import (
    BANDS,
    HEADED,
    LOOKUPS,
    PARAMETERS,
    PRICES,
    REASONS,
    RULES,
    SETTINGS,
    TESTS,
    WHEN,
    Table,
    kind_of,
)

Choice = tuple[str, StrOrPromise]

PARTS: Mapping[str, StrOrPromise] = {
    RULES: gettext_lazy("Rule set"),
    PRICES: gettext_lazy("Price table"),
    PARAMETERS: gettext_lazy("Parameters"),
    REASONS: gettext_lazy("Reasons"),
    BANDS: gettext_lazy("Risk bands"),
    LOOKUPS: gettext_lazy("Look-ups"),
    TESTS: gettext_lazy("Test cases"),
    SETTINGS: gettext_lazy("Settings"),
}
COLUMNS: Mapping[str, StrOrPromise] = {
    "id": gettext_lazy("Rule"),
    "name": gettext_lazy("Name"),
    "code": gettext_lazy("Code"),
    "outcome": gettext_lazy("Then"),
    "reason": gettext_lazy("Reason given"),
    "severity": gettext_lazy("Severity, 0 to 100"),
    "missing": gettext_lazy("If a value is missing"),
    "from": gettext_lazy("From"),
    "to": gettext_lazy("Until"),
    "in": gettext_lazy("One of"),
    "comment": gettext_lazy("Comment"),
    "scope": gettext_lazy("Asked"),
    "hit": gettext_lazy("Counts"),
    "value": gettext_lazy("Value"),
    "unit": gettext_lazy("Unit"),
    "path": gettext_lazy("Setting"),
    "max_pd_ppm": gettext_lazy("Probability of default up to"),
    "rate_ppm": gettext_lazy("Nominal rate"),
    "max_amount": gettext_lazy("Greatest amount"),
    "max_term_months": gettext_lazy("Longest term, months"),
    "band": gettext_lazy("Risk band"),
    "list": gettext_lazy("On the list"),
    "of": gettext_lazy("Of the application's"),
    "count": gettext_lazy("Count"),
    "days": gettext_lazy("Within days"),
    "model/points": gettext_lazy("Points"),
    "model/pd_ppm": gettext_lazy("Probability of default"),
    "model/uncertain": gettext_lazy("Score uncertain"),
    "model/outside_domain": gettext_lazy("Unlike past loans"),
    "expect/outcome": gettext_lazy("Expected outcome"),
    "expect/reasons": gettext_lazy("Expected reasons"),
    "expect/band": gettext_lazy("Expected band"),
}
OF_KIND: Mapping[tuple[str, str], StrOrPromise] = {
    (PRICES, "by"): gettext_lazy("By"),
    (LOOKUPS, "by"): gettext_lazy("By the same"),
}
WORDS: Mapping[str, StrOrPromise] = {
    "continue": gettext_lazy("Continue"),
    "approve": gettext_lazy("Approve"),
    "counter_offer": gettext_lazy("Counter-offer"),
    "refer": gettext_lazy("Refer"),
    "decline": gettext_lazy("Decline"),
    "hit": gettext_lazy("the rule hits"),
    "miss": gettext_lazy("the rule does not hit"),
    "first": gettext_lazy("the first rule that hits"),
    "collect": gettext_lazy("every rule that hits"),
    "application": gettext_lazy("once for the application"),
    "party": gettext_lazy("for each party"),
    "closest": gettext_lazy("closest to what was asked"),
    "profit": gettext_lazy("the most profitable"),
    "amount": gettext_lazy("Amount"),
    "term": gettext_lazy("Term"),
    "applications": gettext_lazy("Applications"),
    "identity": gettext_lazy("Identity"),
    "device": gettext_lazy("Device"),
    "address": gettext_lazy("Address"),
    "employer": gettext_lazy("Employer"),
    "phone": gettext_lazy("Phone"),
}
TYPES: Mapping[str, StrOrPromise] = {
    "integer": gettext_lazy("whole number"),
    "decimal": gettext_lazy("decimal"),
    "money": gettext_lazy("money"),
    "boolean": gettext_lazy("yes or no"),
    "category": gettext_lazy("one of"),
    "date": gettext_lazy("date"),
    "text": gettext_lazy("text"),
}
SHOWN_VALUES = 400


def part_title(table: Table) -> str:
    """What a part is called: rule sets and price tables by their own name."""
    kind = kind_of(table.part)
    if kind in HEADED:
        return table.head.get("name") or str(PARTS[kind])
    return str(PARTS[table.part])


def column_label(part: str, column: str, dictionary: Dictionary) -> str:
    """The header of a column, or the label of a single input."""
    if column.startswith(WHEN):
        return label(dictionary, column.removeprefix(WHEN))
    if column.startswith("text/"):
        return _("Text (%s)") % language_name(column.removeprefix("text/"))
    kind = kind_of(part)
    known = OF_KIND.get((kind, column)) or COLUMNS.get(column)
    if known:
        return str(known)
    name = column.rpartition("/")[2]
    return label(dictionary, name) if name in dictionary.entries else plain(name)


def plain(name: str) -> str:
    """A name of the document as words."""
    return name.removesuffix("_ppm").replace("_", " ").capitalize()


def language_name(code: str) -> str:
    """A language in the reader's own."""
    return str(_(get_languages().get(code, code)))


def input_hint(item: Input | None) -> str:
    """What may be asked of an input: its type, its unit, its values."""
    if item is None:
        return _("no known input")
    words = str(TYPES.get(item.type, item.type))
    if item.type == "category" and item.categories:
        values = ", ".join(sorted(item.categories))
        return f"{words}: {values}"[:SHOWN_VALUES]
    return f"{words}, {item.unit}" if item.unit else words


def choices_of(
    part: str, column: str, policy: Policy, dictionary: Dictionary, *, head: bool = False
) -> Sequence[Choice]:
    """What may be chosen in a cell, none where anything may be written."""
    if column == "reason":
        return reason_choices(policy, dictionary)
    if column == "band" and kind_of(part) == PRICES:
        return [("", _("every band")), *((band.name, band.name) for band in policy.bands)]
    words = choices_at((*steps_of(part, head=head), *column.split("/")))
    if not words:
        return ()
    empty = [("", EMPTY.get(column, ""))] if not head and column not in NEEDED else []
    return [*empty, *((word, choice_words(column, word)) for word in words)]


NEEDED = frozenset({"outcome", "expect/outcome"})
EMPTY: Mapping[str, StrOrPromise] = {"missing": gettext_lazy("as the set says")}


def choice_words(column: str, word: str) -> StrOrPromise:
    """A choice as it is read."""
    if column == "missing" and word in ("refer", "decline"):
        return {"refer": _("refer"), "decline": _("decline")}[word]
    return WORDS.get(word, plain(word))


def steps_of(part: str, *, head: bool = False) -> tuple[Segment, ...]:
    """Where a line's members stand in the document."""
    kind = kind_of(part)
    if kind in HEADED:
        listed, lines = HEADED[kind]
        return (listed, 1) if head else (listed, 1, lines, 1)
    return () if part == SETTINGS else (part, 1 if part in (BANDS, TESTS) else "x")


def reason_choices(policy: Policy, dictionary: Dictionary) -> list[Choice]:
    """The codes that policy and dictionary give, each with its text."""
    texts: dict[str, Mapping[str, Any]] = {**dictionary.reasons()}
    texts |= {code: reason.text for code, reason in policy.reasons.items()}
    return [("", _("none")), *((code, code) for code in sorted(texts))]
