from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.address import Address


T = TypeVar("T", bound="Identity")


@_attrs_define
class Identity:
    given_names: str
    family_name: str
    birth_date: datetime.date
    email: str
    phone: str | Unset = UNSET
    national_id: str | Unset = UNSET
    address: Address | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        given_names = self.given_names

        family_name = self.family_name

        birth_date = self.birth_date.isoformat()

        email = self.email

        phone = self.phone

        national_id = self.national_id

        address: dict[str, Any] | Unset = UNSET
        if not isinstance(self.address, Unset):
            address = self.address.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "given_names": given_names,
                "family_name": family_name,
                "birth_date": birth_date,
                "email": email,
            }
        )
        if phone is not UNSET:
            field_dict["phone"] = phone
        if national_id is not UNSET:
            field_dict["national_id"] = national_id
        if address is not UNSET:
            field_dict["address"] = address

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.address import Address  # noqa: PLC0415

        d = dict(src_dict)
        given_names = d.pop("given_names")

        family_name = d.pop("family_name")

        birth_date = datetime.date.fromisoformat(d.pop("birth_date"))

        email = d.pop("email")

        phone = d.pop("phone", UNSET)

        national_id = d.pop("national_id", UNSET)

        _address = d.pop("address", UNSET)
        address: Address | Unset
        if isinstance(_address, Unset):
            address = UNSET
        else:
            address = Address.from_dict(_address)

        identity = cls(
            given_names=given_names,
            family_name=family_name,
            birth_date=birth_date,
            email=email,
            phone=phone,
            national_id=national_id,
            address=address,
        )

        identity.additional_properties = d
        return identity
