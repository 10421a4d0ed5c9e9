from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="WebhookReplay")


@_attrs_define
class WebhookReplay:
    since: datetime.datetime
    until: datetime.datetime | Unset = UNSET
    types: list[str] | Unset = UNSET
    missed_only: bool | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        since = self.since.isoformat()

        until: str | Unset = UNSET
        if not isinstance(self.until, Unset):
            until = self.until.isoformat()

        types: list[str] | Unset = UNSET
        if not isinstance(self.types, Unset):
            types = self.types

        missed_only = self.missed_only

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "since": since,
            }
        )
        if until is not UNSET:
            field_dict["until"] = until
        if types is not UNSET:
            field_dict["types"] = types
        if missed_only is not UNSET:
            field_dict["missed_only"] = missed_only

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        since = datetime.datetime.fromisoformat(d.pop("since"))

        _until = d.pop("until", UNSET)
        until: datetime.datetime | Unset
        if isinstance(_until, Unset):
            until = UNSET
        else:
            until = datetime.datetime.fromisoformat(_until)

        types = cast(list[str], d.pop("types", UNSET))

        missed_only = d.pop("missed_only", UNSET)

        webhook_replay = cls(
            since=since,
            until=until,
            types=types,
            missed_only=missed_only,
        )

        webhook_replay.additional_properties = d
        return webhook_replay
