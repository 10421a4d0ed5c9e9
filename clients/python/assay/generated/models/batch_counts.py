from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="BatchCounts")


@_attrs_define
class BatchCounts:
    rows: int | None
    applications: int
    refused: int
    repeated: int
    outcomes: Any
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        rows: int | None
        rows = self.rows

        applications = self.applications

        refused = self.refused

        repeated = self.repeated

        outcomes = self.outcomes

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "rows": rows,
                "applications": applications,
                "refused": refused,
                "repeated": repeated,
                "outcomes": outcomes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_rows(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        rows = _parse_rows(d.pop("rows"))

        applications = d.pop("applications")

        refused = d.pop("refused")

        repeated = d.pop("repeated")

        outcomes = d.pop("outcomes")

        batch_counts = cls(
            rows=rows,
            applications=applications,
            refused=refused,
            repeated=repeated,
            outcomes=outcomes,
        )

        batch_counts.additional_properties = d
        return batch_counts
