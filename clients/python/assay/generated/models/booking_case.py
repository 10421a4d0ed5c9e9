from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.agreed import Agreed
    from ..models.booking_request import BookingRequest


T = TypeVar("T", bound="BookingCase")


@_attrs_define
class BookingCase:
    id: str
    object_: str
    application: str
    status: str
    causes: list[str]
    reported: BookingRequest
    agreed: Agreed | None
    resolution: None | str
    reason: None | str
    booking: None | str
    opened_at: datetime.datetime
    settled_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.agreed import Agreed  # noqa: PLC0415

        id = self.id

        object_ = self.object_

        application = self.application

        status = self.status

        causes = self.causes

        reported = self.reported.to_dict()

        agreed: dict[str, Any] | None
        if isinstance(self.agreed, Agreed):
            agreed = self.agreed.to_dict()
        else:
            agreed = self.agreed

        resolution: None | str
        resolution = self.resolution

        reason: None | str
        reason = self.reason

        booking: None | str
        booking = self.booking

        opened_at = self.opened_at.isoformat()

        settled_at: None | str
        if isinstance(self.settled_at, datetime.datetime):
            settled_at = self.settled_at.isoformat()
        else:
            settled_at = self.settled_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "object": object_,
                "application": application,
                "status": status,
                "causes": causes,
                "reported": reported,
                "agreed": agreed,
                "resolution": resolution,
                "reason": reason,
                "booking": booking,
                "opened_at": opened_at,
                "settled_at": settled_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.agreed import Agreed  # noqa: PLC0415
        from ..models.booking_request import BookingRequest  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        object_ = d.pop("object")

        application = d.pop("application")

        status = d.pop("status")

        causes = cast(list[str], d.pop("causes"))

        reported = BookingRequest.from_dict(d.pop("reported"))

        def _parse_agreed(data: object) -> Agreed | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                agreed_type_0 = Agreed.from_dict(data)

                return agreed_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Agreed | None, data)

        agreed = _parse_agreed(d.pop("agreed"))

        def _parse_resolution(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        resolution = _parse_resolution(d.pop("resolution"))

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))

        def _parse_booking(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        booking = _parse_booking(d.pop("booking"))

        opened_at = datetime.datetime.fromisoformat(d.pop("opened_at"))

        def _parse_settled_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                settled_at_type_0 = datetime.datetime.fromisoformat(data)

                return settled_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        settled_at = _parse_settled_at(d.pop("settled_at"))

        booking_case = cls(
            id=id,
            object_=object_,
            application=application,
            status=status,
            causes=causes,
            reported=reported,
            agreed=agreed,
            resolution=resolution,
            reason=reason,
            booking=booking,
            opened_at=opened_at,
            settled_at=settled_at,
        )

        booking_case.additional_properties = d
        return booking_case
