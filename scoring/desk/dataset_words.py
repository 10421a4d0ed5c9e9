"""What was found in a data set as people read it: leaks, oddities, bins, ranges, steps."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ml.dictionary import Derived, Dictionary, Field
from ml.values import date_of
from scoring.charts import GAP, figure_text
from scoring.desk.bin_words import field_label, in_language

Json = Mapping[str, Any]

STEPS = {
    "": gettext_lazy("Waiting for a worker"),
    "loading": gettext_lazy("Reading the rows"),
    "exploring": gettext_lazy("Looking at each field"),
    "fields": gettext_lazy("Looking at each field"),
    "relations": gettext_lazy("Comparing fields with each other"),
    "proxies": gettext_lazy("Looking for stand-ins for protected groups"),
    "storing": gettext_lazy("Keeping what was found"),
}
SOURCES = {
    "history": gettext_lazy("past applications that were imported"),
    "applications": gettext_lazy("applications decided here"),
}
OPERATIONS = {
    "ratio": "{} / {}",
    "difference": "{} - {}",
    "product": "{} × {}",
    "sum": "{} + {}",
}
CONDITIONS = {"eq": "=", "ne": "≠", "lt": "<", "le": "≤", "gt": ">", "ge": "≥"}
KINDS = {
    "integer": gettext_lazy("whole number"),
    "decimal": gettext_lazy("decimal number"),
    "money": gettext_lazy("amount"),
    "number": gettext_lazy("number"),
    "boolean": gettext_lazy("yes or no"),
    "category": gettext_lazy("category"),
    "date": gettext_lazy("date"),
    "text": gettext_lazy("text"),
}


def source_words(source: str) -> str:
    """Where the rows came from."""
    known = SOURCES.get(source)
    return str(known) if known else _("the file %(name)s") % {"name": source.rsplit("/", 1)[-1]}


def condition_words(exclusion: Json, dictionary: Dictionary) -> str:
    """One declared condition, as short as it was written."""
    label = field_label(dictionary, exclusion["field"])
    operator, value = exclusion["operator"], exclusion["value"]
    if operator == "missing":
        return _("%(field)s is missing") % {"field": label}
    if operator == "known":
        return _("%(field)s is known") % {"field": label}
    if operator == "outside":
        first, last = (each or "…" for each in value)
        return _("applied for before %(first)s or after %(last)s") % {"first": first, "last": last}
    shown = ", ".join(map(str, value)) if isinstance(value, list) else value
    if operator == "in":
        return _("%(field)s is one of %(values)s") % {"field": label, "values": shown}
    return f"{label} {CONDITIONS[operator]} {shown}"


def auc_words(auc: Json) -> str:
    """An AUC with its interval."""
    return f"{auc['value']:.3f} ({auc['low']:.3f} – {auc['high']:.3f})"


def leak_words(finding: Json, dictionary: Dictionary) -> str:
    """One finding of the alarm as a sentence with its figures."""
    names = [field_label(dictionary, name) for name in finding["fields"]]
    return _LEAKS[finding["code"]](names, finding["evidence"], dictionary)


def _late(names: list[str], evidence: Json, _dictionary: Dictionary) -> str:
    return _(
        "The dictionary says it is known only after the decision. Alone its AUC is %(auc)s."
    ) % {"auc": auc_words(evidence["auc"])}


def _alone(names: list[str], evidence: Json, _dictionary: Dictionary) -> str:
    words = {
        "order": _("Ordered by its value"),
        "bins": _("By groups of its values"),
        "missing": _("By nothing but whether it is known"),
    }[evidence["by"]]
    return _("%(way)s, it separates good from bad loans almost alone: AUC %(auc)s.") % {
        "way": words,
        "auc": auc_words(evidence["auc"]),
    }


def _above(names: list[str], evidence: Json, _dictionary: Dictionary) -> str:
    if evidence["rest"] is None:
        return _("Alone its AUC is %(auc)s.") % {"auc": auc_words(evidence["auc"])}
    return _(
        "Alone its AUC is %(auc)s; all other fields together reach %(rest)s. It knows what they"
        " cannot."
    ) % {"auc": auc_words(evidence["auc"]), "rest": auc_words(evidence["rest"])}


def _pair(names: list[str], evidence: Json, dictionary: Dictionary) -> str:
    of = [field_label(dictionary, name) for name in evidence["of"]]
    return _(
        "%(formula)s separates good from bad loans (AUC %(auc)s), though alone the two reach"
        " %(first)s and %(second)s."
    ) % {
        "formula": OPERATIONS[evidence["operation"]].format(*of),
        "auc": auc_words(evidence["auc"]),
        "first": f"{evidence['alone'][0]:.3f}",
        "second": f"{evidence['alone'][1]:.3f}",
    }


def _derived(names: list[str], evidence: Json, dictionary: Dictionary) -> str:
    sources = ", ".join(field_label(dictionary, name) for name in evidence["from"])
    if evidence["by"] == "expression":
        return _("It is computed from %(fields)s.") % {"fields": sources}
    return _("%(share)s %% of its order follows from %(fields)s.") % {
        "share": round(100 * evidence["dependence"]),
        "fields": sources,
    }


def _clock(names: list[str], evidence: Json, _dictionary: Dictionary) -> str:
    return _(
        "It tells late from early loans (AUC %(late)s), and the outcome moves with the date"
        " (AUC %(date)s): it would predict the time, not the risk."
    ) % {
        "late": auc_words(evidence["late_auc"]),
        "date": auc_words(evidence["outcome_by_date_auc"]),
    }


_LEAKS: Mapping[str, Callable[[list[str], Json, Dictionary], str]] = {
    "known_after_decision": _late,
    "separates_alone": _alone,
    "far_above_the_rest": _above,
    "pair_separates": _pair,
    "derived_from_leaking": _derived,
    "moves_with_the_date": _clock,
}


def oddity_words(odd: Json) -> str:
    """One oddity as a sentence with its figures."""
    figures = {
        "rows": odd.get("rows"),
        "share": figure_text(min(round(100 * odd["share"], 1), 99.9)) if "share" in odd else "",
        "low": natural(odd.get("low")),
        "high": natural(odd.get("high")),
        "usual": natural(odd.get("usual")),
        "value": odd.get("value", ""),
        "examples": ", ".join(odd.get("examples", ())),
    }
    return str(_ODDITIES[odd["code"]]) % figures


_ODDITIES = {
    "empty": gettext_lazy("Never known."),
    "mostly_missing": gettext_lazy("Missing in %(share)s %% of the rows."),
    "constant": gettext_lazy("Always the same: %(value)s."),
    "nearly_constant": gettext_lazy("The same in %(share)s %% of the rows."),
    "impossible_age": gettext_lazy(
        "%(rows)s ages below 18 or above 100; they run from %(low)s to %(high)s."
    ),
    "extreme": gettext_lazy(
        "%(rows)s values far beyond all others, up to %(high)s; 99 in 100 are at most %(usual)s."
    ),
    "blank": gettext_lazy("%(rows)s values that say nothing, such as a blank."),
    "numbers_among_words": gettext_lazy("%(rows)s numbers among words, such as %(examples)s."),
    "rare_values": gettext_lazy("%(rows)s rows with values hardly ever seen: %(examples)s."),
}


def bin_label(line: Json, field: Json, dictionary: Dictionary) -> str:
    """The name of one bin of a field."""
    if line["kind"] == "missing":
        return _("missing")
    if line["kind"] == "others":
        return _("%(count)s other values") % {"count": line["value"]}
    if line["kind"] == "value":
        return value_words(str(line["value"]), dictionary.entries.get(field["name"]))
    low, high = (number_words(line[end], field) for end in ("low", "high"))
    return low if low == high else f"{low} – {high}"


def number_words(value: int, field: Json) -> str:
    """A number of a field's own scale, or a date."""
    if field["kind"] == "date":
        return date_of(value).isoformat()
    return natural(value / 10 ** field["digits"])


def natural(value: float | None) -> str:
    """A number as people write it: whole where it is whole."""
    return figure_text(int(value) if value is not None and value == int(value) else value)


def value_words(name: str, entry: Field | Derived | None) -> str:
    """A category's label; yes and no for booleans."""
    if name in ("true", "false", "True", "False"):
        return _("Yes") if name.lower() == "true" else _("No")
    for category in entry.values if isinstance(entry, Field) else ():
        if category.value == name:
            return in_language(category.label) or name
    return name


def percent(share: float | None) -> str:
    return GAP if share is None else figure_text(100 * share, "%")
