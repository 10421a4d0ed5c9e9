from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.response_header import ResponseHeader


T = TypeVar("T", bound="WebhookAttempt")


@_attrs_define
class WebhookAttempt:
    number: int
    sent_at: datetime.datetime
    milliseconds: int
    status: int | None
    failure: None | str
    request_headers: Any
    response_headers: list[ResponseHeader]
    response_body: str
    truncated: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        number = self.number

        sent_at = self.sent_at.isoformat()

        milliseconds = self.milliseconds

        status: int | None
        status = self.status

        failure: None | str
        failure = self.failure

        request_headers = self.request_headers

        response_headers = []
        for response_headers_item_data in self.response_headers:
            response_headers_item = response_headers_item_data.to_dict()
            response_headers.append(response_headers_item)

        response_body = self.response_body

        truncated = self.truncated

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "number": number,
                "sent_at": sent_at,
                "milliseconds": milliseconds,
                "status": status,
                "failure": failure,
                "request_headers": request_headers,
                "response_headers": response_headers,
                "response_body": response_body,
                "truncated": truncated,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.response_header import ResponseHeader  # noqa: PLC0415

        d = dict(src_dict)
        number = d.pop("number")

        sent_at = datetime.datetime.fromisoformat(d.pop("sent_at"))

        milliseconds = d.pop("milliseconds")

        def _parse_status(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        status = _parse_status(d.pop("status"))

        def _parse_failure(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        failure = _parse_failure(d.pop("failure"))

        request_headers = d.pop("request_headers")

        response_headers = []
        _response_headers = d.pop("response_headers")
        for response_headers_item_data in _response_headers:
            response_headers_item = ResponseHeader.from_dict(response_headers_item_data)

            response_headers.append(response_headers_item)

        response_body = d.pop("response_body")

        truncated = d.pop("truncated")

        webhook_attempt = cls(
            number=number,
            sent_at=sent_at,
            milliseconds=milliseconds,
            status=status,
            failure=failure,
            request_headers=request_headers,
            response_headers=response_headers,
            response_body=response_body,
            truncated=truncated,
        )

        webhook_attempt.additional_properties = d
        return webhook_attempt
