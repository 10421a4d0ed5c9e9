from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.application import Application


T = TypeVar("T", bound="FactsAdded")


@_attrs_define
class FactsAdded:
    object_: str
    party: int
    changed: list[str]
    missing: list[str]
    submitted: bool
    application: Application
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        party = self.party

        changed = self.changed

        missing = self.missing

        submitted = self.submitted

        application = self.application.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "party": party,
                "changed": changed,
                "missing": missing,
                "submitted": submitted,
                "application": application,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.application import Application  # noqa: PLC0415

        d = dict(src_dict)
        object_ = d.pop("object")

        party = d.pop("party")

        changed = cast(list[str], d.pop("changed"))

        missing = cast(list[str], d.pop("missing"))

        submitted = d.pop("submitted")

        application = Application.from_dict(d.pop("application"))

        facts_added = cls(
            object_=object_,
            party=party,
            changed=changed,
            missing=missing,
            submitted=submitted,
            application=application,
        )

        facts_added.additional_properties = d
        return facts_added
