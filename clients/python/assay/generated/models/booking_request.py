from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="BookingRequest")


@_attrs_define
class BookingRequest:
    loan_id: str
    amount: Money
    annual_rate: str
    booked_on: datetime.date
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        loan_id = self.loan_id

        amount = self.amount.to_dict()

        annual_rate = self.annual_rate

        booked_on = self.booked_on.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "loan_id": loan_id,
                "amount": amount,
                "annual_rate": annual_rate,
                "booked_on": booked_on,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        loan_id = d.pop("loan_id")

        amount = Money.from_dict(d.pop("amount"))

        annual_rate = d.pop("annual_rate")

        booked_on = datetime.date.fromisoformat(d.pop("booked_on"))

        booking_request = cls(
            loan_id=loan_id,
            amount=amount,
            annual_rate=annual_rate,
            booked_on=booked_on,
        )

        booking_request.additional_properties = d
        return booking_request
