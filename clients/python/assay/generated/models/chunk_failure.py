from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ChunkFailure")


@_attrs_define
class ChunkFailure:
    chunk: int
    first_row: int
    last_row: int
    code: str
    attempts: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        chunk = self.chunk

        first_row = self.first_row

        last_row = self.last_row

        code = self.code

        attempts = self.attempts

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "chunk": chunk,
                "first_row": first_row,
                "last_row": last_row,
                "code": code,
                "attempts": attempts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        chunk = d.pop("chunk")

        first_row = d.pop("first_row")

        last_row = d.pop("last_row")

        code = d.pop("code")

        attempts = d.pop("attempts")

        chunk_failure = cls(
            chunk=chunk,
            first_row=first_row,
            last_row=last_row,
            code=code,
            attempts=attempts,
        )

        chunk_failure.additional_properties = d
        return chunk_failure
