from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.month import Month


T = TypeVar("T", bound="OutcomeReportRequest")


@_attrs_define
class OutcomeReportRequest:
    product: str
    months: list[Month]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        product = self.product

        months = []
        for months_item_data in self.months:
            months_item = months_item_data.to_dict()
            months.append(months_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "product": product,
                "months": months,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.month import Month  # noqa: PLC0415

        d = dict(src_dict)
        product = d.pop("product")

        months = []
        _months = d.pop("months")
        for months_item_data in _months:
            months_item = Month.from_dict(months_item_data)

            months.append(months_item)

        outcome_report_request = cls(
            product=product,
            months=months,
        )

        outcome_report_request.additional_properties = d
        return outcome_report_request
