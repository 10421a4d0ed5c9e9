"""The annual percentage rate of US closed-end credit: Regulation Z, 12 CFR 1026, Appendix J.

The actuarial method solves, for the rate i of one unit-period,

    sum of advance / ((1 + e i) (1 + i) ** q) = sum of payment / ((1 + f i) (1 + i) ** t)

where q and t are an amount's whole unit-periods from the first advance and e and f what is left
of one. The APR is i times the unit-periods in a year, so it is nominal where the EU's APRC is
effective. The arithmetic is in integers of 30 decimals; the result is rounded half-even to a part
per million.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from ml.values import divide_half_even
from underwriting.pricing.instalments import PPM

ONE = 10**30
HIGHEST = 100 * ONE
REGULAR_TOLERANCE_PPM = 1_250
"""1/8 of a percentage point: 12 CFR 1026.22(a)(2)."""
IRREGULAR_TOLERANCE_PPM = 2_500
"""1/4 of a percentage point, with several advances or irregular payments: 1026.22(a)(3)."""


class Flow(NamedTuple):
    """An amount in minor units after `units` whole unit-periods and an `odd` part of one."""

    amount: int
    units: int
    odd: Fraction = Fraction(0)


class UnitPeriod(NamedTuple):
    """The common period of the payments: so many months, or days, or half a month (both 0)."""

    months: int = 0
    days: int = 0

    @property
    def per_year(self) -> Fraction:
        """Unit-periods in a year; a year has 365 days, 52 weeks, 24 half months, 12 months."""
        if self.months:
            return Fraction(12, self.months)
        if not self.days:
            return Fraction(24)
        weeks, rest = divmod(self.days, 7)
        return Fraction(365, self.days) if rest else Fraction(52, weeks)

    def between(self, earlier: date, later: date) -> tuple[int, Fraction]:
        """Whole unit-periods and the odd part between two dates: Appendix J, (b)(5)."""
        if self.days:
            return _divided((later - earlier).days, self.days)
        months, days = months_back(earlier, later)
        if self.months == 1:
            return months, Fraction(days, 30)
        if self.months == 12:
            years, rest = divmod(months, 12)
            left = (_back(later, 12 * years) - earlier).days
            return years, Fraction(left, 365) if days else Fraction(rest, 12)
        return _divided(30 * months + days, 30 * self.months or 15)


DAY, WEEK, FORTNIGHT = UnitPeriod(days=1), UnitPeriod(days=7), UnitPeriod(days=14)
SEMIMONTH, MONTH, QUARTER = UnitPeriod(), UnitPeriod(months=1), UnitPeriod(months=3)
YEAR = UnitPeriod(months=12)


def dated(first: date, on: date, amount: int, unit: UnitPeriod) -> Flow:
    """The flow of an amount that moves on a day, counted from the first advance."""
    return Flow(amount, *unit.between(first, on))


def single_payment_unit(advanced: date, paid: date) -> UnitPeriod:
    """Of one advance and one payment: the term itself, but no more than a year. (b)(4)(ii)."""
    months, days = months_back(advanced, paid)
    if months >= 12:
        return YEAR
    return UnitPeriod(days=(paid - advanced).days) if days else UnitPeriod(months=months)


def apr_ppm(
    advances: Sequence[Flow], payments: Sequence[Flow], per_year: Fraction | int
) -> int | None:
    """The APR in parts per million; None where no rate of 0 to 10,000 % a unit-period solves it."""
    if _gap(0, advances, payments) < 0 or _gap(HIGHEST, advances, payments) > 0:
        return None
    low, high = 0, HIGHEST
    while high - low > 1:
        middle = (low + high) // 2
        if _gap(middle, advances, payments) >= 0:
            low = middle
        else:
            high = middle
    yearly = low * PPM * Fraction(per_year)
    return divide_half_even(yearly.numerator, yearly.denominator * ONE)


def within_tolerance(disclosed_ppm: int, apr: int, *, irregular: bool = False) -> bool:
    """Whether a disclosed APR counts as accurate beside the one computed: 1026.22(a)(2), (3)."""
    most = IRREGULAR_TOLERANCE_PPM if irregular else REGULAR_TOLERANCE_PPM
    return abs(disclosed_ppm - apr) <= most


def months_back(earlier: date, later: date) -> tuple[int, int]:
    """Full months measured back from the later date, and the days before them."""
    months = 12 * (later.year - earlier.year) + later.month - earlier.month
    while _back(later, months) < earlier:
        months -= 1
    return months, (_back(later, months) - earlier).days


def _back(day: date, months: int) -> date:
    """The same day so many months before, or the last of that month where it has none."""
    year, month = divmod(12 * day.year + day.month - 1 - months, 12)
    last = date(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def _divided(days: int, length: int) -> tuple[int, Fraction]:
    return days // length, Fraction(days % length, length)


def _gap(rate: int, advances: Sequence[Flow], payments: Sequence[Flow]) -> int:
    """Present value of the payments less that of the advances; it falls as the rate rises."""
    return _present(rate, payments) - _present(rate, advances)


def _present(rate: int, flows: Sequence[Flow]) -> int:
    discount = ONE * ONE // (ONE + rate)
    factor, units, value = ONE, 0, 0
    for flow in sorted(flows, key=lambda each: each.units):
        while units < flow.units:
            factor = factor * discount // ONE
            units += 1
        part = flow.odd.denominator * ONE
        value += flow.amount * factor * part // (part + flow.odd.numerator * rate)
    return value
