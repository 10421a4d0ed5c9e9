"""Equal monthly instalments of a loan, exact to the minor unit.

Money is in minor units, rates are yearly and nominal in parts per million, a month is a twelfth
of a year. The instalment is the annuity rounded half-even; interest of each month is rounded
half-even on the balance owed, and the last instalment settles what is left.
"""

from functools import lru_cache
from typing import NamedTuple

from ml.values import divide_half_even

PPM = 1_000_000
YEAR = 12 * PPM
MAX_TERM = 600


class Schedule(NamedTuple):
    """`term` payments: all of `instalment` but the last, which is `final`. Minor units."""

    instalment: int
    final: int
    total: int
    principal: tuple[int, ...]
    """What each payment pays off; adds up to the amount."""


@lru_cache(maxsize=65_536)
def instalment(amount: int, rate_ppm: int, term: int) -> int:
    """The monthly annuity in minor units; ValueError for no term, amount or a negative rate."""
    _check(amount, rate_ppm, term)
    if rate_ppm == 0:
        return divide_half_even(amount, term)
    grown, flat = (YEAR + rate_ppm) ** term, YEAR**term
    return divide_half_even(amount * rate_ppm * grown, YEAR * (grown - flat))


@lru_cache(maxsize=16_384)
def schedule(amount: int, rate_ppm: int, term: int) -> Schedule:
    """The whole plan of repayment; ValueError where `instalment` gives one."""
    regular = instalment(amount, rate_ppm, term)
    owed, principal = amount, []
    for _ in range(term - 1):
        interest, rest = divmod(owed * rate_ppm, YEAR)
        if 2 * rest > YEAR or (2 * rest == YEAR and interest & 1):
            interest += 1
        paid_off = min(regular - interest, owed)
        principal.append(paid_off)
        owed -= paid_off
    final = owed + divide_half_even(owed * rate_ppm, YEAR)
    principal.append(owed)
    return Schedule(regular, final, regular * (term - 1) + final, tuple(principal))


def _check(amount: int, rate_ppm: int, term: int) -> None:
    if amount <= 0 or rate_ppm < 0 or not 1 <= term <= MAX_TERM:
        raise ValueError(f"no loan of {amount} at {rate_ppm} ppm over {term} months")
