"""What each policy would lose and earn on past applications: known ends apart from PDs, bounds.

Money is in minor units, rounded to whole ones at the end. An offer is taken as accepted. A loan
whose end is known counts as it ended, any other by its PD; who was never lent to has no end at
all, so what they would have done is told as bounds beside the PD's expectation: all of them repay,
or none. The price is each policy's own.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ml.economics import MONTHS, PPM, Economics, outstanding_months
from underwriting.decisioning.backtest_past import Past
from underwriting.decisioning.decided import NO_TERM

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


class Lending(NamedTuple):
    """Of n applications: to whom is lent, how much, for how long (-1: no term), at what rate."""

    made: Mask
    amount: Ints
    term: Ints
    rate_ppm: Ints


class Worth(NamedTuple):
    """Of n loans what each brings if repaid and if not, and what is lost of it then."""

    if_good: Floats
    if_bad: Floats
    lost: Floats


class Ends(NamedTuple):
    """How likely n loans go bad: 0 or 1 where `known`, the PD elsewhere; `told` where either is."""

    bad: Floats
    known: Mask
    told: Mask


def ends_of(past: Past, pd_ppm: Ints, scored: Mask) -> Ends:
    """From outcomes where there are any, else from PDs."""
    known = past.ended
    return Ends(np.where(known, past.bad, pd_ppm / PPM), known, known | scored)


def worth_of(lending: Lending, economics: Economics) -> Worth:
    """By the lender's economics at each loan's own rate; no term: a year's interest."""
    amount = lending.amount.astype(np.float64)
    balances = np.zeros(len(amount))
    for rate in np.unique(lending.rate_ppm[lending.made]).tolist():
        rows = lending.made & (lending.rate_ppm == rate)
        balances[rows] = outstanding_months(np.maximum(lending.term[rows], 1), rate)
    balances[lending.made & (lending.term == NO_TERM)] = MONTHS
    margin = amount * balances * (lending.rate_ppm - economics.funding_ppm) / PPM / MONTHS
    upfront = amount * (economics.fee_ppm / PPM) + economics.fee - economics.cost_per_loan
    lost = economics.losses(amount)
    earned = margin * (economics.earned_before_default_ppm / PPM)
    return Worth(margin + upfront, earned + upfront - lost, lost)


def money_of(lending: Lending, ends: Ends, past: Past, economics: Economics) -> dict[str, Any]:
    """Lent, lost and earned in all, and which part of it rests on known ends and which on PDs."""
    worth = worth_of(lending, economics)
    told = lending.made & ends.told
    parts = {"known": told & ends.known, "predicted": told & ~ends.known}
    found = {name: _sums(rows, lending, ends.bad, worth) for name, rows in parts.items()}
    every = _sums(told, lending, ends.bad, worth)
    cases = economics.cost_per_case * past.rows
    never = told & ~ends.known & ~past.lent
    return {
        **every,
        "profit": every["profit"] - cases,
        "cost_of_cases": cases,
        "without_pd": int((lending.made & ~ends.told).sum()),
        "parts": found,
        "bounds": _bounds(told, lending, ends, worth, cases),
        "never_lent_before": _sums(never, lending, ends.bad, worth),
    }


def _sums(rows: Mask, lending: Lending, bad: Floats, worth: Worth) -> dict[str, Any]:
    lent = int(lending.amount[rows].sum())
    loss = _whole((bad * worth.lost)[rows].sum())
    profit = (bad * worth.if_bad + (1 - bad) * worth.if_good)[rows].sum()
    return {
        "loans": int(rows.sum()),
        "lent": lent,
        "loss": loss,
        "loss_rate_ppm": ppm(loss, lent),
        "profit": _whole(profit),
        "bad_rate_ppm": ppm(float(bad[rows].sum()), int(rows.sum())),
    }


def _bounds(
    told: Mask, lending: Lending, ends: Ends, worth: Worth, cases: int
) -> dict[str, dict[str, Any]]:
    """If all whose end is not known repaid, and if none did."""
    found = {}
    for name, bad in (("best", 0.0), ("worst", 1.0)):
        sums = _sums(told, lending, np.where(ends.known, ends.bad, bad), worth)
        found[name] = {**sums, "profit": sums["profit"] - cases}
    return found


def ppm(part: float, whole: float) -> int | None:
    """A share in parts per million; None of nothing."""
    return round(part / whole * PPM) if whole else None


def _whole(value: float) -> int:
    return round(float(value))
