from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Chunk")


@_attrs_define
class Chunk:
    object_: str
    number: int
    status: str
    first_row: int
    last_row: int
    applications: int
    refused: int | None
    repeated: int
    outcomes: Any
    attempts: int
    error: None | str
    merkle_root: None | str
    started_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        number = self.number

        status = self.status

        first_row = self.first_row

        last_row = self.last_row

        applications = self.applications

        refused: int | None
        refused = self.refused

        repeated = self.repeated

        outcomes = self.outcomes

        attempts = self.attempts

        error: None | str
        error = self.error

        merkle_root: None | str
        merkle_root = self.merkle_root

        started_at: None | str
        if isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "number": number,
                "status": status,
                "first_row": first_row,
                "last_row": last_row,
                "applications": applications,
                "refused": refused,
                "repeated": repeated,
                "outcomes": outcomes,
                "attempts": attempts,
                "error": error,
                "merkle_root": merkle_root,
                "started_at": started_at,
                "finished_at": finished_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        object_ = d.pop("object")

        number = d.pop("number")

        status = d.pop("status")

        first_row = d.pop("first_row")

        last_row = d.pop("last_row")

        applications = d.pop("applications")

        def _parse_refused(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        refused = _parse_refused(d.pop("refused"))

        repeated = d.pop("repeated")

        outcomes = d.pop("outcomes")

        attempts = d.pop("attempts")

        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))

        def _parse_merkle_root(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        merkle_root = _parse_merkle_root(d.pop("merkle_root"))

        def _parse_started_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                started_at_type_0 = datetime.datetime.fromisoformat(data)

                return started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        started_at = _parse_started_at(d.pop("started_at"))

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        chunk = cls(
            object_=object_,
            number=number,
            status=status,
            first_row=first_row,
            last_row=last_row,
            applications=applications,
            refused=refused,
            repeated=repeated,
            outcomes=outcomes,
            attempts=attempts,
            error=error,
            merkle_root=merkle_root,
            started_at=started_at,
            finished_at=finished_at,
        )

        chunk.additional_properties = d
        return chunk
