from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.decision import Decision


T = TypeVar("T", bound="DecisionPage")


@_attrs_define
class DecisionPage:
    object_: str
    has_more: bool
    next_: None | str
    data: list[Decision]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        has_more = self.has_more

        next_: None | str
        next_ = self.next_

        data = []
        for data_item_data in self.data:
            data_item = data_item_data.to_dict()
            data.append(data_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "has_more": has_more,
                "next": next_,
                "data": data,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.decision import Decision  # noqa: PLC0415

        d = dict(src_dict)
        object_ = d.pop("object")

        has_more = d.pop("has_more")

        def _parse_next_(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_ = _parse_next_(d.pop("next"))

        data = []
        _data = d.pop("data")
        for data_item_data in _data:
            data_item = Decision.from_dict(data_item_data)

            data.append(data_item)

        decision_page = cls(
            object_=object_,
            has_more=has_more,
            next_=next_,
            data=data,
        )

        decision_page.additional_properties = d
        return decision_page
