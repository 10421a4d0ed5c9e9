from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ConsentText")


@_attrs_define
class ConsentText:
    purpose: str
    text: str
    text_hash: str
    language: str
    version: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        purpose = self.purpose

        text = self.text

        text_hash = self.text_hash

        language = self.language

        version = self.version

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "purpose": purpose,
                "text": text,
                "text_hash": text_hash,
                "language": language,
                "version": version,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        purpose = d.pop("purpose")

        text = d.pop("text")

        text_hash = d.pop("text_hash")

        language = d.pop("language")

        version = d.pop("version")

        consent_text = cls(
            purpose=purpose,
            text=text,
            text_hash=text_hash,
            language=language,
            version=version,
        )

        consent_text.additional_properties = d
        return consent_text
