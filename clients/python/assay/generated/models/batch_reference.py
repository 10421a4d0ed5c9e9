from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.consent import Consent


T = TypeVar("T", bound="BatchReference")


@_attrs_define
class BatchReference:
    """A file that was sent before, or that lies where the lender's installation may read."""

    product: str
    upload: str | Unset = UNSET
    source: str | Unset = UNSET
    language: str | Unset = UNSET
    consents: list[Consent] | Unset = UNSET
    metadata: Any | Unset = UNSET
    decimal_mark: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        product = self.product

        upload = self.upload

        source = self.source

        language = self.language

        consents: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.consents, Unset):
            consents = []
            for consents_item_data in self.consents:
                consents_item = consents_item_data.to_dict()
                consents.append(consents_item)

        metadata = self.metadata

        decimal_mark = self.decimal_mark

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "product": product,
            }
        )
        if upload is not UNSET:
            field_dict["upload"] = upload
        if source is not UNSET:
            field_dict["source"] = source
        if language is not UNSET:
            field_dict["language"] = language
        if consents is not UNSET:
            field_dict["consents"] = consents
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if decimal_mark is not UNSET:
            field_dict["decimal_mark"] = decimal_mark

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.consent import Consent  # noqa: PLC0415

        d = dict(src_dict)
        product = d.pop("product")

        upload = d.pop("upload", UNSET)

        source = d.pop("source", UNSET)

        language = d.pop("language", UNSET)

        _consents = d.pop("consents", UNSET)
        consents: list[Consent] | Unset = UNSET
        if _consents is not UNSET:
            consents = []
            for consents_item_data in _consents:
                consents_item = Consent.from_dict(consents_item_data)

                consents.append(consents_item)

        metadata = d.pop("metadata", UNSET)

        decimal_mark = d.pop("decimal_mark", UNSET)

        batch_reference = cls(
            product=product,
            upload=upload,
            source=source,
            language=language,
            consents=consents,
            metadata=metadata,
            decimal_mark=decimal_mark,
        )

        batch_reference.additional_properties = d
        return batch_reference
