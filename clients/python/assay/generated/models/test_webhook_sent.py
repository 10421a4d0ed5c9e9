from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.test_webhook_target import TestWebhookTarget


T = TypeVar("T", bound="TestWebhookSent")


@_attrs_define
class TestWebhookSent:
    object_: str
    type_: str
    sent_to: list[TestWebhookTarget]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        type_ = self.type_

        sent_to = []
        for sent_to_item_data in self.sent_to:
            sent_to_item = sent_to_item_data.to_dict()
            sent_to.append(sent_to_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "type": type_,
                "sent_to": sent_to,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.test_webhook_target import TestWebhookTarget  # noqa: PLC0415

        d = dict(src_dict)
        object_ = d.pop("object")

        type_ = d.pop("type")

        sent_to = []
        _sent_to = d.pop("sent_to")
        for sent_to_item_data in _sent_to:
            sent_to_item = TestWebhookTarget.from_dict(sent_to_item_data)

            sent_to.append(sent_to_item)

        test_webhook_sent = cls(
            object_=object_,
            type_=type_,
            sent_to=sent_to,
        )

        test_webhook_sent.additional_properties = d
        return test_webhook_sent
