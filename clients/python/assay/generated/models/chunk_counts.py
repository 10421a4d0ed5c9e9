from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ChunkCounts")


@_attrs_define
class ChunkCounts:
    total: int
    waiting: int
    deciding: int
    done: int
    failed: int
    cancelled: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        total = self.total

        waiting = self.waiting

        deciding = self.deciding

        done = self.done

        failed = self.failed

        cancelled = self.cancelled

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "total": total,
                "waiting": waiting,
                "deciding": deciding,
                "done": done,
                "failed": failed,
                "cancelled": cancelled,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        total = d.pop("total")

        waiting = d.pop("waiting")

        deciding = d.pop("deciding")

        done = d.pop("done")

        failed = d.pop("failed")

        cancelled = d.pop("cancelled")

        chunk_counts = cls(
            total=total,
            waiting=waiting,
            deciding=deciding,
            done=done,
            failed=failed,
            cancelled=cancelled,
        )

        chunk_counts.additional_properties = d
        return chunk_counts
