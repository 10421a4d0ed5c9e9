from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.consent import Consent
    from ..models.identity import Identity


T = TypeVar("T", bound="Applicant")


@_attrs_define
class Applicant:
    identity: Identity
    facts: Any | Unset = UNSET
    consents: list[Consent] | Unset = UNSET
    role: str | Unset = UNSET
    liability: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        identity = self.identity.to_dict()

        facts = self.facts

        consents: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.consents, Unset):
            consents = []
            for consents_item_data in self.consents:
                consents_item = consents_item_data.to_dict()
                consents.append(consents_item)

        role = self.role

        liability = self.liability

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "identity": identity,
            }
        )
        if facts is not UNSET:
            field_dict["facts"] = facts
        if consents is not UNSET:
            field_dict["consents"] = consents
        if role is not UNSET:
            field_dict["role"] = role
        if liability is not UNSET:
            field_dict["liability"] = liability

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.consent import Consent  # noqa: PLC0415
        from ..models.identity import Identity  # noqa: PLC0415

        d = dict(src_dict)
        identity = Identity.from_dict(d.pop("identity"))

        facts = d.pop("facts", UNSET)

        _consents = d.pop("consents", UNSET)
        consents: list[Consent] | Unset = UNSET
        if _consents is not UNSET:
            consents = []
            for consents_item_data in _consents:
                consents_item = Consent.from_dict(consents_item_data)

                consents.append(consents_item)

        role = d.pop("role", UNSET)

        liability = d.pop("liability", UNSET)

        applicant = cls(
            identity=identity,
            facts=facts,
            consents=consents,
            role=role,
            liability=liability,
        )

        applicant.additional_properties = d
        return applicant
