from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Reason")


@_attrs_define
class Reason:
    code: str
    text: str
    source: str
    party: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        text = self.text

        source = self.source

        party: int | None
        party = self.party

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
                "text": text,
                "source": source,
                "party": party,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        text = d.pop("text")

        source = d.pop("source")

        def _parse_party(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        party = _parse_party(d.pop("party"))

        reason = cls(
            code=code,
            text=text,
            source=source,
            party=party,
        )

        reason.additional_properties = d
        return reason
