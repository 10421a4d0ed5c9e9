from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="TestClock")


@_attrs_define
class TestClock:
    object_: str
    now: datetime.datetime
    ahead_seconds: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        now = self.now.isoformat()

        ahead_seconds = self.ahead_seconds

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "now": now,
                "ahead_seconds": ahead_seconds,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        object_ = d.pop("object")

        now = datetime.datetime.fromisoformat(d.pop("now"))

        ahead_seconds = d.pop("ahead_seconds")

        test_clock = cls(
            object_=object_,
            now=now,
            ahead_seconds=ahead_seconds,
        )

        test_clock.additional_properties = d
        return test_clock
