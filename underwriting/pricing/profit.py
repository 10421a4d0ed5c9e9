"""Expected profit of a loan, for choosing among offers: whole numbers, one formula.

    profit = (1 - PD) (interest + monthly fees) + fees at the start
             - PD * LGD * amount - cost of funds - servicing

Who defaults is taken to pay nothing, so the loss is of the whole amount. The cost of funds is paid
on what is still owed, month by month; a limit without a term is drawn in full for a year.
"""

from typing import NamedTuple

from ml.values import divide_half_even
from underwriting.pricing.cost import Fees
from underwriting.pricing.instalments import PPM, YEAR, schedule


class Costs(NamedTuple):
    """What lending costs the lender: ppm a year on what is owed, minor units a month."""

    cost_of_funds_ppm: int
    servicing: int


def expected_profit(
    amount: int,
    rate_ppm: int,
    term: int | None,
    pd_ppm: int,
    lgd_ppm: int,
    fees: Fees,
    costs: Costs,
) -> int:
    """In millionths of a minor unit."""
    months = 12 if term is None else term
    owed = amount * 12 if term is None else _owed(amount, rate_ppm, term)
    earned = _interest(amount, rate_ppm, term) + fees.monthly * months
    funds = divide_half_even(owed * costs.cost_of_funds_ppm, YEAR)
    certain = fees.upfront(amount) - funds - costs.servicing * months
    loss = amount * lgd_ppm // PPM
    return earned * (PPM - pd_ppm) - loss * pd_ppm + certain * PPM


def interest_less_loss(
    amount: int, rate_ppm: int, term: int | None, pd_ppm: int, lgd_ppm: int
) -> int:
    """The same for a lender who states no costs: interest if repaid, less the loss if not."""
    loss = amount * lgd_ppm // PPM
    return _interest(amount, rate_ppm, term) * (PPM - pd_ppm) - loss * pd_ppm


def _interest(amount: int, rate_ppm: int, term: int | None) -> int:
    if term is None:
        return amount * rate_ppm // PPM
    return schedule(amount, rate_ppm, term).total - amount


def _owed(amount: int, rate_ppm: int, term: int) -> int:
    """What is owed before each payment, added up over the months."""
    owed, left = 0, amount
    for paid_off in schedule(amount, rate_ppm, term).principal:
        owed += left
        left -= paid_off
    return owed
