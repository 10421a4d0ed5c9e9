from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.consent import Consent


T = TypeVar("T", bound="FactsRequest")


@_attrs_define
class FactsRequest:
    party: int | Unset = UNSET
    facts: Any | Unset = UNSET
    consents: list[Consent] | Unset = UNSET
    provenance: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        party = self.party

        facts = self.facts

        consents: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.consents, Unset):
            consents = []
            for consents_item_data in self.consents:
                consents_item = consents_item_data.to_dict()
                consents.append(consents_item)

        provenance = self.provenance

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if party is not UNSET:
            field_dict["party"] = party
        if facts is not UNSET:
            field_dict["facts"] = facts
        if consents is not UNSET:
            field_dict["consents"] = consents
        if provenance is not UNSET:
            field_dict["provenance"] = provenance

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.consent import Consent  # noqa: PLC0415

        d = dict(src_dict)
        party = d.pop("party", UNSET)

        facts = d.pop("facts", UNSET)

        _consents = d.pop("consents", UNSET)
        consents: list[Consent] | Unset = UNSET
        if _consents is not UNSET:
            consents = []
            for consents_item_data in _consents:
                consents_item = Consent.from_dict(consents_item_data)

                consents.append(consents_item)

        provenance = d.pop("provenance", UNSET)

        facts_request = cls(
            party=party,
            facts=facts,
            consents=consents,
            provenance=provenance,
        )

        facts_request.additional_properties = d
        return facts_request
