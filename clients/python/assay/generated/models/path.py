from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.path_change import PathChange


T = TypeVar("T", bound="Path")


@_attrs_define
class Path:
    """The smallest change that the same rules would approve."""

    found: bool
    text: list[str]
    changes: list[PathChange]
    honoured_until: datetime.datetime | None
    caveat: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        found = self.found

        text = self.text

        changes = []
        for changes_item_data in self.changes:
            changes_item = changes_item_data.to_dict()
            changes.append(changes_item)

        honoured_until: None | str
        if isinstance(self.honoured_until, datetime.datetime):
            honoured_until = self.honoured_until.isoformat()
        else:
            honoured_until = self.honoured_until

        caveat: None | str
        caveat = self.caveat

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "found": found,
                "text": text,
                "changes": changes,
                "honoured_until": honoured_until,
                "caveat": caveat,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.path_change import PathChange  # noqa: PLC0415

        d = dict(src_dict)
        found = d.pop("found")

        text = cast(list[str], d.pop("text"))

        changes = []
        _changes = d.pop("changes")
        for changes_item_data in _changes:
            changes_item = PathChange.from_dict(changes_item_data)

            changes.append(changes_item)

        def _parse_honoured_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                honoured_until_type_0 = datetime.datetime.fromisoformat(data)

                return honoured_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        honoured_until = _parse_honoured_until(d.pop("honoured_until"))

        def _parse_caveat(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        caveat = _parse_caveat(d.pop("caveat"))

        path = cls(
            found=found,
            text=text,
            changes=changes,
            honoured_until=honoured_until,
            caveat=caveat,
        )

        path.additional_properties = d
        return path
