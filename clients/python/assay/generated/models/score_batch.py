from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.row_score import RowScore
    from ..models.wrong_field import WrongField


T = TypeVar("T", bound="ScoreBatch")


@_attrs_define
class ScoreBatch:
    object_: str
    scored: int
    refused: int
    data: list[RowScore]
    errors: list[WrongField]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        scored = self.scored

        refused = self.refused

        data = []
        for data_item_data in self.data:
            data_item = data_item_data.to_dict()
            data.append(data_item)

        errors = []
        for errors_item_data in self.errors:
            errors_item = errors_item_data.to_dict()
            errors.append(errors_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "scored": scored,
                "refused": refused,
                "data": data,
                "errors": errors,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.row_score import RowScore  # noqa: PLC0415
        from ..models.wrong_field import WrongField  # noqa: PLC0415

        d = dict(src_dict)
        object_ = d.pop("object")

        scored = d.pop("scored")

        refused = d.pop("refused")

        data = []
        _data = d.pop("data")
        for data_item_data in _data:
            data_item = RowScore.from_dict(data_item_data)

            data.append(data_item)

        errors = []
        _errors = d.pop("errors")
        for errors_item_data in _errors:
            errors_item = WrongField.from_dict(errors_item_data)

            errors.append(errors_item)

        score_batch = cls(
            object_=object_,
            scored=scored,
            refused=refused,
            data=data,
            errors=errors,
        )

        score_batch.additional_properties = d
        return score_batch
