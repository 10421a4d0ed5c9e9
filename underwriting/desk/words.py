"""Values as people read them on the desk: money, rates, ages, hashes, in the reader's language."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import get_language, gettext, ngettext

from ml.dictionary import Derived, Dictionary, Field
from scoring.models import Product
from underwriting.selectors.explanations import in_language

NOTHING = "–"
PPM_PER_PERCENT = Decimal(10_000)
HASH_SHOWN = 8
DAY = "j M Y"
"""Short, and no reader takes the day for the month."""

Entry = Field | Derived


def language() -> str:
    return (get_language() or "en").split("-")[0]


def money(minor: int | None, currency: str, digits: int = 2) -> str:
    """An amount in minor units, with its currency."""
    if minor is None:
        return NOTHING
    return f"{number(Decimal(minor).scaleb(-digits), digits)}\u00a0{currency}"


def number(value: Decimal | int, digits: int = 0) -> str:
    return formats.number_format(value, decimal_pos=digits, use_l10n=True, force_grouping=True)


def percent(ppm: int | None, digits: int = 2) -> str:
    if ppm is None:
        return NOTHING
    return f"{number(Decimal(ppm) / PPM_PER_PERCENT, digits)}\u00a0%"


def months(count: int | None) -> str:
    if count is None:
        return NOTHING
    return ngettext("%(count)s month", "%(count)s months", count) % {"count": count}


def ago(moment: datetime, now: datetime) -> str:
    """How long something has waited, in its largest unit."""
    return span(max(now - moment, timedelta(0)))


def span(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    if minutes < 48 * 60:
        hours = minutes // 60
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    days = minutes // (24 * 60)
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def moment(value: datetime | None) -> str:
    return NOTHING if value is None else formats.date_format(value, f"{DAY}, H:i")


def day(value: date | None) -> str:
    return NOTHING if value is None else formats.date_format(value, DAY).replace(" ", "\u00a0")


def short_hash(value: str | None) -> str:
    """The first characters of a hash: enough to compare by eye."""
    return NOTHING if not value else value.rpartition(":")[2][:HASH_SHOWN]


def product_name(product: Product) -> str:
    return in_language(product.names, language()) or product.slug


def label(dictionary: Dictionary, name: str) -> str:
    """A field's label in the reader's language; a name the dictionary lacks stays as it is."""
    entry = dictionary.entries.get(name)
    if entry is None:
        return str(CONTEXT_LABELS[name]()) if name in CONTEXT_LABELS else _asked(name)
    return in_language(entry.label, language()) or name


def _asked(name: str) -> str:
    """What a policy asked of a list or counter, by the name it gave to the question."""
    kind, _, given = name.partition(".")
    if kind not in ("list", "velocity"):
        return name
    form = gettext("On a list (%(name)s)") if kind == "list" else gettext("Applications (%(name)s)")
    return form % {"name": given.replace("_", " ")}


def answer(entry: Entry | None, value: Any, currency: str) -> str:
    """A value in its human form, with the words the dictionary has for it."""
    if value is None:
        return gettext("not stated")
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if entry is None:
        return str(value)
    if isinstance(entry, Field) and (words := _words(entry, value)):
        return words
    return _figure(entry, value, currency)


def _words(entry: Field, value: Any) -> str:
    for category in entry.values:
        if category.value == value:
            return in_language(category.label, language()) or category.value
    return entry.special.get(str(value), "")


def _figure(entry: Entry, value: Any, currency: str) -> str:
    if entry.type == "date":
        return day(date.fromisoformat(value))
    if entry.type not in ("money", "decimal", "integer"):
        return str(value)
    figure = number(Decimal(value), entry.digits)
    if entry.unit == "months" and entry.type == "integer":
        return months(int(value))
    unit = currency if entry.type == "money" else entry.unit
    return f"{figure}\u00a0{unit}" if unit else figure


CONTEXT_LABELS: Mapping[str, Any] = {
    "model.points": lambda: gettext("Points"),
    "model.pd_ppm": lambda: gettext("Probability of default"),
    "model.uncertain": lambda: gettext("The score cannot tell good from bad"),
    "model.outside_domain": lambda: gettext("Unlike the loans the model learnt from"),
    "price.band": lambda: gettext("Risk band"),
    "price.rate_ppm": lambda: gettext("Nominal rate"),
    "price.instalment": lambda: gettext("Instalment"),
    "price.financed": lambda: gettext("Price less down payment"),
    "price.down_payment_ppm": lambda: gettext("Down payment, share of the price"),
    "affordability.disposable": lambda: gettext("Left each month after the instalment"),
    "affordability.burden_ppm": lambda: gettext("Share of income for creditors"),
    "affordability.stressed_instalment": lambda: gettext("Instalment at the stressed rate"),
    "context.exposure": lambda: gettext("Present exposure"),
    "context.open_offers": lambda: gettext("Open offers"),
    "context.in_flight": lambda: gettext("Requests in flight"),
    "context.parties": lambda: gettext("Number of parties"),
    "context.as_of": lambda: gettext("Date of the decision"),
    "context.days_since_decline": lambda: gettext("Days since the last decline"),
    "check.identity": lambda: gettext("Identity check"),
    "check.sanctions": lambda: gettext("Sanctions check"),
    "check.fraud": lambda: gettext("Fraud check"),
    "limit.customer": lambda: gettext("What the customer limit leaves"),
    "limit.band": lambda: gettext("Limit of the band"),
}
