from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Party")


@_attrs_define
class Party:
    position: int
    role: str
    liability: str
    hosted_url: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        position = self.position

        role = self.role

        liability = self.liability

        hosted_url: None | str
        hosted_url = self.hosted_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "position": position,
                "role": role,
                "liability": liability,
                "hosted_url": hosted_url,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        position = d.pop("position")

        role = d.pop("role")

        liability = d.pop("liability")

        def _parse_hosted_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        hosted_url = _parse_hosted_url(d.pop("hosted_url"))

        party = cls(
            position=position,
            role=role,
            liability=liability,
            hosted_url=hosted_url,
        )

        party.additional_properties = d
        return party
