from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="PatchedWebhookChange")


@_attrs_define
class PatchedWebhookChange:
    url: str | Unset = UNSET
    types: list[str] | Unset = UNSET
    description: str | Unset = UNSET
    contact: str | Unset = UNSET
    version: str | Unset = UNSET
    status: str | Unset = UNSET
    skip_missed: bool | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        url = self.url

        types: list[str] | Unset = UNSET
        if not isinstance(self.types, Unset):
            types = self.types

        description = self.description

        contact = self.contact

        version = self.version

        status = self.status

        skip_missed = self.skip_missed

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if url is not UNSET:
            field_dict["url"] = url
        if types is not UNSET:
            field_dict["types"] = types
        if description is not UNSET:
            field_dict["description"] = description
        if contact is not UNSET:
            field_dict["contact"] = contact
        if version is not UNSET:
            field_dict["version"] = version
        if status is not UNSET:
            field_dict["status"] = status
        if skip_missed is not UNSET:
            field_dict["skip_missed"] = skip_missed

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        url = d.pop("url", UNSET)

        types = cast(list[str], d.pop("types", UNSET))

        description = d.pop("description", UNSET)

        contact = d.pop("contact", UNSET)

        version = d.pop("version", UNSET)

        status = d.pop("status", UNSET)

        skip_missed = d.pop("skip_missed", UNSET)

        patched_webhook_change = cls(
            url=url,
            types=types,
            description=description,
            contact=contact,
            version=version,
            status=status,
            skip_missed=skip_missed,
        )

        patched_webhook_change.additional_properties = d
        return patched_webhook_change
