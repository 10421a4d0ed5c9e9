"""The yearly cost of credit: APRC (EU), CET (Brazil) and APR (US), as whole parts per million.

All solve the same equation, that what is received equals the present value of what is paid:

    received = sum of payment_k / (1 + i) ** k

for the rate i of a month, with equal months. The year's cost is (1 + i) ** 12 - 1 in the EU
(Directive (EU) 2023/2225, Annex III; before it 2008/48/EC, Annex I) and in Brazil (Resolução CMN
4.881/2020, article 4), and 12 i in the US (`reg_z`, for payments that are not monthly or not
regular). The arithmetic is in integers of 30 decimals, so no library or machine changes a digit;
the result is rounded half-even to a part per million. Where float64 can show which part per
million that is (`certain`), the integers are spared: ten times sooner, and the same number.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from ml.values import divide_half_even
from underwriting.pricing.certain import certain_ppm
from underwriting.pricing.instalments import PPM, schedule

ONE = 10**30
MAX_MONTHLY = 100 * ONE
ROUNDS = 200
Method = Literal["aprc", "cet", "apr"]


class Fees(NamedTuple):
    """What is charged beside interest, in minor units and parts per million of the amount.

    `origination` and its share are kept back from what is paid out; `monthly` comes with each
    instalment.
    """

    origination: int = 0
    origination_ppm: int = 0
    monthly: int = 0

    def upfront(self, amount: int) -> int:
        return self.origination + divide_half_even(amount * self.origination_ppm, PPM)


class CreditTax(NamedTuple):
    """A tax on the amount (`flat`) and per day on each part of the principal, up to `max_days`.

    Brazil's IOF: both kept back when the loan is paid out. Rates in parts per billion.
    """

    flat_ppb: int = 0
    daily_ppb: int = 0
    max_days: int = 365
    month_days: int = 30

    def due(self, principal: Sequence[int]) -> int:
        """The tax in minor units on a loan whose k-th payment pays off principal[k - 1]."""
        if not self.flat_ppb and not self.daily_ppb:
            return 0
        daily = sum(
            part * min(month * self.month_days, self.max_days)
            for month, part in enumerate(principal, start=1)
        )
        whole = sum(principal) * self.flat_ppb + daily * self.daily_ppb
        return divide_half_even(whole, 1_000_000_000)


NO_FEES = Fees()
NO_TAX = CreditTax()


@lru_cache(maxsize=16_384)
def cost_ppm(
    amount: int,
    rate_ppm: int,
    term: int,
    fees: Fees = NO_FEES,
    tax: CreditTax = NO_TAX,
    method: Method = "aprc",
) -> int | None:
    """Yearly cost of a loan in equal instalments; None where no finite cost exists."""
    plan = schedule(amount, rate_ppm, term)
    received = amount - fees.upfront(amount) - tax.due(plan.principal)
    regular, final = plan.instalment + fees.monthly, plan.final + fees.monthly
    if received > 0 and min(regular, final) > 0:
        certain = certain_ppm(received, regular, final, term, nominal=method == "apr")
        if certain is not None:
            return certain
    payments = dict.fromkeys(range(1, term), regular)
    payments[term] = final
    if method == "apr":
        return nominal_cost_ppm(received, payments)
    return annual_cost_ppm(received, payments)


def annual_cost_ppm(received: int, payments: Mapping[int, int]) -> int | None:
    """The effective year's cost; `payments` by month after the loan is paid out (at least 1).

    None where nothing is received, or where more is received than ever paid.
    """
    monthly = _monthly_rate(received, payments)
    if monthly is None:
        return None
    yearly = (ONE + monthly) ** 12 - ONE**12
    return divide_half_even(yearly * PPM, ONE**12)


def nominal_cost_ppm(received: int, payments: Mapping[int, int]) -> int | None:
    """Twelve times the month's cost: Appendix J of Regulation Z with whole months only."""
    monthly = _monthly_rate(received, payments)
    return None if monthly is None else divide_half_even(12 * monthly * PPM, ONE)


def _monthly_rate(received: int, payments: Mapping[int, int]) -> int | None:
    """The monthly rate in units of 1 / ONE, by Newton's method from below.

    The present value is convex and falls with the rate, so each step from below stays below the
    root and the steps end where they no longer move.
    """
    if received <= 0 or sum(payments.values()) < received or min(payments, default=0) < 1:
        return None
    months = sorted(payments)
    rate = 0
    for _ in range(ROUNDS):
        value, slope = _present(rate, months, payments)
        step = (value - received * ONE) * ONE // slope if slope else 0
        if step <= 0:
            return rate
        rate += step
        if rate > MAX_MONTHLY:
            return None
    return rate


def _present(rate: int, months: Sequence[int], payments: Mapping[int, int]) -> tuple[int, int]:
    """Present value at a monthly rate and how fast it falls, both in units of 1 / ONE."""
    discount = ONE * ONE // (ONE + rate)
    factor, month = ONE, 0
    value = weighted = 0
    for due in months:
        while month < due:
            factor = factor * discount // ONE
            month += 1
        present = payments[due] * factor
        value += present
        weighted += month * present
    return value, weighted * discount // ONE
