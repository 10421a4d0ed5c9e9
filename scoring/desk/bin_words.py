"""A field and its bins as people read them: labels of the dictionary, values at their scale."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from django.utils import formats
from django.utils.translation import get_language, gettext

from ml.dictionary import Derived, Dictionary, Field
from ml.drift.bins import MISSING, NEW, REST, Bins
from ml.values import date_of

Entry = Field | Derived | None


def field_label(dictionary: Dictionary, name: str) -> str:
    """The field's label in the reader's language; the score for none."""
    if not name:
        return gettext("Score")
    entry = dictionary.entries.get(name)
    return (in_language(entry.label) if entry else "") or name


def in_language(texts: object) -> str:
    """Of texts by language the reader's, else English, else the first."""
    if not isinstance(texts, dict) or not texts:
        return ""
    language = (get_language() or "en").split("-")[0]
    return str(texts.get(language) or texts.get("en") or next(iter(texts.values())))


def bin_words(bins: Bins, entry: Entry) -> list[str]:
    """Words for each bin, in the order of the counts."""
    if bins.kind == "number":
        return [*_ranges(bins.cuts, entry), *(_special(code, entry) for code in bins.specials),
                gettext("missing")]  # fmt: skip
    known = {MISSING: gettext("missing"), NEW: gettext("never seen before"), REST: gettext("rest")}
    return [known.get(label) or _category(label, entry) for label in bins.labels]


def _ranges(cuts: Sequence[int], entry: Entry) -> list[str]:
    if not cuts:
        return [gettext("any value")]
    written = [_written(cut, entry) for cut in cuts]
    between = [f"{low} – {high}" for low, high in pairwise(written)]
    below = gettext("below %(value)s") % {"value": written[0]}
    return [below, *between, gettext("from %(value)s") % {"value": written[-1]}]


def _written(value: int, entry: Entry) -> str:
    if entry is not None and entry.type == "date":
        return date_of(value).isoformat()
    digits = entry.digits if entry is not None and entry.type in ("money", "decimal") else 0
    found = Decimal(value).scaleb(-digits)
    if found == found.to_integral_value():
        digits = 0
    return formats.number_format(found, decimal_pos=digits, use_l10n=True, force_grouping=True)


def _special(code: int, entry: Entry) -> str:
    written = _written(code, entry)
    meant = entry.special.get(str(code), "") if isinstance(entry, Field) else ""
    return f"{written} ({in_language(meant) or meant})" if meant else written


def _category(name: str, entry: Entry) -> str:
    if name in ("true", "false"):
        return gettext("Yes") if name == "true" else gettext("No")
    values = entry.values if isinstance(entry, Field) else ()
    for category in values:
        if category.value == name:
            return in_language(category.label) or name
    return name
