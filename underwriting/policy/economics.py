"""What lending costs the lender, as far as the choice among counter-offers needs it."""

from typing import Annotated

from pydantic import Field as Described

from underwriting.policy.part import Part, RatePpm

Money = Annotated[str, Described(pattern=r"^[0-9]{1,9}(\.[0-9]{1,4})?$")]


class Economics(Part):
    """`cost_of_funds_ppm` a year on what is still owed; `servicing` a month.

    With them the most profitable offer is found by `underwriting.pricing.profit.expected_profit`,
    fees included; without, by interest less loss alone.
    """

    cost_of_funds_ppm: RatePpm = 0
    servicing: Money = "0"
