from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Document")


@_attrs_define
class Document:
    id: str
    object_: str
    application: str
    party: int
    kind: str
    name: None | str
    media_type: str
    size: int
    attached_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        object_ = self.object_

        application = self.application

        party = self.party

        kind = self.kind

        name: None | str
        name = self.name

        media_type = self.media_type

        size = self.size

        attached_at = self.attached_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "object": object_,
                "application": application,
                "party": party,
                "kind": kind,
                "name": name,
                "media_type": media_type,
                "size": size,
                "attached_at": attached_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        object_ = d.pop("object")

        application = d.pop("application")

        party = d.pop("party")

        kind = d.pop("kind")

        def _parse_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        name = _parse_name(d.pop("name"))

        media_type = d.pop("media_type")

        size = d.pop("size")

        attached_at = datetime.datetime.fromisoformat(d.pop("attached_at"))

        document = cls(
            id=id,
            object_=object_,
            application=application,
            party=party,
            kind=kind,
            name=name,
            media_type=media_type,
            size=size,
            attached_at=attached_at,
        )

        document.additional_properties = d
        return document
