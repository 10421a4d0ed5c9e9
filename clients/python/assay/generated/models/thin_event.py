from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.event_subject import EventSubject


T = TypeVar("T", bound="ThinEvent")


@_attrs_define
class ThinEvent:
    id: str
    object_: str
    sequence: int
    type_: str
    created_at: datetime.datetime
    subject: EventSubject
    actor: EventSubject
    request_id: None | str
    hash_: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        object_ = self.object_

        sequence = self.sequence

        type_ = self.type_

        created_at = self.created_at.isoformat()

        subject = self.subject.to_dict()

        actor = self.actor.to_dict()

        request_id: None | str
        request_id = self.request_id

        hash_ = self.hash_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "object": object_,
                "sequence": sequence,
                "type": type_,
                "created_at": created_at,
                "subject": subject,
                "actor": actor,
                "request_id": request_id,
                "hash": hash_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.event_subject import EventSubject  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        object_ = d.pop("object")

        sequence = d.pop("sequence")

        type_ = d.pop("type")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        subject = EventSubject.from_dict(d.pop("subject"))

        actor = EventSubject.from_dict(d.pop("actor"))

        def _parse_request_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        request_id = _parse_request_id(d.pop("request_id"))

        hash_ = d.pop("hash")

        thin_event = cls(
            id=id,
            object_=object_,
            sequence=sequence,
            type_=type_,
            created_at=created_at,
            subject=subject,
            actor=actor,
            request_id=request_id,
            hash_=hash_,
        )

        thin_event.additional_properties = d
        return thin_event
