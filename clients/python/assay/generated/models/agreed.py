from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="Agreed")


@_attrs_define
class Agreed:
    offer: str
    amount: Money
    annual_rate: str
    expires_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        offer = self.offer

        amount = self.amount.to_dict()

        annual_rate = self.annual_rate

        expires_at = self.expires_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "offer": offer,
                "amount": amount,
                "annual_rate": annual_rate,
                "expires_at": expires_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        offer = d.pop("offer")

        amount = Money.from_dict(d.pop("amount"))

        annual_rate = d.pop("annual_rate")

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        agreed = cls(
            offer=offer,
            amount=amount,
            annual_rate=annual_rate,
            expires_at=expires_at,
        )

        agreed.additional_properties = d
        return agreed
