"""The affordability calculation of a case, line by line, as an underwriter checks it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from underwriting.desk.words import NOTHING, money, percent


@dataclass(frozen=True, slots=True)
class AmountLine:
    """One amount a month; `sign` says whether it comes in or goes out."""

    label: str
    sign: str
    amount: str


@dataclass(frozen=True, slots=True)
class AffordabilityShown:
    """The lines, what is left of them, and the share that creditors take."""

    lines: tuple[AmountLine, ...]
    left: str
    short: bool
    burden: str


def affordability_shown(
    found: Mapping[str, Any] | None, currency: str, digits: int
) -> AffordabilityShown | None:
    """None where the policy computes none; `found` is `Plan.facts`' member of that name."""
    if found is None:
        return None
    rate = percent(found["rate_ppm"])
    instalment = gettext("New instalment at %(rate)s (stressed)") % {"rate": rate}
    lines = (
        ("income", "", gettext("Net income")),
        ("expenses", "−", gettext("Essential expenses of the household")),
        ("obligations", "−", gettext("Obligations")),
        ("instalment", "−", instalment),
    )
    left = found["disposable"]
    return AffordabilityShown(
        tuple(
            AmountLine(label, sign, _money(found[name], currency, digits))
            for name, sign, label in lines
        ),
        _money(left, currency, digits),
        left is not None and left < 0,
        NOTHING if found["burden_ppm"] is None else percent(found["burden_ppm"], 1),
    )


def _money(minor: int | None, currency: str, digits: int) -> str:
    return gettext("not known") if minor is None else money(minor, currency, digits)
