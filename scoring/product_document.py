"""A product's document: amounts, terms, currency, fees and caps. Pure; published as canonical JSON.

    {"schema": "assay.product/1", "currency": "EUR", "minor_units": 2,
     "amount": {"field": "amount", "min": "500.00", "max": "15000.00", "step": "100.00"},
     "term": {"field": "term_months", "values": [6, 12, 24]},
     "pd_combination": "worst", "max_parties": 2, "fees": {}, "rate_cap_ppm": 180000,
     "rounding": "half_even", "offer_valid_days": 30, "customer_limit": "50000.00"}

`term` is null where what is lent has a limit and no term. Where a purchase is financed,
`"down_payment": {"field": "paid_down", "price": "purchase_price", "min_share_ppm": 100000,
"step": "500.00"}` says what is paid down: the amount is the price less that. Money is text in
major units, exact at the currency's minor units.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ml.dictionary import Dictionary
from tenancy.canonical import canonical, content_hash
from tenancy.errors import FieldError, Invalid


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class AmountTerms(_Part):
    """What may be asked for: the request field, and its range in steps."""

    field: str
    min: str
    max: str
    step: str


class TermTerms(_Part):
    """The terms on offer, in months."""

    field: str
    values: list[int] = Field(min_length=1)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.values != sorted(set(self.values)) or self.values[0] < 1:
            raise ValueError("terms rise, and none is below one month")
        return self


class DownPaymentTerms(_Part):
    """What is paid down: the fields that state it and the price, its least share, its steps."""

    field: str
    price: str
    min_share_ppm: int = Field(default=0, ge=0, lt=1_000_000)
    step: str


class ProductDocument(_Part):
    """One version of a product."""

    schema_: Literal["assay.product/1"] = Field(alias="schema")
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    minor_units: int = Field(ge=0, le=4)
    amount: AmountTerms
    term: TermTerms | None
    pd_combination: Literal["primary", "worst", "joint"]
    max_parties: int = Field(ge=1, le=8)
    fees: dict[str, Any] = Field(default_factory=dict)
    rate_cap_ppm: int | None = Field(default=None, ge=0)
    rounding: Literal["half_even"] = "half_even"
    offer_valid_days: int = Field(ge=1, le=365)
    customer_limit: str | None = None
    down_payment: DownPaymentTerms | None = None
    expected: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _amounts_exact(self) -> Self:
        low, high, step = (
            self._minor(name, getattr(self.amount, name)) for name in ("min", "max", "step")
        )
        if not 0 < low <= high:
            raise ValueError("amount.min must be above zero and at most amount.max")
        if step <= 0 or (high - low) % step:
            raise ValueError("amount.max is not reached from amount.min in whole steps")
        if self.customer_limit is not None:
            self._minor("customer_limit", self.customer_limit)
        if self.down_payment and self._minor("down_payment.step", self.down_payment.step) <= 0:
            raise ValueError("down_payment.step must be above zero")
        return self

    def _minor(self, name: str, text: str) -> int:
        try:
            scaled = Decimal(text).scaleb(self.minor_units)
        except InvalidOperation:
            raise ValueError(f"{name}: {text!r} is no amount of money") from None
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{name}: {text!r} has more digits than the currency")
        return int(scaled)


def product_document(document: Mapping[str, Any], dictionary: Dictionary) -> tuple[bytes, str]:
    """Canonical bytes and their hash; raises Invalid naming every wrong place."""
    try:
        parsed = ProductDocument.model_validate(dict(document))
    except ValidationError as error:
        raise Invalid([_problem(each) for each in error.errors()]) from error
    _check_fields(parsed, dictionary)
    data = canonical(dict(document))
    return data, content_hash(data)


def _check_fields(parsed: ProductDocument, dictionary: Dictionary) -> None:
    """The amount and the term are asked for in the request, with their own types."""
    asked = {field.name: field.type for field in dictionary.fields if field.scope == "request"}
    wanted = [("/amount/field", parsed.amount.field, "money")]
    if parsed.term:
        wanted.append(("/term/field", parsed.term.field, "integer"))
    if parsed.down_payment:
        wanted += [
            ("/down_payment/field", parsed.down_payment.field, "money"),
            ("/down_payment/price", parsed.down_payment.price, "money"),
        ]
    wrong = [
        FieldError(pointer, "field_unknown", f"no {kind} field {name!r} in the request")
        for pointer, name, kind in wanted
        if asked.get(name) != kind
    ]
    if wrong:
        raise Invalid(wrong)


def _problem(error: Any) -> FieldError:
    pointer = "".join(f"/{part}" for part in error["loc"])
    return FieldError(pointer, str(error["type"]), str(error["msg"]))
