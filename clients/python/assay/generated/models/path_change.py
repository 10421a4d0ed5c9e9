from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="PathChange")


@_attrs_define
class PathChange:
    party: int | None
    field: str
    label: str
    way: str
    current: Any
    wanted: Any
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        party: int | None
        party = self.party

        field = self.field

        label = self.label

        way = self.way

        current = self.current

        wanted = self.wanted

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "party": party,
                "field": field,
                "label": label,
                "way": way,
                "current": current,
                "wanted": wanted,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_party(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        party = _parse_party(d.pop("party"))

        field = d.pop("field")

        label = d.pop("label")

        way = d.pop("way")

        current = d.pop("current")

        wanted = d.pop("wanted")

        path_change = cls(
            party=party,
            field=field,
            label=label,
            way=way,
            current=current,
            wanted=wanted,
        )

        path_change.additional_properties = d
        return path_change
