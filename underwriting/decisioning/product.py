"""The product document: what may be lent, in which amounts and terms, at which fees and caps.

Money is written as text ("500.00") and held in minor units; rates are parts per million a year.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Described

from ml.canonical import canonical
from underwriting.pricing.cost import Fees

MAX_GRID = 20_000
"""Amounts times terms: every one may be tried for a counter-offer."""

Money = Annotated[str, Described(pattern=r"^[0-9]{1,15}(\.[0-9]{1,4})?$")]
FieldName = Annotated[str, Described(pattern=r"^[a-z][a-z0-9_]{0,62}$")]


class Part(BaseModel):
    """Every part of a product: immutable, typed strictly, unknown members refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class AmountRange(Part):
    """Which field asks for the amount, and which amounts may be offered."""

    field: FieldName
    min: Money
    max: Money
    step: Money


class Terms(Part):
    """Which field asks for the term in months, and which terms there are."""

    field: FieldName
    values: tuple[Annotated[int, Described(ge=1, le=600)], ...] = Described(min_length=1)


class DownPayment(Part):
    """What is paid down on a purchase: which fields state it and the price, its least share of
    the price, and the steps in which a counter-offer may raise it."""

    field: FieldName
    price: FieldName
    min_share_ppm: int = Described(default=0, ge=0, lt=1_000_000)
    step: Money


class FeeTable(Part):
    """What is charged beside interest."""

    origination: Money = "0"
    origination_ppm: int = Described(default=0, ge=0, le=1_000_000)
    monthly: Money = "0"


class Product(Part):
    """A product version. A card has no `term`: its offers are a limit and a rate."""

    schema_id: Literal["assay.product/1"] = Described(alias="schema")
    currency: str = Described(pattern=r"^[A-Z]{3}$")
    minor_units: int = Described(ge=0, le=4)
    amount: AmountRange
    term: Terms | None
    pd_combination: Literal["primary", "worst", "joint"]
    max_parties: int = Described(ge=1, le=10)
    fees: FeeTable = FeeTable()
    rate_cap_ppm: int | None = Described(default=None, ge=0)
    rounding: Literal["half_even"] = "half_even"
    offer_valid_days: int = Described(ge=1, le=3_650)
    customer_limit: Money | None = None
    down_payment: DownPayment | None = None
    expected: Mapping[str, Any] | None = None

    @classmethod
    def parse(cls, document: bytes | Mapping[str, Any]) -> Self:
        """The product of a document; pydantic's ValidationError names what is wrong."""
        data = canonical(dict(document)) if isinstance(document, Mapping) else document
        return cls.model_validate_json(data)

    def minor(self, money: str) -> int:
        """Text in the currency's minor units; ValueError where it has more decimals."""
        whole, _, decimals = money.partition(".")
        if len(decimals.rstrip("0")) > self.minor_units:
            raise ValueError(f"{money!r} has more than {self.minor_units} decimals")
        return int(whole + decimals[: self.minor_units].ljust(self.minor_units, "0"))

    @cached_property
    def lowest(self) -> int:
        return self.minor(self.amount.min)

    @cached_property
    def highest(self) -> int:
        return self.minor(self.amount.max)

    @cached_property
    def step(self) -> int:
        return self.minor(self.amount.step)

    @cached_property
    def limit(self) -> int | None:
        """What one customer may owe in all, in minor units."""
        return None if self.customer_limit is None else self.minor(self.customer_limit)

    @cached_property
    def charges(self) -> Fees:
        fees = self.fees
        return Fees(self.minor(fees.origination), fees.origination_ppm, self.minor(fees.monthly))

    @property
    def amounts(self) -> range:
        """Every amount on the grid, in minor units."""
        return range(self.lowest, self.highest + 1, self.step)

    def _down_payments(self) -> int:
        """How many down payments a counter-offer may try at most."""
        if self.down_payment is None:
            return 1
        step = self.minor(self.down_payment.step)
        if step <= 0:
            raise ValueError("down payments rise by a step above nothing")
        return (self.highest - self.lowest) // step + 2

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not 0 < self.lowest <= self.highest or self.step <= 0:
            raise ValueError("amounts must rise from min to max by a step above nothing")
        if self.term is not None and len(set(self.term.values)) != len(self.term.values):
            raise ValueError("a term is listed twice")
        terms = 1 if self.term is None else len(self.term.values)
        if len(self.amounts) * terms * self._down_payments() > MAX_GRID:
            raise ValueError(f"the grid of amounts, terms (and down payments) exceeds {MAX_GRID}")
        for money in (self.customer_limit or "0", self.fees.origination, self.fees.monthly):
            self.minor(money)
        return self
