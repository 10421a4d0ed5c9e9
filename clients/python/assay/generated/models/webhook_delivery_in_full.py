from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.webhook_attempt import WebhookAttempt


T = TypeVar("T", bound="WebhookDeliveryInFull")


@_attrs_define
class WebhookDeliveryInFull:
    id: str
    object_: str
    webhook: str
    event: str
    type_: str
    status: str
    replayed: bool
    attempts: int
    next_attempt_at: datetime.datetime | None
    created_at: datetime.datetime
    closed_at: datetime.datetime | None
    payload: str
    log: list[WebhookAttempt]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        object_ = self.object_

        webhook = self.webhook

        event = self.event

        type_ = self.type_

        status = self.status

        replayed = self.replayed

        attempts = self.attempts

        next_attempt_at: None | str
        if isinstance(self.next_attempt_at, datetime.datetime):
            next_attempt_at = self.next_attempt_at.isoformat()
        else:
            next_attempt_at = self.next_attempt_at

        created_at = self.created_at.isoformat()

        closed_at: None | str
        if isinstance(self.closed_at, datetime.datetime):
            closed_at = self.closed_at.isoformat()
        else:
            closed_at = self.closed_at

        payload = self.payload

        log = []
        for log_item_data in self.log:
            log_item = log_item_data.to_dict()
            log.append(log_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "object": object_,
                "webhook": webhook,
                "event": event,
                "type": type_,
                "status": status,
                "replayed": replayed,
                "attempts": attempts,
                "next_attempt_at": next_attempt_at,
                "created_at": created_at,
                "closed_at": closed_at,
                "payload": payload,
                "log": log,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.webhook_attempt import WebhookAttempt  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        object_ = d.pop("object")

        webhook = d.pop("webhook")

        event = d.pop("event")

        type_ = d.pop("type")

        status = d.pop("status")

        replayed = d.pop("replayed")

        attempts = d.pop("attempts")

        def _parse_next_attempt_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_attempt_at_type_0 = datetime.datetime.fromisoformat(data)

                return next_attempt_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        next_attempt_at = _parse_next_attempt_at(d.pop("next_attempt_at"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_closed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                closed_at_type_0 = datetime.datetime.fromisoformat(data)

                return closed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        closed_at = _parse_closed_at(d.pop("closed_at"))

        payload = d.pop("payload")

        log = []
        _log = d.pop("log")
        for log_item_data in _log:
            log_item = WebhookAttempt.from_dict(log_item_data)

            log.append(log_item)

        webhook_delivery_in_full = cls(
            id=id,
            object_=object_,
            webhook=webhook,
            event=event,
            type_=type_,
            status=status,
            replayed=replayed,
            attempts=attempts,
            next_attempt_at=next_attempt_at,
            created_at=created_at,
            closed_at=closed_at,
            payload=payload,
            log=log,
        )

        webhook_delivery_in_full.additional_properties = d
        return webhook_delivery_in_full
