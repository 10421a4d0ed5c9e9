"""From a loan's months to good, bad, indeterminate or censored, by a definition and its window.

A loan younger than the window that has not turned bad is censored, never good: nobody knows yet.
Sources: Siddiqi, Intelligent Credit Scoring (2017), chapter 4, on outcome windows and
indeterminates; Basel Framework CRE36.68 (past due for more than 90 days, or unlikely to pay).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Outcome = Literal["good", "bad", "indeterminate", "censored"]
MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Month:
    """One month of one loan: months on book, its reporting date, and how the loan stood then.

    `balance` in minor units of the product's currency.
    """

    months_on_book: int
    as_of: date
    days_past_due: int
    balance: int
    charged_off: bool = False


@dataclass(frozen=True, slots=True)
class Definition:
    """Bad from so many days past due (or charged off) within the first `window_months` months;
    neither good nor bad from so many."""

    bad_days_past_due: int
    indeterminate_days_past_due: int
    window_months: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What the definition needs to know of a loan's months.

    `worst` is the most days past due inside the window, `charged_off` inside it too; `last` is the
    newest month of all.
    """

    worst: int
    charged_off: bool
    last: Month


def standing(months: Sequence[Month], definition: Definition) -> Standing | None:
    """A loan's months summed up; None without any."""
    if not months:
        return None
    inside = [m for m in months if m.months_on_book <= definition.window_months]
    return Standing(
        worst=max((m.days_past_due for m in inside), default=0),
        charged_off=any(m.charged_off for m in inside),
        last=max(months, key=lambda m: m.months_on_book),
    )


def outcome(found: Standing | None, definition: Definition, as_of: date) -> Outcome:
    """How a loan counts, as known on a day.

    Bad as soon as it is bad. Otherwise only a mature loan counts: one reported up to the end of
    its window, or one repaid before whose window has ended by the calendar. A month missing
    between two reported ones is tolerated: arrears add up, so what lasted shows in the next.
    """
    if found is None:
        return "censored"
    if found.charged_off or found.worst >= definition.bad_days_past_due:
        return "bad"
    if not _mature(found.last, definition, as_of):
        return "censored"
    if found.worst >= definition.indeterminate_days_past_due:
        return "indeterminate"
    return "good"


def _mature(last: Month, definition: Definition, as_of: date) -> bool:
    lacking = definition.window_months - last.months_on_book
    if lacking <= 0:
        return True
    repaid = last.balance == 0 and last.days_past_due == 0 and not last.charged_off
    return repaid and _months_between(last.as_of, as_of) >= lacking


def _months_between(start: date, end: date) -> int:
    """Whole calendar months from one day to another."""
    months = (end.year - start.year) * MONTHS_A_YEAR + end.month - start.month
    return months - (end.day < start.day)
