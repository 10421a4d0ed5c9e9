from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="Booking")


@_attrs_define
class Booking:
    id: str
    object_: str
    application: str
    offer: str
    loan_id: str
    amount: Money
    annual_rate: None | str
    booked_on: datetime.date | None
    booked_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        object_ = self.object_

        application = self.application

        offer = self.offer

        loan_id = self.loan_id

        amount = self.amount.to_dict()

        annual_rate: None | str
        annual_rate = self.annual_rate

        booked_on: None | str
        if isinstance(self.booked_on, datetime.date):
            booked_on = self.booked_on.isoformat()
        else:
            booked_on = self.booked_on

        booked_at = self.booked_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "object": object_,
                "application": application,
                "offer": offer,
                "loan_id": loan_id,
                "amount": amount,
                "annual_rate": annual_rate,
                "booked_on": booked_on,
                "booked_at": booked_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        object_ = d.pop("object")

        application = d.pop("application")

        offer = d.pop("offer")

        loan_id = d.pop("loan_id")

        amount = Money.from_dict(d.pop("amount"))

        def _parse_annual_rate(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        annual_rate = _parse_annual_rate(d.pop("annual_rate"))

        def _parse_booked_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                booked_on_type_0 = datetime.date.fromisoformat(data)

                return booked_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        booked_on = _parse_booked_on(d.pop("booked_on"))

        booked_at = datetime.datetime.fromisoformat(d.pop("booked_at"))

        booking = cls(
            id=id,
            object_=object_,
            application=application,
            offer=offer,
            loan_id=loan_id,
            amount=amount,
            annual_rate=annual_rate,
            booked_on=booked_on,
            booked_at=booked_at,
        )

        booking.additional_properties = d
        return booking
