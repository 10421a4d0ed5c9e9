from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.wrong_field import WrongField


T = TypeVar("T", bound="OutcomeReport")


@_attrs_define
class OutcomeReport:
    object_: str
    read: int
    recorded: int
    repeated: int
    refused: int
    errors: list[WrongField]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        read = self.read

        recorded = self.recorded

        repeated = self.repeated

        refused = self.refused

        errors = []
        for errors_item_data in self.errors:
            errors_item = errors_item_data.to_dict()
            errors.append(errors_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "read": read,
                "recorded": recorded,
                "repeated": repeated,
                "refused": refused,
                "errors": errors,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.wrong_field import WrongField  # noqa: PLC0415

        d = dict(src_dict)
        object_ = d.pop("object")

        read = d.pop("read")

        recorded = d.pop("recorded")

        repeated = d.pop("repeated")

        refused = d.pop("refused")

        errors = []
        _errors = d.pop("errors")
        for errors_item_data in _errors:
            errors_item = WrongField.from_dict(errors_item_data)

            errors.append(errors_item)

        outcome_report = cls(
            object_=object_,
            read=read,
            recorded=recorded,
            repeated=repeated,
            refused=refused,
            errors=errors,
        )

        outcome_report.additional_properties = d
        return outcome_report
